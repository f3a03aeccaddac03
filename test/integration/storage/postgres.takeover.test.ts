/** Two programs on one PostgreSQL: one serves, the other one waits. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { start } from '../../support/process.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const listening = /listening on (http:\S+)\/graphql/;
const startIt = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "key" }) {
  operation { id status } userErrors { code } } }`;

it('the one that waits takes over from one that was killed, and one that is replaced ends', async () => {
  const url = await server.database();
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  const config = await writeConfig(
    'replicas.yaml',
    stringify({ storage: { url }, ledger: { lockSeconds: 600 }, providers: [sandbox.config] }),
  );
  await using first = start(['--config', config, '--port', '0']);
  const [, origin = ''] = await first.untilPrinted(listening);
  await using second = start(['--config', config, '--port', '0']);
  await expect.poll(() => second.stderr(), { timeout: hangMs }).toContain('Waiting up to 600 s');
  const answer = await ask(origin, startIt);
  expect(answer).toMatchObject({ data: { startBackup: { operation: { status: 'SUCCEEDED' }, userErrors: [] } } });
  expect(second.stdout()).toBe('');
  first.child.kill('SIGKILL');
  const [, survivor = ''] = await second.untilPrinted(listening);
  expect(await ask(survivor, startIt)).toEqual(answer);
  expect(startsOf(sandbox)).toBe(1);
  // What another gateway does that takes over while this one is cut off.
  await run(url, 'UPDATE backplane.process_owner SET since = since + 1');
  expect(await ask(survivor, startIt.replace('"key"', '"other"'))).toMatchObject({
    data: { startBackup: { operation: null, userErrors: [{ code: 'STORAGE_UNAVAILABLE' }] } },
  });
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain('another gateway has taken it over');
  expect(startsOf(sandbox)).toBe(1);
  await sandbox.close();
});
