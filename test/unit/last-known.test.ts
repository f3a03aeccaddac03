/** Lists across what products answer and what is stored of them, with outages in the middle of a walk. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { History } from '../../src/core/history.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';
import { oldestObservation } from '../../src/history/lists.ts';
import { newState } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type BackupList, listBackups } from '../../src/lists/backup-list.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider, never, unavailable } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { nothingStored } from '../support/stored-history.ts';
import { everything } from '../support/walks.ts';

const minute = 60_000_000;
const asOf = Date.parse('2026-11-20T12:00:00Z') * 1000;

const storage = openStorage(':memory:');
const store = createHistoryStore(storage.database, storage.health);
afterAll(() => storage.close());

interface Known {
  readonly rows: readonly Backup[];
  /** How many of the newest rows are stored; null: all. */
  readonly stored: number | null;
  isDown: boolean;
  readonly provider: Provider;
}

let worlds = 0;

async function aWorld(draws: readonly { times: readonly number[]; stored: number | null }[]) {
  const world = ++worlds;
  const froms = new Map<string, number | null>();
  const products = await Promise.all(
    draws.map(async ({ times, stored }, index): Promise<Known> => {
      const name = `world-${world}-${index}`;
      const rows = times
        .map((time, at) => aBackup({ provider: name, externalId: String(at), sortedAt: asOf - time * minute }))
        .sort(compareKeys);
      const known = rows.slice(0, stored ?? rows.length);
      const page = { rows: known, ids: [], after: null, through: null };
      await store.savePage(name, page, asOf, newState('fake'));
      froms.set(name, known.at(-1)?.sortedAt ?? null);
      const product: Known = {
        rows,
        stored,
        isDown: false,
        provider: aProvider({
          name,
          async listBackups({ direction, after, limit }) {
            if (product.isDown) throw unavailable(name);
            const compare = comparator(direction);
            const rest = [...rows].sort(compare).filter((row) => after === null || compare(row, after) > 0);
            return { rows: rest.slice(0, limit).map(listed), isEnd: rest.length <= limit, problems: [] };
          },
        }),
      };
      return product;
    }),
  );
  const history: History = {
    listBackups: (name, query) => store.list(name, query),
    listOrdered: () => Promise.resolve([]),
    newestSuccesses: () => Promise.resolve(new Map()),
    entityRuns: () => Promise.resolve(new Map()),
    oldestObservation: (name, range) => oldestObservation(storage.database.db, name, range),
    newestRuns: () => Promise.resolve([]),
    runsBefore: () => Promise.resolve([]),
    ...nothingStored,
    async coverage(name) {
      const isComplete = products.find(({ provider }) => provider.name === name)?.stored === null;
      const from = froms.get(name) ?? null;
      const trusted = { hasGaps: false, isBounded: false, boundAt: null, isDoubted: false };
      return { from, asOf, isComplete, ...trusted, keptFrom: 0, rows: 0, progress: null, problem: null };
    },
  };
  const read = (
    first: number,
    after: string | null,
    isAscending: boolean,
    lastKnown = true,
    maxAgeSeconds = 0,
  ): Promise<BackupList> =>
    listBackups(
      products.map(({ provider }) => provider),
      () => 60_000,
      { page: { first, after }, filter: everything, isAscending, lastKnown, maxAgeSeconds },
      never,
      undefined,
      history,
    );
  return { products, history, read };
}

const keyOf = ({ provider, externalId }: Pick<Backup, 'provider' | 'externalId'>) => `${provider} ${externalId}`;

const draws = fc.array(
  fc.record({ times: fc.array(fc.nat(60), { maxLength: 25 }), stored: fc.option(fc.nat(25), { nil: null }) }),
  { minLength: 1, maxLength: 3 },
);
/** For each page, which products are away while it is read. */
const outages = fc.array(fc.array(fc.nat(2), { maxLength: 3 }), { maxLength: 30 });

describe('a walk while products go away and come back', () => {
  test('has every row once; what is not stored is named', async () => {
    await fc.assert(
      fc.asyncProperty(draws, outages, fc.integer({ min: 1, max: 12 }), fc.boolean(), async (drawn, away, size, up) => {
        const { products, read } = await aWorld(drawn);
        const seen: string[] = [];
        const cut = new Set<string>();
        let cursor: string | null = null;
        for (let pages = 0, hasMore = true; hasMore; pages++) {
          expect(pages).toBeLessThan(120);
          for (const [index, product] of products.entries()) product.isDown = away[pages]?.includes(index) ?? false;
          const list: BackupList = await read(size, cursor, up);
          for (const row of list.rows) {
            seen.push(keyOf(row));
            const isDown = products.find(({ provider }) => provider.name === row.provider)?.isDown;
            if (row.observedAt !== undefined) expect([isDown, row.observedAt]).toEqual([true, asOf]);
          }
          for (const { provider, error, servedAsOf } of list.problems) {
            if (error.code === 'INCOMPLETE') cut.add(provider);
            else expect(servedAsOf).toBe(asOf);
          }
          hasMore = list.pageInfo.hasNextPage;
          cursor = list.pageInfo.endCursor ?? cursor;
        }
        expect(new Set(seen).size).toBe(seen.length);
        for (const { rows, stored, provider } of products) {
          if (stored === null) expect(cut.has(provider.name)).toBe(false);
          if (!cut.has(provider.name)) expect(rows.map(keyOf).filter((key) => !seen.includes(key))).toEqual([]);
        }
      }),
      { numRuns: runsOf(300) },
    );
  });
});

