/** What a gateway stores of its products, in the background and at its own pace. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { noFilter } from '../../src/core/filter.ts';
import { compareOrdered, historyOrderFields, type OrderKey } from '../../src/core/history.ts';
import { type Backup, isSuccessful, type ProtectedEntity } from '../../src/core/model.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { createEntityReads } from '../../src/history/entities.ts';
import { createEntityRows } from '../../src/history/entity-rows.ts';
import { listOrdered } from '../../src/history/ordered.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { openStorage, waitForStorage } from '../../src/storage/storage.ts';
import { startFour } from '../support/all-four.ts';
import { startBorgGateway, startGateway } from '../support/gateway.ts';
import { writeConfig } from '../support/main.ts';
import { never } from '../support/model.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { start } from '../support/process.ts';
import { coverages, eager, untilComplete } from '../support/stored-history.ts';
import { hangMs } from '../support/timing.ts';

const query: PageQuery = { direction: 'descending', after: null, limit: 5_000, filter: noFilter, offset: 0 };
const Coverage = '{ providers { name history { from asOf isComplete rows progress problem } } }';

/** A clock in the product may go on between two reads. */
const settled = (rows: readonly Backup[]) => rows.filter(({ progress }) => progress === null);

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

describe.each(['memory', 'PostgreSQL'])('a history in %s', (place) => {
  const open = async () =>
    place === 'memory'
      ? openStorage(':memory:')
      : await waitForStorage(await server.database(), { waitMs: 0, onWait: () => undefined });

  test('has what all four products list, row by row', async () => {
    const storage = await open();
    await using fixture = await startFour({}, { storage, history: eager });
    const { gateway } = fixture;
    await untilComplete(gateway);
    const store = createHistoryStore(storage.database, storage.health);
    for (const provider of gateway.app.providers) {
      const page = await provider.listBackups(query, never);
      const rows = page.rows.map((row) => row.open());
      const stored = await store.list(provider.name, query);
      expect(rows.length).toBeGreaterThan(50);
      expect(settled(stored.rows.map(({ backup }) => backup))).toEqual(settled(rows));
      expect(stored.rows.length).toBe(rows.length);
    }
  });

  test('orders them by size, duration, end and name, from any row', async () => {
    const storage = await open();
    await using fixture = await startFour({}, { storage, history: eager });
    await untilComplete(fixture.gateway);
    const { db } = storage.database;
    for (const { name } of fixture.gateway.app.providers) {
      for (const field of historyOrderFields) {
        for (const isDescending of [true, false]) {
          const order = { field, isDescending };
          const read = (after: OrderKey | null, isForward: boolean, limit: number) =>
            listOrdered(db, name, { order, isForward, after, limit, filter: noFilter }, never);
          const keys = (await read(null, true, 1_000)).map(({ key }) => key);
          expect(keys.length).toBeGreaterThan(50);
          expect(keys).toEqual(keys.toSorted(compareOrdered(order)));
          const at = Math.floor(keys.length / 2);
          expect((await read(keys[at] ?? null, true, 20)).map(({ key }) => key)).toEqual(keys.slice(at + 1, at + 21));
          const back = (await read(keys[at] ?? null, false, 20)).map(({ key }) => key);
          expect(back.reverse()).toEqual(keys.slice(at - 20, at));
        }
      }
    }
  });

  test('has the entities that all four products list', async () => {
    const storage = await open();
    await using fixture = await startFour({}, { storage, history: eager });
    const reads = createEntityReads(storage.database, storage.health);
    for (const provider of fixture.gateway.app.providers) {
      await expect.poll(() => reads.list(provider.name)).not.toBeNull();
      const { asOf = 0, entities = [] } = (await reads.list(provider.name)) ?? {};
      const listed = (await provider.listEntities(never)).map((entity) => ({ ...entity, observedAt: asOf }));
      expect(listed.length).toBeGreaterThan(1);
      const byId = (a: ProtectedEntity, b: ProtectedEntity) => (a.externalId < b.externalId ? -1 : 1);
      expect(entities.toSorted(byId)).toEqual(listed.toSorted(byId));
      const some = listed.slice(0, 2).map(({ externalId }) => externalId);
      expect([...(await reads.get(provider.name, [...some, 'none'])).keys()].sort()).toEqual(some.sort());
    }
    expect(await reads.list('none')).toBeNull();
  });

  test('tells what ran of each entity, by days', async () => {
    const storage = await open();
    await using fixture = await startFour({}, { storage, history: eager });
    await untilComplete(fixture.gateway);
    const entities = createEntityRows(storage.database, storage.health);
    const boundaries = [30, 10, 3, 0].map((days) => (Date.parse('2026-11-20T12:00:00Z') - days * 86_400_000) * 1000);
    for (const { name } of fixture.gateway.app.providers) {
      const rows = await storage.database.db
        .selectFrom('history_backups')
        .select(['entity_id', 'sort_at', 'status'])
        .where('provider', '=', name)
        .execute();
      const ids = [...new Set(rows.flatMap((row) => row.entity_id ?? []))];
      const runs = await entities.runs(name, ids, boundaries);
      for (const id of ids) {
        for (const [span, start] of boundaries.slice(0, -1).entries()) {
          const within = rows.filter(
            (row) => row.entity_id === id && row.sort_at >= start && row.sort_at < (boundaries[span + 1] ?? 0),
          );
          const counts = [...(runs.get(id)?.spans.get(span)?.byStatus ?? [])];
          expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(within.length);
        }
      }
      const successes = await entities.newestSuccesses(name, ids);
      expect(successes.size).toBeGreaterThan(0);
      for (const [id, { status, entityId }] of successes) expect([id, isSuccessful(status)]).toEqual([entityId, true]);
    }
  });
});

