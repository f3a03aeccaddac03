/** Several gateways that reach PostgreSQL through Debian's pgbouncer in transaction mode. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStorage, migrateStorage } from '../../../src/storage/maintenance.ts';
import { migrations } from '../../../src/storage/migrations.ts';
import { openPostgresToFill } from '../../../src/storage/postgres.ts';
import { aToken } from '../../support/gateway.ts';
import { accounting as accountingId, startsOf } from '../../support/ledgers.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { isPgbouncerMissing, type Pgbouncer, startPgbouncer } from '../../support/pgbouncer.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { backupIdOf, counting, followChanges, followLog } from '../../support/replica-streams.ts';
import { hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

const startText = `mutation { startBackup(input: { entityId: "${accountingId}", idempotencyKey: "key" }) {
  operation { id status } backup { id } userErrors { code } } }`;
const listText = '{ backups(first: 1) { nodes { id } problems { code } } }';
const script = { durationSeconds: 3_600, linesPerSecond: 30 };

leftToNightly('gateways behind a pooler without storage.listenUrl', 'they read once a second');

describe.skipIf(isPgbouncerMissing)('gateways behind a pooler in transaction mode', () => {
  let server: PostgresServer;
  let pooler: Pgbouncer;
  beforeAll(async () => {
    server = await startPostgres();
    pooler = await startPgbouncer(server);
  }, hangMs);
  afterAll(async () => {
    await pooler[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const pooled = (url: string) => ({ url: pooler.through(url) });
  const listening = (url: string) => ({ url: pooler.through(url), listenUrl: url });

  it('with storage.listenUrl share commands, streams and what others tell', async () => {
    await using cluster = await startReplicas(server, 2, { through: listening, history: {} });
    const { sandbox, replicas } = cluster;
    expect(replicas.map(({ storage }) => storage.listens)).toEqual([true, true]);
    const clients = await Promise.all(replicas.map(({ gateway }) => gateway.connect()));
    const [one, two] = clients;
    if (!one || !two) throw new Error('two are started');
    const changes = clients.map((client) => followChanges(client));
    await expect.poll(cluster.holder, { timeout: hangMs }).toBeGreaterThanOrEqual(0);
    const holder = await cluster.holder();
    await expect.poll(() => replicas[holder]?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    // The same key at both.
    const answers = await Promise.all(replicas.map(({ gateway }) => gateway.askText(startText)));
    const started = answers.map(({ data }) => data?.['startBackup'] as { backup: { id: string }; operation: object });
    expect(started[0]).toMatchObject({ operation: { status: 'SUCCEEDED' }, userErrors: [] });
    expect(started[1]?.operation).toEqual(started[0]?.operation);
    expect(startsOf(sandbox)).toBe(1);
    for (const stream of changes) await stream.until(`BackupStarted ${started[0]?.backup.id}`);
    sandbox.clock.advance(3_600_000);
    for (const stream of changes) await stream.until(`BackupFinished ${started[0]?.backup.id}`);
    // A log that one polls, and another one resumes.
    const id = backupIdOf(sandbox.startOutside(accounting, { script }));
    sandbox.clock.advance(5_000);
    const log = followLog(one, id);
    await log.untilLine(100);
    const resumed = followLog(two, id, log.cursor());
    const from = log.numbers().at(-1) ?? 0;
    sandbox.clock.advance(10_000);
    await resumed.untilLine(from + 250);
    expect(resumed.numbers()).toEqual(counting(from + 1, resumed.numbers().at(-1) ?? 0));
    const types = [...changes, log, resumed].flatMap(({ events }) => events.map(({ __typename }) => __typename));
    expect(types.filter((type) => /Gap|Stalled/.test(type))).toEqual([]);
    const stored = () => run(cluster.url, 'SELECT 1 FROM backplane.history_backups');
    await expect.poll(async () => (await stored()).length, { timeout: hangMs }).toBeGreaterThan(4);
    // The pooler's connections keep nothing of a client.
    await expect(openPostgresToFill(cluster.url)).rejects.toThrow('in use by another gateway');
  });

  it.skipIf(!isNightly)('without it read what others have done, and leave no lock behind', async () => {
    const auth = { tokens: [aToken('ann')] };
    await using cluster = await startReplicas(server, 2, {
      through: pooled,
      auth,
      limits: { failedLoginsPerMinute: 4 },
    });
    const { sandbox, replicas } = cluster;
    const [first, second] = replicas;
    expect(replicas.map(({ storage }) => storage.listens)).toEqual([false, false]);
    const origins = await Promise.all(replicas.map(({ gateway }) => gateway.listen()));
    const post = async (index: number, query: string, token = 'ann') => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return fetch(`${origins[index]}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    };
    expect(await (await post(1, listText)).json()).toMatchObject({ data: { backups: { problems: [] } } });
    const answer = (await (await post(0, startText)).json()) as { data: { startBackup: { backup: { id: string } } } };
    const { id } = answer.data.startBackup.backup;
    // Its lists are cached for a minute otherwise.
    await expect.poll(async () => (await post(1, listText)).text(), { timeout: hangMs }).toContain(id);
    expect(startsOf(sandbox)).toBe(1);
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) {
      statuses.push((await post(index % 2, listText, `wrong ${index}`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await checkStorage(pooler.through(cluster.url))).owner).toContain(`process ${process.pid}`);
    await expect(openPostgresToFill(cluster.url)).rejects.toThrow('in use by another gateway');
    await first?.close();
    await second?.close();
    const filling = await openPostgresToFill(cluster.url);
    await filling.close();
  });

  it('have their tables made once, and are refused what needs the database alone', async () => {
    const url = pooler.through(await server.database());
    const all = await Promise.all(Array.from({ length: 8 }, () => migrateStorage(url)));
    expect(all.filter(({ from }) => from === 0)).toHaveLength(1);
    expect(await checkStorage(url)).toMatchObject({ found: migrations.length, owner: null });
    await expect(openPostgresToFill(url)).rejects.toThrow('is behind a pooler');
  });
});
