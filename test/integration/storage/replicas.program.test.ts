/** Several programs on one PostgreSQL: they are killed and stopped between the steps of a start. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { accounting, isStart, startsOf } from '../../support/ledgers.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { startPostgresProxy } from '../../support/postgres-proxy.ts';
import { type Running, start } from '../../support/process.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

interface Outcome {
  readonly data: {
    readonly startBackup: {
      readonly operation: { readonly id: string; readonly status: string } | null;
      readonly userErrors: readonly { readonly code: string }[];
    };
  };
}

const startWith = (origin: string, key: string): Promise<Outcome> =>
  ask(
    origin,
    `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "${key}" }) {
      operation { id status } userErrors { code } } }`,
  ) as Promise<Outcome>;

const statusOf = async (url: string, key: string): Promise<unknown> =>
  (await run(url, `SELECT status FROM backplane.operations WHERE idempotency_key = '${key}'`))[0]?.['status'] ?? null;

async function startProgram(url: string, product: object): Promise<{ program: Running; origin: string }> {
  const config = await writeConfig(
    'replica.yaml',
    stringify({
      storage: { url, takeoverSeconds: 2 },
      ledger: { reconcileSeconds: 1, answerWithinSeconds: 60 },
      providers: [product],
    }),
  );
  const program = start(['--config', config, '--port', '0']);
  const [, origin = ''] = await program.untilPrinted(/listening on (http:\S+)\/graphql/);
  return { program, origin };
}

/** Two programs. The first one reaches its product and its database through proxies. */
async function startTwo() {
  const url = await server.database();
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const product: FaultProxy = await startFaultProxy(sandbox.config.url);
  const database = await startPostgresProxy(url);
  const [first, second] = await Promise.all([
    startProgram(database.url, { ...sandbox.config, url: product.url }),
    startProgram(url, sandbox.config),
  ]);
  return {
    url,
    sandbox,
    product,
    database,
    first,
    second,
    async [Symbol.asyncDispose]() {
      await first.program[Symbol.asyncDispose]();
      await second.program[Symbol.asyncDispose]();
      await product.close();
      await database[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

describe('a program that is killed', () => {
  // Here the two other steps, after it has sent, are those at which something could be sent twice.
  if (!isNightly) leftToNightly('a kill before a command is sent', 'it takes two programs, and nothing was sent');
  it.runIf(isNightly)('before it could send, leaves nothing that was done, and says so', async () => {
    await using two = await startTwo();
    // The operation is inserted; that it is sent now is not written yet.
    const inserted = two.database.hold('"sentAt":null');
    const answer = startWith(two.first.origin, 'key').catch(() => null);
    await inserted;
    await expect.poll(() => statusOf(two.url, 'key'), { timeout: hangMs }).toBe('PENDING');
    two.first.program.child.kill('SIGKILL');
    await answer;
    await expect.poll(() => statusOf(two.url, 'key'), { timeout: hangMs }).toBe('FAILED');
    expect(await startWith(two.second.origin, 'key')).toMatchObject({
      data: { startBackup: { userErrors: [{ code: 'PROVIDER_UNAVAILABLE' }] } },
    });
    expect(startsOf(two.sandbox)).toBe(0);
  });

  it('after it has sent, has its start looked up by the other one, which sends nothing, and claims nothing unproven', async () => {
    await using two = await startTwo();
    let hasArrived: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (hasArrived = resolve));
    const answersNobody = {
      name: 'answers nobody',
      async apply({ forward }: { forward: () => Promise<unknown> }) {
        await forward();
        hasArrived();
      },
    };
    two.product.fail(answersNobody, { match: isStart });
    const answer = startWith(two.first.origin, 'key').catch(() => null);
    await arrived;
    // The same key at the other one waits meanwhile, and gets what is found out.
    const repeated = startWith(two.second.origin, 'key');
    two.first.program.child.kill('SIGKILL');
    await answer;
    expect(await repeated).toMatchObject({
      data: { startBackup: { operation: { status: 'OUTCOME_UNKNOWN' }, userErrors: [] } },
    });
    expect(startsOf(two.sandbox)).toBe(1);
    const [operation] = await run(two.url, 'SELECT record FROM backplane.operations');
    const { candidateIds } = JSON.parse(String(operation?.['record'])) as { candidateIds: unknown[] };
    expect(candidateIds).toHaveLength(1);
  });
});

describe('a program that was stopped for longer than the takeover', () => {
  it('does not send what it has written down as sent', async () => {
    await using two = await startTwo();
    const { child } = two.first.program;
    const written = two.database.hold('"sentAt":1');
    const answer = startWith(two.first.origin, 'key');
    await written;
    child.kill('SIGSTOP');
    two.database.release();
    // The other one looks for it, finds nothing that proves anything, and says so.
    await expect.poll(() => statusOf(two.url, 'key'), { timeout: hangMs }).toBe('OUTCOME_UNKNOWN');
    child.kill('SIGCONT');
    // Either it has read what the other one found, or it could not: it never says that nothing was done, or that it was.
    const { operation, userErrors } = (await answer).data.startBackup;
    expect(['PENDING', 'OUTCOME_UNKNOWN', 'STORAGE_UNAVAILABLE']).toContain(userErrors[0]?.code ?? operation?.status);
    expect(await statusOf(two.url, 'key')).toBe('OUTCOME_UNKNOWN');
    expect(startsOf(two.sandbox)).toBe(0);
    // It works on.
    expect((await startWith(two.first.origin, 'next')).data.startBackup.userErrors).toEqual([]);
    expect(startsOf(two.sandbox)).toBe(1);
  });
});
