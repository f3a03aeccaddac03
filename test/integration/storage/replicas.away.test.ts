/** Gateways whose PostgreSQL is away, does not answer, or has no connection left: waits are bounded, and all goes on. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAddressSwitch } from '../../support/address-switch.ts';
import { accounting as accountingId, startsOf } from '../../support/ledgers.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { backupIdOf, counting, followLog, followProgress } from '../../support/replica-streams.ts';
import { anOperation } from '../../support/replicas.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const startText = `mutation { startBackup(input: { entityId: "${accountingId}" }) { operation { id status } userErrors { code message } } }`;
const listText = '{ backups(first: 1) { nodes { id } problems { code } } }';
const refused = { data: { startBackup: { operation: null, userErrors: [{ code: 'STORAGE_UNAVAILABLE' }] } } };
const listed = { data: { backups: { nodes: [{}], problems: [] } } };
const script = { durationSeconds: 3_600, linesPerSecond: 10 };

type Cluster = Awaited<ReturnType<typeof startReplicas>>;
type Member = Cluster['replicas'][number];

async function readinessOf({ gateway }: Member): Promise<{ status: number; text: string }> {
  const response = await fetch(`${await gateway.listen()}/health/ready`);
  return { status: response.status, text: await response.text() };
}

const statusOf = async (replica: Member) => (await readinessOf(replica)).status;

/** All of them are ready within five seconds. */
async function untilBack(replicas: readonly Member[]): Promise<void> {
  const from = performance.now();
  for (const replica of replicas)
    await expect.poll(() => statusOf(replica), { timeout: hangMs, interval: 50 }).toBe(200);
  expect(performance.now() - from).toBeLessThan(deadlineMs(5_000));
}

describe('the streams of one backup', () => {
  it('stall visibly while the server is away, and go on without a gap', async () => {
    await using cluster = await startReplicas(server, 2);
    const { sandbox, replicas } = cluster;
    const id = backupIdOf(sandbox.startOutside(accounting, { script }));
    const clients = await Promise.all(replicas.map(({ gateway }) => gateway.connect()));
    const logs = clients.map((client) => followLog(client, id));
    const progress = clients.map((client) => followProgress(client, id));
    sandbox.clock.advance(10_000);
    for (const log of logs) await log.untilLine(90);
    await server.crash();
    for (const stream of [...logs, ...progress]) await stream.until('StreamStalled');
    sandbox.clock.advance(20_000);
    await server.start();
    await untilBack(replicas);
    const from = performance.now();
    for (const log of logs) await log.untilLine(290);
    expect(performance.now() - from).toBeLessThan(deadlineMs(5_000));
    sandbox.clock.advance(10_000);
    for (const log of logs) await log.untilLine(390);
    for (const log of logs) expect(log.numbers()).toEqual(counting(1, log.numbers().at(-1) ?? 0));
    for (const { events } of progress) {
      expect(events.at(-1)?.__typename).not.toBe('StreamStalled');
      expect(events.map(({ __typename }) => __typename)).not.toContain('StreamGap');
    }
  });
});

describe('a server that does not answer', () => {
  it('is noticed: commands are refused and lists go on in bounded time, and all is back when it answers', async () => {
    await using address = await startAddressSwitch(server.port);
    const waits = { connectMs: 1_000, answerMs: 1_000 };
    await using cluster = await startReplicas(server, 2, {
      through: (url) => ({ url: address.through(url), waits }),
    });
    const { sandbox, replicas } = cluster;
    for (const { gateway } of replicas) expect(await gateway.askText(listText)).toMatchObject(listed);
    address.freeze();
    for (const { gateway } of replicas) {
      const from = performance.now();
      expect(await gateway.askText(startText)).toMatchObject(refused);
      expect(await gateway.askText(listText)).toMatchObject(listed);
      expect(performance.now() - from).toBeLessThan(deadlineMs(4_000));
    }
    for (const replica of replicas) {
      await expect
        .poll(() => readinessOf(replica), { timeout: hangMs })
        .toMatchObject({
          status: 503,
          text: expect.stringMatching(/PostgreSQL (does not answer|cannot be reached)/),
        });
    }
    expect(startsOf(sandbox)).toBe(0);
    address.thaw();
    await untilBack(replicas);
    const answer = await replicas[0]?.gateway.askText(startText);
    expect(answer).toMatchObject({ data: { startBackup: { operation: { status: 'SUCCEEDED' }, userErrors: [] } } });
    expect(startsOf(sandbox)).toBe(1);
  });
});

describe('a gateway whose connections are all taken by slow statements', () => {
  it('refuses commands before anything is sent, says why, lists on, and is back when they end', async () => {
    const waits = { connectMs: 1_000, answerMs: 10_000 };
    await using cluster = await startReplicas(server, 1, { through: (url) => ({ url, waits }) });
    const [replica] = cluster.replicas;
    if (!replica) throw new Error('one is started');
    expect(await replica.gateway.askText('{ auditLog { nodes { id } } }')).toMatchObject({ data: { auditLog: {} } });
    const slow = Array.from({ length: 10 }, () => sql`select pg_sleep(30)`.execute(replica.storage.database.db));
    const ended = Promise.allSettled(slow);
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'select pg_sleep%'";
    await expect.poll(async () => (await run(cluster.url, sleeping)).length, { timeout: hangMs }).toBe(10);
    expect(await replica.gateway.askText(startText)).toMatchObject(refused);
    expect(await replica.gateway.askText(listText)).toMatchObject(listed);
    expect(await readinessOf(replica)).toMatchObject({
      status: 503,
      text: expect.stringContaining('all its connections to PostgreSQL are in use'),
    });
    expect(startsOf(cluster.sandbox)).toBe(0);
    await run(cluster.url, sleeping.replace('SELECT pid', 'SELECT pg_cancel_backend(pid)'));
    await ended;
    await untilBack(cluster.replicas);
    expect(await replica.gateway.askText(startText)).toMatchObject({ data: { startBackup: { userErrors: [] } } });
  });

  it('ends a statement that is not answered, at the server as well', async () => {
    const waits = { connectMs: 1_000, answerMs: 500 };
    await using cluster = await startReplicas(server, 1, { through: (url) => ({ url, waits }) });
    const [replica] = cluster.replicas;
    const slow = replica?.storage.health.read(() => sql`select pg_sleep(60)`.execute(replica.storage.database.db));
    await expect(slow).rejects.toThrow('PostgreSQL does not answer in time');
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'select pg_sleep%' AND state = 'active'";
    await expect.poll(async () => (await run(cluster.url, sleeping)).length, { timeout: hangMs }).toBe(0);
  });
});

describe('an operation of this gateway that it does not know', () => {
  it('was committed although its answer was lost: it is looked up like one of a lost gateway', async () => {
    await using cluster = await startReplicas(server, 1);
    const owner = cluster.replicas[0]?.storage.replica?.id ?? '';
    const operation = anOperation({ provider: 'files' });
    const requestedAt = (Date.now() - 120_000) * 1_000;
    await run(
      cluster.url,
      `INSERT INTO backplane.operations (id, viewer, provider, kind, status, requested_at, record, owner)
       VALUES ('${operation.id}', 'ann', 'files', '${operation.kind}', 'PENDING', ${requestedAt},
       '${JSON.stringify({ ...operation, status: 'PENDING', sentAt: null, requestedAt })}', '${owner}')`,
    );
    const statusNow = async () => (await run(cluster.url, 'SELECT status FROM backplane.operations'))[0]?.['status'];
    await expect.poll(statusNow, { timeout: hangMs }).toBe('FAILED');
  });
});
