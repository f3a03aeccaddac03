/** A failover of PostgreSQL to a promoted standby, behind one address. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAddressSwitch } from '../../support/address-switch.ts';
import { accounting as accountingId, startsOf } from '../../support/ledgers.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { run, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { backupIdOf, counting, followChanges, followLog } from '../../support/replica-streams.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

const startText = (
  key: string,
) => `mutation { startBackup(input: { entityId: "${accountingId}", idempotencyKey: "${key}" }) {
  operation { id status } backup { id } userErrors { code } } }`;
const script = { durationSeconds: 3_600, linesPerSecond: 10 };

interface Started {
  readonly data?: { readonly startBackup: { readonly operation: object; readonly backup: { readonly id: string } } };
}

leftToNightly('a failover of PostgreSQL', 'it copies a server, and starts the copy');

describe.skipIf(!isNightly)('a failover to a synchronous standby', () => {
  it('loses no command and no line; streams of changes say RESTARTED, and go on', { timeout: 3 * hangMs }, async () => {
    const server = await startPostgres();
    onTestFinished(() => server[Symbol.asyncDispose]());
    await using address = await startAddressSwitch(server.port);
    await using cluster = await startReplicas(server, 2, { through: (url) => ({ url: address.through(url) }) });
    await using standby = await server.standby();
    const standbyUrl = cluster.url.replace(`:${server.port}/`, `:${standby.port}/`);
    const { sandbox, replicas } = cluster;
    const clients = await Promise.all(replicas.map(({ gateway }) => gateway.connect()));
    const changes = clients.map((client) => followChanges(client));
    await expect.poll(cluster.holder, { timeout: hangMs }).toBeGreaterThanOrEqual(0);
    const holder = await cluster.holder();
    await expect.poll(() => replicas[holder]?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    const before = (await replicas[0]?.gateway.askText(startText('before'))) as Started;
    const first = before.data?.startBackup.backup.id ?? '';
    for (const stream of changes) await stream.until(`BackupStarted ${first}`);
    sandbox.clock.advance(3_600_000);
    for (const stream of changes) await stream.until(`BackupFinished ${first}`);
    const id = backupIdOf(sandbox.startOutside(accounting, { script }));
    const logs = clients.map((client) => followLog(client, id));
    sandbox.clock.advance(10_000);
    for (const log of logs) await log.untilLine(90);
    for (const stream of changes) await stream.until(`BackupStarted ${id}`);
    const cursor = changes[0]?.cursor();

    await server.crash();
    await standby.promote();
    address.leadTo(standby.port);
    const from = performance.now();
    for (const { gateway } of replicas) {
      const origin = await gateway.listen();
      await expect.poll(async () => (await fetch(`${origin}/health/ready`)).status, { timeout: hangMs }).toBe(200);
    }
    expect(performance.now() - from).toBeLessThan(deadlineMs(5_000));
    for (const stream of changes) await stream.until('StreamGap');
    expect(changes.map(({ events }) => events.find(({ reason }) => reason)?.reason)).toEqual([
      'RESTARTED',
      'RESTARTED',
    ]);
    // The command is known, and is not sent again.
    const again = (await replicas[1]?.gateway.askText(startText('before'))) as Started;
    expect(again.data?.startBackup.operation).toEqual(before.data?.startBackup.operation);
    expect(startsOf(sandbox)).toBe(1);
    sandbox.clock.advance(10_000);
    for (const log of logs) await log.untilLine(190);
    for (const log of logs) expect(log.numbers()).toEqual(counting(1, log.numbers().at(-1) ?? 0));
    sandbox.clock.advance(3_600_000);
    for (const stream of changes) await stream.until(`BackupFinished ${id}`);
    for (const stream of changes) {
      const told = stream.told().filter((one) => /Started|Finished/.test(one));
      expect(told).toEqual(
        ['Started', 'Finished']
          .flatMap((what) => [`Backup${what} ${first}`])
          .concat([`BackupStarted ${id}`, `BackupFinished ${id}`]),
      );
    }
    // A cursor of before, whose change has survived, is still one.
    const resumed = followChanges(clients[1] as (typeof clients)[number], cursor);
    await resumed.until(`BackupFinished ${id}`);
    expect(resumed.told().filter((one) => /Started|Gap/.test(one))).toEqual([]);
    expect(await run(standbyUrl, 'SELECT 1 FROM backplane.operations')).toHaveLength(1);
  });

  it('after which numbers are used again is noticed: what clients know is not taken for something else', {
    timeout: 3 * hangMs,
  }, async () => {
    // As after an asynchronous failover: the last changes are missing in the database.
    const server = await startPostgres();
    onTestFinished(() => server[Symbol.asyncDispose]());
    await using cluster = await startReplicas(server, 1);
    const { sandbox, replicas } = cluster;
    const client = await (replicas[0] as (typeof replicas)[number]).gateway.connect();
    const stream = followChanges(client);
    await expect.poll(() => replicas[0]?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    const lost = backupIdOf(sandbox.startOutside(accounting));
    await stream.until(`BackupStarted ${lost}`);
    const cursor = stream.cursor();
    await server.crash();
    await stream.until('StreamStalled');
    await server.start();
    // All at once, before a gateway is back: the changes are gone, and the timeline is another one.
    const forget = `BEGIN; LOCK TABLE backplane.process_owner;
      DELETE FROM backplane.replay_parts WHERE log = 'changes';
      UPDATE backplane.replay_logs SET head = jsonb_set(head::jsonb, '{lastSeq}', '0')::text WHERE log = 'changes';
      UPDATE backplane.replay_notes SET note = '"other"' WHERE name = 'timeline'; COMMIT`;
    await run(cluster.url, forget);
    await run(
      cluster.url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backplane'",
    );
    await stream.until('StreamGap');
    sandbox.clock.advance(3_600_000);
    await stream.until(`BackupFinished ${lost}`);
    const resumed = followChanges(client, cursor);
    await resumed.until('StreamGap');
    expect(resumed.events[0]).toMatchObject({ __typename: 'StreamGap', reason: 'RESTARTED' });
  });
});