describe('a page while a product does not answer', () => {
  const one = () => aWorld([{ times: [1, 2, 3, 4], stored: null }]);

  test('has its rows as they were, and says of when', async () => {
    const { products, read } = await one();
    const before = await read(10, null, false);
    expect(before.rows.every(({ observedAt }) => observedAt === undefined)).toBe(true);
    for (const product of products) product.isDown = true;
    const { rows, problems } = await read(10, null, false);
    expect(rows).toEqual(before.rows.map((row) => ({ ...row, observedAt: asOf })));
    expect(problems).toMatchObject([{ servedAsOf: asOf, error: { code: 'PROVIDER_UNAVAILABLE' } }]);
  });

  test('has none of its rows unless the client accepts old ones', async () => {
    const { products, read } = await one();
    for (const product of products) product.isDown = true;
    const { rows, problems } = await read(10, null, false, false);
    expect(rows).toEqual([]);
    expect(problems.map(({ servedAsOf }) => servedAsOf)).toEqual([undefined]);
  });

  test('is as without history if the database cannot be read, or nothing is stored', async () => {
    for (const coverage of [
      () => Promise.resolve(null),
      () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE', 'the disk is full')),
    ]) {
      const { products, read, history } = await one();
      Object.assign(history, { coverage });
      for (const product of products) product.isDown = true;
      const { rows, problems } = await read(10, null, false);
      expect(rows).toEqual([]);
      expect(problems).toMatchObject([{ error: { code: 'PROVIDER_UNAVAILABLE' } }]);
    }
  });
});

describe('a page that may be of some age', () => {
  const ageSeconds = (Date.now() * 1000 - asOf) / 1_000_000;
  const enough = Math.ceil(ageSeconds) + 3_600;
  const one = () => aWorld([{ times: Array.from({ length: 20 }, (_, minutes) => minutes), stored: null }]);
  /** A product that is down cannot have been asked. */
  async function aDownWorld() {
    const world = await one();
    for (const product of world.products) product.isDown = true;
    return world;
  }

  test('is read without the product if every row was seen in time, and says when', async () => {
    const { read } = await aDownWorld();
    const first = await read(2, null, false, false, enough);
    expect(first.problems).toEqual([]);
    expect(first.rows.map(({ externalId, observedAt }) => [externalId, observedAt])).toEqual([
      ['0', asOf],
      ['1', asOf],
    ]);
    expect(first.asOf).toBe(asOf);
    const second = await read(2, first.pageInfo.endCursor, false, false, enough);
    expect(second.rows.map(({ externalId }) => externalId)).toEqual(['2', '3']);
    expect(second.problems).toEqual([]);
  });

  test.each([
    ['0 seconds are accepted', 0, false, 2],
    ['less than its age is accepted', Math.floor(ageSeconds) - 3_600, false, 2],
    ['it has the end of the list', enough, false, 19],
    ['it begins at the end', enough, true, 2],
  ] as const)('is asked of the product if %s', async (_title, maxAge, isAscending, size) => {
    const { read } = await aDownWorld();
    const { rows, problems, asOf: told } = await read(size, null, isAscending, false, maxAge);
    expect([rows, told]).toEqual([[], null]);
    expect(problems).toMatchObject([{ error: { code: 'PROVIDER_UNAVAILABLE' } }]);
  });

  test('is asked of the product if one row of it was not seen in time', async () => {
    const { read, products } = await aDownWorld();
    const row = products[0]?.rows[1] as Backup;
    await store.settle(row.provider, [row], [], asOf - 7_200_000_000);
    const { rows } = await read(2, null, false, false, enough);
    expect(rows).toEqual([]);
  });

  test('has every row once, beside pages of the product', async () => {
    await fc.assert(
      fc.asyncProperty(
        draws,
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.integer({ min: 1, max: 8 }),
        async (drawn, ages, size) => {
          const { products, read } = await aWorld(drawn.map(({ times }) => ({ times, stored: null })));
          const seen: string[] = [];
          let cursor: string | null = null;
          for (let pages = 0, hasMore = true; hasMore; pages++) {
            const list: BackupList = await read(size, cursor, false, false, ages[pages % ages.length] ? enough : 0);
            seen.push(...list.rows.map(keyOf));
            hasMore = list.pageInfo.hasNextPage;
            cursor = list.pageInfo.endCursor ?? cursor;
          }
          const all = products.flatMap(({ rows }) => rows).sort(compareKeys);
          expect(seen).toEqual(all.map(keyOf));
        },
      ),
      { numRuns: runsOf(150) },
    );
  });
});
