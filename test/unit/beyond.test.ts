/** Walks through a product that lists its newest backups only, while its history grows, against a model of everything. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { History } from '../../src/core/history.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { oldestObservation } from '../../src/history/lists.ts';
import { createReader } from '../../src/history/reader.ts';
import { toCoverage } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type BackupList, listBackups } from '../../src/lists/backup-list.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider, never } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { nothingStored } from '../support/stored-history.ts';
import { everything } from '../support/walks.ts';

const minute = 60_000_000;
const start = Date.parse('2026-11-20T12:00:00Z') * 1000;
const storage = openStorage(':memory:');
const store = createHistoryStore(storage.database, storage.health);
afterAll(() => storage.close());

let worlds = 0;

function aWorld(bound: number) {
  const name = `bounded-${++worlds}`;
  const rows: Backup[] = [];
  const clock = { at: start };
  const asked: PageQuery[] = [];
  const error = new GatewayError('INCOMPLETE', 'only the newest');
  const provider = aProvider({
    name,
    countBackups: () => Promise.resolve(null),
    listEntities: () => Promise.resolve([]),
    getBackups: (ids) => Promise.resolve(ids.map((id) => rows.find(({ localId }) => localId === id) ?? null)),
    async listBackups(query) {
      asked.push(query);
      const { direction, after, limit } = query;
      const compare = comparator(direction);
      const newest = rows.toSorted(compareKeys).slice(0, bound);
      const isWhole = rows.length <= bound;
      const shown = newest.toSorted(compare).filter((row) => after === null || compare(row, after) > 0);
      const problems = [{ provider: name, entityId: null, isBound: true, error } as const];
      // Where the oldest ones begin is not known.
      const isLost = direction === 'ascending' && (after === null || compareKeys(newest.at(-1) as Backup, after) < 0);
      if (!isWhole && isLost) return { rows: [], isEnd: false, problems };
      const page = shown.slice(0, limit).map(listed);
      if (shown.length > limit) return { rows: page, isEnd: false, problems: [] };
      if (isWhole || direction === 'ascending') return { rows: page, isEnd: true, problems: [] };
      return page.length === limit
        ? { rows: page, isEnd: false, problems: [] }
        : { rows: page, isEnd: false, problems };
    },
  });
  const reader = createReader({
    provider: () => provider,
    store,
    keepDays: 400,
    keepRows: 1_000_000,
    everySeconds: 300,
    now: () => clock.at,
    retentionNow: () => clock.at,
    pageRows: 4,
  });
  const history: History = {
    listBackups: (one, query) => store.list(one, query),
    listOrdered: () => Promise.resolve([]),
    newestSuccesses: () => Promise.resolve(new Map()),
    entityRuns: () => Promise.resolve(new Map()),
    oldestObservation: (one, range) => oldestObservation(storage.database.db, one, range),
    newestRuns: () => Promise.resolve([]),
    runsBefore: () => Promise.resolve([]),
    ...nothingStored,
    async coverage(one) {
      const state = await store.readState(one);
      return state && toCoverage(state, 0);
    },
  };
  return {
    rows,
    asked,
    add(count: number) {
      for (let index = 0; index < count; index++) {
        clock.at += minute;
        rows.push(
          aBackup({ provider: name, externalId: String(rows.length), sortedAt: clock.at, startedAt: clock.at }),
        );
      }
    },
    async work() {
      clock.at += 6 * minute;
      for (let steps = 0; (await reader.step(never)) === 0; steps++) expect(steps).toBeLessThan(500);
    },
    from: async () => (await history.coverage(name))?.from ?? null,
    read: (first: number, after: string | null, isAscending = false): Promise<BackupList> =>
      listBackups(
        [provider],
        () => 60_000,
        { page: { first, after }, filter: everything, isAscending },
        never,
        undefined,
        history,
      ),
  };
}

type World = ReturnType<typeof aWorld>;

async function walk(world: World, size: number, isAscending: boolean) {
  const pages: BackupList[] = [];
  for (let cursor: string | null = null, hasMore = true; hasMore; ) {
    const list: BackupList = await world.read(size, cursor, isAscending);
    pages.push(list);
    expect(pages.length).toBeLessThan(300);
    hasMore = list.pageInfo.hasNextPage;
    cursor = list.pageInfo.endCursor ?? cursor;
  }
  return pages;
}

describe('a walk beyond what a product lists', () => {
  test('has every backup that the history knows once, in order, and names what it does not know', async () => {
    const batches = fc.array(fc.record({ count: fc.integer({ min: 0, max: 14 }), isRead: fc.boolean() }), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 12 }),
        batches,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (bound, drawn, size, isAscending) => {
          const world = aWorld(bound);
          for (const { count, isRead } of drawn) {
            world.add(count);
            if (isRead) await world.work();
          }
          await world.work();
          const pages = await walk(world, size, isAscending);
          const seen = pages.flatMap(({ rows }) => rows);
          const all = world.rows.toSorted(comparator(isAscending ? 'ascending' : 'descending'));
          const ids = seen.map(({ externalId }) => externalId);
          expect(new Set(ids).size).toBe(ids.length);
          // In order, and nothing that never was.
          expect(ids).toEqual(all.map(({ externalId }) => externalId).filter((id) => ids.includes(id)));
          const from = await world.from();
          for (const row of all) {
            if (from !== null && (row.sortedAt ?? 0) >= from) expect(ids).toContain(row.externalId);
          }
          const isNamed = pages.some(({ problems }) => problems.some(({ error }) => error.code === 'INCOMPLETE'));
          if (ids.length < all.length) expect(isNamed).toBe(true);
          if (world.rows.length <= bound) expect(isNamed).toBe(false);
          for (const { rows, asOf } of pages) {
            if (rows.some(({ observedAt }) => observedAt !== undefined)) expect(asOf).not.toBeNull();
          }
        },
      ),
      { numRuns: runsOf(200) },
    );
  });

  test('asks the product only for pages that it lists', async () => {
    const world = aWorld(10);
    for (let batch = 0; batch < 10; batch++) {
      world.add(5);
      await world.work();
    }
    world.asked.length = 0;
    const pages = await walk(world, 5, false);
    expect(pages.flatMap(({ rows }) => rows).length).toBe(50);
    expect(world.asked.length).toBeLessThanOrEqual(4);
    // The last page says that older ones may be missing: the product cannot tell.
    const named = pages.map(({ problems }) => problems.length);
    expect(named.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(named.at(-1)).toBe(1);
    const old = pages[5];
    expect(old?.rows.every(({ observedAt }) => observedAt !== undefined)).toBe(true);
    expect(old?.asOf).toBeGreaterThan(start);
    expect(pages[0]).toMatchObject({ asOf: null, problems: [] });
  });
});
