/** The changes of backups in several gateways on one PostgreSQL. */
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accounting as accountingId } from '../../support/ledgers.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';
import { accounting } from '../../support/watching.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const changesText = `subscription ($after: String) { backupChanges(after: $after) {
  __typename
  ... on StreamEvent { cursor }
  ... on BackupStarted { backup { id status } }
  ... on BackupUpdated { backup { id status } }
  ... on BackupFinished { backup { id status } }
  ... on StreamGap { reason }
  ... on StreamStalled { problem { code } }
} }`;

interface Event {
  readonly __typename: string;
  readonly cursor: string;
  readonly backup?: { readonly id: string };
}

function watch(client: Client, after?: string) {
  const events: Event[] = [];
  const results = client.iterate<{ backupChanges: Event }>({ query: changesText, variables: { after } });
  void (async () => {
    for await (const { data } of results) if (data) events.push(data.backupChanges);
  })().catch(() => undefined);
  const told = () => events.map(({ __typename, backup }) => `${__typename} ${backup?.id ?? ''}`.trim());
  return {
    events,
    told,
    until: (wanted: string) => expect.poll(told, { timeout: hangMs }).toContain(wanted),
    stop: () => results.return?.(),
  };
}

const idOf = (id: number | string) => Buffer.from(`BorgBackup:files:${id}`).toString('base64url');

describe('watchers of several gateways', () => {
  it('see each change once, of one poll, and resume at any gateway', async () => {
    await using cluster = await startReplicas(server, 3);
    const clients = await Promise.all(cluster.replicas.map(({ gateway }) => gateway.connect()));
    const watchers = clients.map((client) => watch(client));
    await expect.poll(cluster.holder, { timeout: hangMs }).toBeGreaterThanOrEqual(0);
    const holder = await cluster.holder();
    const reader = cluster.replicas[holder];
    await expect.poll(() => reader?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    const first = idOf(cluster.sandbox.startOutside(accounting));
    for (const watcher of watchers) await watcher.until(`BackupStarted ${first}`);
    const others = cluster.replicas.filter((_, index) => index !== holder);
    expect(others.map((replica) => replica.lists())).toEqual([0, 0]);
    // Resumed elsewhere, from the last event: nothing is repeated, and nothing missing.
    const cursors = watchers.map(({ events }) => events.at(-1)?.cursor);
    const resumed = clients.map((client, index) => watch(client, cursors[(index + 1) % 3]));
    cluster.sandbox.clock.advance(3_600_000);
    for (const watcher of [...watchers, ...resumed]) await watcher.until(`BackupFinished ${first}`);
    for (const { told } of [...watchers, ...resumed]) {
      expect(told().filter((one) => one === `BackupFinished ${first}`)).toHaveLength(1);
      expect(told().filter((one) => one.startsWith('StreamGap') || one.startsWith('StreamStalled'))).toEqual([]);
    }
    expect(resumed.flatMap(({ told }) => told().filter((one) => one.startsWith('BackupStarted')))).toEqual([]);
    // What every gateway has told is the same, in the same order.
    expect(new Set(watchers.map(({ told }) => told().join())).size).toBe(1);
  });

  it('go on when the gateway that polls ends, and miss nothing', async () => {
    await using cluster = await startReplicas(server, 2);
    const clients = await Promise.all(cluster.replicas.map(({ gateway }) => gateway.connect()));
    const watchers = clients.map((client) => watch(client));
    await expect.poll(cluster.holder, { timeout: hangMs }).toBeGreaterThanOrEqual(0);
    const holder = await cluster.holder();
    await expect.poll(() => cluster.replicas[holder]?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    await cluster.replicas[holder]?.close();
    const started = idOf(cluster.sandbox.startOutside(accounting));
    const survivor = watchers[1 - holder];
    await survivor?.until(`BackupStarted ${started}`);
    expect(survivor?.told()).toEqual([`BackupStarted ${started}`]);
  });

  it('see a start through another gateway, whose lists show it at once', async () => {
    await using cluster = await startReplicas(server, 2);
    const [first, second] = cluster.replicas;
    const watcher = watch(await (second?.gateway.connect() as Promise<Client>));
    await expect.poll(() => second?.lists(), { timeout: hangMs }).toBeGreaterThan(0);
    const listText = '{ backups(first: 1) { nodes { id status } } }';
    const before = await second?.gateway.askText(listText);
    const answer = await first?.gateway.askText(
      `mutation { startBackup(input: { entityId: "${accountingId}" }) { backup { id status } userErrors { code } } }`,
    );
    const started = answer?.data?.['startBackup'] as { backup: { id: string } } | undefined;
    const id = started?.backup.id ?? 'none';
    // Its lists are cached for a minute, unless it hears of the command.
    await expect
      .poll(async () => JSON.stringify(await second?.gateway.askText(listText)), { timeout: hangMs })
      .toContain(id);
    expect(JSON.stringify(before)).not.toContain(id);
    await watcher.until(`BackupStarted ${id}`);
  });
});

describe('while PostgreSQL is away', () => {
  it('streams stall, commands are refused, and all gateways go on when it is back, without a gap', async () => {
    await using cluster = await startReplicas(server, 2);
    const clients = await Promise.all(cluster.replicas.map(({ gateway }) => gateway.connect()));
    const watchers = clients.map((client) => watch(client));
    const first = idOf(cluster.sandbox.startOutside(accounting));
    for (const { gateway } of cluster.replicas) await gateway.askText('{ backups(first: 1) { nodes { id } } }');
    await expect.poll(cluster.holder, { timeout: hangMs }).toBeGreaterThanOrEqual(0);
    await server.crash();
    for (const watcher of watchers) await watcher.until('StreamStalled');
    const text = `mutation { startBackup(input: { entityId: "${accountingId}" }) { operation { id } userErrors { code } } }`;
    for (const { gateway } of cluster.replicas) {
      expect(await gateway.askText(text)).toMatchObject({
        data: { startBackup: { operation: null, userErrors: [{ code: 'STORAGE_UNAVAILABLE' }] } },
      });
      const lists = await gateway.askText('{ backups(first: 1) { nodes { id } problems { code } } }');
      expect(lists).toMatchObject({ data: { backups: { nodes: [{}], problems: [] } } });
    }
    cluster.sandbox.clock.advance(3_600_000);
    const second = idOf(cluster.sandbox.startOutside(accounting));
    await server.start();
    const startedAt = performance.now();
    for (const watcher of watchers) await watcher.until(`BackupStarted ${second}`);
    expect(performance.now() - startedAt).toBeLessThan(deadlineMs(5_000));
    for (const { told, events } of watchers) {
      expect(told().filter((one) => one === `BackupStarted ${second}`)).toHaveLength(1);
      expect(told().filter((one) => one === `BackupFinished ${first}`).length).toBeLessThanOrEqual(1);
      expect(events.map(({ __typename }) => __typename)).not.toContain('StreamGap');
    }
    for (const { gateway } of cluster.replicas) {
      await expect
        .poll(async () => (await fetch(`${await gateway.listen()}/health/ready`)).status, { timeout: hangMs })
        .toBe(200);
    }
  });
});

describe('a gateway that was stopped while another one polled', () => {
  it('cannot append what it has read', async () => {
    await using cluster = await startReplicas(server, 1);
    const watcher = watch(await (cluster.replicas[0]?.gateway.connect() as Promise<Client>));
    await expect.poll(() => cluster.replicas[0]?.lists(), { timeout: hangMs }).toBeGreaterThan(2);
    const isPoll = "starts_with(name, 'poll files')";
    // Another one has taken the lease for a while.
    const take = `UPDATE backplane.leases SET holder = 'other', epoch = epoch + 1,
      expires_at = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + 500000 WHERE ${isPoll}`;
    await run(cluster.url, take);
    const started = idOf(cluster.sandbox.startOutside(accounting));
    await watcher.until(`BackupStarted ${started}`);
    const [lease] = await run(cluster.url, `SELECT epoch FROM backplane.leases WHERE ${isPoll}`);
    expect(Number(lease?.['epoch'])).toBe(3);
    expect(watcher.told()).toEqual([`BackupStarted ${started}`]);
  });
});
