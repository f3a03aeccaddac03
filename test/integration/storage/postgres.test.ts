/** The storage in PostgreSQL: real servers, and gateways in this process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { openStore } from '../../../src/commands/store.ts';
import { openReplayStore } from '../../../src/replay/replay-file.ts';
import { checkStorage, migrateStorage } from '../../../src/storage/maintenance.ts';
import { migrations } from '../../../src/storage/migrations.ts';
import type { Storage } from '../../../src/storage/started-storage.ts';
import { openSharedStorage, waitForStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { startOnStorage } from '../../support/failing-storage.ts';
import { startsOf } from '../../support/ledgers.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { anOperation } from '../../support/replicas.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const open = (url: string, waitMs = 0): Promise<Storage> => waitForStorage(url, { waitMs, onWait: () => undefined });
const neverABug = (error: unknown) => expect(error).toBeNull();
const replayOf = ({ file, database, health, replayRows: rows }: Storage) =>
  openReplayStore({
    ...{ file, database, health, rows },
    ...{ maxBytes: 1_000, maxAgeMs: 3_600_000, pinned: 'changes', onBug: neverABug },
  });

describe('a gateway on PostgreSQL', () => {
  it('sends a command once, also after a restart, and keeps the audit log', async () => {
    const url = await server.database();
    let first: Awaited<ReturnType<typeof startOnStorage>>['sandbox'];
    let id: string | undefined;
    {
      await using fixture = await startOnStorage(await open(url));
      first = fixture.sandbox;
      const both = await Promise.all([fixture.start('key'), fixture.start('key')]);
      expect(both[0]).toMatchObject({ operation: { status: 'SUCCEEDED' }, userErrors: [] });
      expect(both[1]).toEqual(both[0]);
      id = both[0].operation?.id;
      expect(startsOf(first)).toBe(1);
      const { data } = await fixture.ask('{ auditLog { nodes { command outcome } } }');
      const listed = await fixture.ask('{ operations(first: 5) { nodes { id status } } }');
      expect(listed).toMatchObject({ data: { operations: { nodes: [{ id, status: 'SUCCEEDED' }] } } });
      expect(data).toMatchObject({ auditLog: { nodes: [{ command: 'startBackup' }, { command: 'startBackup' }] } });
    }
    await using again = await startOnStorage(await open(url));
    expect((await again.start('key')).operation?.id).toBe(id);
    expect(startsOf(again.sandbox)).toBe(0);
  });

  it('refuses commands before anything is sent while the server is away, and goes on when it is back', async () => {
    const url = await server.database();
    await using fixture = await startOnStorage(await open(url));
    expect((await fixture.start('one')).userErrors).toEqual([]);
    await server.crash();
    const refused = await fixture.start('two');
    expect(refused).toMatchObject({ operation: null, userErrors: [{ code: 'STORAGE_UNAVAILABLE' }] });
    expect(startsOf(fixture.sandbox)).toBe(1);
    const lists = await fixture.ask('{ backups(first: 1) { nodes { id } problems { code } } }');
    expect(lists).toMatchObject({ data: { backups: { nodes: [{}], problems: [] } } });
    expect(await fixture.ready()).toMatchObject({ status: 503, text: expect.stringContaining('PostgreSQL cannot be') });
    await server.start();
    await expect.poll(async () => (await fixture.ready()).status, { timeout: hangMs }).toBe(200);
    // The backup of the first may still run.
    const after = await fixture.start('three');
    expect(after.userErrors.map(({ code }) => code)).not.toContain('STORAGE_UNAVAILABLE');
    expect(await run(url, "SELECT 1 FROM backplane.operations WHERE idempotency_key = 'three'")).toHaveLength(1);
  });

  it('holds the database alone, and another one takes over when it ends', async () => {
    const url = await server.database();
    const first = await open(url);
    await expect(open(url)).rejects.toThrow(`in use by another gateway: process ${process.pid}`);
    expect(await checkStorage(url)).toMatchObject({
      found: migrations.length,
      owner: expect.stringContaining(`${process.pid}`),
    });
    const second = open(url, hangMs);
    await first.close();
    await (await second).close();
    expect(await checkStorage(url)).toMatchObject({ owner: null });
  });

  it('cannot write any more when another one has taken over behind its back, and says so', async () => {
    const url = await server.database();
    const stale = await open(url);
    const store = openStore(stale);
    await store.ready;
    // What a gateway does that takes over while this one is stopped or cut off.
    await run(url, 'UPDATE backplane.process_owner SET since = since + 1');
    await expect(store.forgetBefore(1)).rejects.toThrow('another gateway has taken it over');
    await expect(stale.health.write(() => stale.database.atomically(() => Promise.resolve()))).rejects.toThrow();
    await expect(stale.health.write(() => stale.database.writeRelaxed([]))).rejects.toThrow();
    expect(stale.health.failure()?.message).toContain('another gateway has taken it over');
    await store.close();
    await stale.close();
    expect(await run(url, 'SELECT 1 FROM backplane.process_owner')).toHaveLength(1);
  });

  it('takes its lock again where only the connection was lost', async () => {
    const url = await server.database();
    const storage = await open(url);
    const holders = () =>
      run(
        url,
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      );
    const [{ pid } = {}] = await holders();
    await run(url, `SELECT pg_terminate_backend(${Number(pid)})`);
    await expect.poll(async () => (await holders())[0]?.['pid'] ?? pid, { timeout: hangMs }).not.toBe(pid);
    await storage.health.write(() => storage.database.db.deleteFrom('aliases').execute());
    await expect(open(url)).rejects.toThrow('in use by another gateway');
    await storage.close();
  });
});

describe('its tables', () => {
  it('are made once, however many processes do so at the same time', async () => {
    const url = await server.database();
    const all = await Promise.all(Array.from({ length: 8 }, () => migrateStorage(url)));
    expect(all.filter(({ from }) => from === 0)).toHaveLength(1);
    expect(all.every(({ to }) => to === migrations.length)).toBe(true);
  });

  it('of a newer program are refused', async () => {
    const url = await server.database();
    await migrateStorage(url);
    await run(url, 'UPDATE backplane.schema_version SET version = 99');
    await expect(open(url)).rejects.toThrow(
      `is of version 99, and this program knows ${migrations.length}: use a newer program`,
    );
    await expect(checkStorage(url)).rejects.toThrow('use a newer program');
  });

  it('keep what a start asked for, for a retry', async () => {
    const url = await server.database();
    const recorded = { name: 'Weekly', description: null, settings: { mode: 'FULL', ruleGuids: ['a'] } };
    const operation = anOperation({ recorded });
    const first = await open(url);
    const before = openStore(first);
    await before.insert(operation);
    await before.update(operation.id, { status: 'SUCCEEDED', backupId: 'b' });
    await before.close();
    await first.close();
    const storage = await open(url);
    const store = openStore(storage);
    expect(await store.find(operation.id)).toMatchObject({ status: 'SUCCEEDED', recorded });
    expect(await store.startsOf('files', ['b'])).toMatchObject([{ recorded }]);
    await store.close();
    await storage.close();
  });

  it('keep texts with a NUL and half characters, and large numbers', async () => {
    const storage = await open(await server.database());
    const store = openAuditStore({ storage, onBug: neverABug });
    await store.add(aRecord('ann\0bob', { outcome: 'DONE' }));
    const [entry] = await store.list({ viewer: 'root', providers: null }, null, 10);
    expect(entry?.outcome).toBe('DONE');
    expect(entry?.at).toBeGreaterThan(1e15);
    await store.close();
    await storage.close();
  });

  it('keep replay logs within their bounds', async () => {
    const url = await server.database();
    const storage = await open(url);
    const replay = replayOf(storage);
    const entry = JSON.stringify('x'.repeat(150));
    const write = (log: string, lastSeq = 1) =>
      replay.append({
        log,
        head: { of: log },
        entries: [entry],
        lastSeq,
        evicted: lastSeq - 2,
        notes: { [log]: lastSeq },
      });
    for (const log of ['changes', 'a', 'b', 'c', 'd', 'e', 'f']) await write(log);
    for (const seq of [2, 3]) await write('f', seq);
    const here = replay.load('f');
    expect(here).toMatchObject({ head: { of: 'f' }, lastSeq: 3 });
    await replay.close();
    await storage.close();
    const again = await open(url);
    const kept = replayOf(again);
    expect(kept.load('f')).toEqual(here);
    expect(kept.note('f')).toBe(3);
    expect(kept.load('changes')).not.toBeNull();
    expect(kept.load('a')).toBeNull();
    await kept.close();
    await again.close();
  });
});

describe('a server that cannot be used', () => {
  it.each([
    ['that is not there', () => 'postgres://u:secret@127.0.0.1:1/x', /cannot be reached \(ECONNREFUSED\)/],
    ['without the database', () => `postgres://backplane@127.0.0.1:${server.port}/nowhere`, /no such database/],
    ['without the role', () => `postgres://nobody:secret@127.0.0.1:${server.port}/postgres`, /refuses the user/],
  ])('%s is a sentence without the password', async (_, url, message) => {
    await expect(open(url())).rejects.toThrow(message);
    await expect(openSharedStorage(url())).rejects.not.toThrow('secret');
  });
});