describe('the reader', () => {
  test('sends nothing to a product unless the history is on', async () => {
    await using gateway = await startBorgGateway();
    expect(await gateway.askText(Coverage)).toEqual({ data: { providers: [{ name: 'files', history: null }] } });
    expect(gateway.sandbox.requests).toEqual([]);
  });

  test('sees a backup that was started through the gateway at once, not after everySeconds', async () => {
    const storage = openStorage(':memory:');
    const borg = await startBorgGateway();
    await using _ = borg;
    await using gateway = startGateway({ providers: [borg.sandbox.config], storage, history: eager });
    await untilComplete(gateway);
    const before = await createHistoryStore(storage.database, storage.health).count('files');
    const { data } = await gateway.askText('{ protectedEntities { nodes { id } } }');
    const { protectedEntities } = data as { protectedEntities: { nodes: { id: string }[] } };
    const start = 'mutation ($id: ID!) { startBackup(input: { entityId: $id }) { backup { id } } }';
    await gateway.askText(start, { id: protectedEntities.nodes[0]?.id });
    await expect
      .poll(() => createHistoryStore(storage.database, storage.health).count('files'), { timeout: hangMs })
      .toBe(before + 1);
  });

  test('sends no more requests than it may, and none that others wait for', async () => {
    const borg = await startBorgGateway({ history: 900 });
    await using _ = borg;
    await using gateway = startGateway({ providers: [borg.sandbox.config], history: { requestsPerMinute: 3 } });
    await expect.poll(() => borg.sandbox.requests.length, { timeout: hangMs }).toBeGreaterThan(2);
    // The history waits for its turn, and a client does not.
    const { data } = await gateway.askText('{ backups(first: 5) { nodes { id } problems { code } } }');
    expect(data).toMatchObject({ backups: { problems: [] } });
    expect((await coverages(gateway))[0]?.history?.isComplete ?? false).toBe(false);
  });

  test('starts with a provider that a reload adds, and stops with one that it removes', async () => {
    const borg = await startBorgGateway();
    await using _ = borg;
    const storage = openStorage(':memory:');
    await using gateway = startGateway({ providers: [borg.sandbox.config], storage, history: eager });
    await untilComplete(gateway);
    gateway.reload({ providers: [{ ...borg.sandbox.config, name: 'other' }] });
    await untilComplete(gateway);
    expect(await createHistoryStore(storage.database, storage.health).count('other')).toBe(60);
  });
});

test('`history status` prints how much is stored, also beside the gateway', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const url = `file:${join(folder, 'gateway.db')}`;
  const borg = await startBorgGateway();
  await using _ = borg;
  await using gateway = startGateway({ providers: [borg.sandbox.config], storage: openStorage(url), history: eager });
  await untilComplete(gateway);
  const config = await writeConfig('backplane.yaml', stringify({ storage: { url }, providers: [borg.sandbox.config] }));
  // A process of its own: it waits for the lock of a write, which the gateway of this process could not end meanwhile.
  await using status = start(['history', 'status', '--config', config]);
  expect(await status.ended).toBe(0);
  expect(status.stdout()).toMatch(/^files {2}\[#{20}\] 100 % {2}60 backups since 20\d\d-\d\d-\d\d, as of 20\S+Z$/m);
});
