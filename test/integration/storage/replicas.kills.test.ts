/** Programs on one PostgreSQL that are killed at any moment of a start: no backup is doubled, and nothing wrong is said. */
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { accounting, startsOf } from '../../support/ledgers.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { casesOf, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { type Running, start } from '../../support/process.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const kills = casesOf(100, 2);

it(
  `${kills} programs that are killed during a start lose nothing and double nothing`,
  async () => {
    leftToNightly('98 of 100 kills of a replica', 'each needs a program that starts');
    const url = await server.database();
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5, manualLimit: 1_000 });
    const config = await writeConfig(
      'replica.yaml',
      stringify({
        storage: { url, takeoverSeconds: 2 },
        ledger: { reconcileSeconds: 1, answerWithinSeconds: 30 },
        providers: [sandbox.config],
      }),
    );
    const startProgram = async (): Promise<{ program: Running; origin: string }> => {
      const program = start(['--config', config, '--port', '0']);
      const [, origin = ''] = await program.untilPrinted(/listening on (http:\S+)\/graphql/);
      return { program, origin };
    };
    const survivor = await startProgram();
    const outcomes = new Map<unknown, number>();
    for (let kill = 0; kill < kills; kill++) {
      const victim = await startProgram();
      const before = startsOf(sandbox);
      const text = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "key ${kill}" }) {
        operation { status } userErrors { code } } }`;
      const answer = ask(victim.origin, text).catch(() => null);
      await setTimeout(randomInt(60));
      victim.program.child.kill('SIGKILL');
      await answer;
      // Nobody has written the command down: then this one starts it.
      await ask(survivor.origin, text);
      const statusOf = async () =>
        (await run(url, `SELECT status FROM backplane.operations WHERE idempotency_key = 'key ${kill}'`))[0]?.[
          'status'
        ];
      await expect.poll(statusOf, { timeout: hangMs }).not.toBe('PENDING');
      const status = await statusOf();
      const started = startsOf(sandbox) - before;
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
      if (status === 'SUCCEEDED') expect(started).toBe(1);
      else if (status === 'FAILED') expect(started).toBe(0);
      else expect(started).toBeLessThanOrEqual(1);
      await victim.program[Symbol.asyncDispose]();
      // One backup of a repository runs at a time.
      sandbox.clock.advance(3_600_000);
    }
    process.stdout.write(`${kills} kills: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    expect(await run(url, 'SELECT 1 FROM backplane.operations')).toHaveLength(kills);
    await survivor.program[Symbol.asyncDispose]();
    await sandbox.close();
  },
  kills * hangMs,
);
