/** Lists across what products answer and what is stored of them, with outages in the middle of a walk. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { History } from '../../src/core/history.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';
import { newState } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type BackupList, listBackups } from '../../src/lists/backup-list.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider, never, unavailable } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
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
    async coverage(name) {
      const isComplete = products.find(({ provider }) => provider.name === name)?.stored === null;
      return { from: froms.get(name) ?? null, asOf, isComplete, rows: 0, progress: null, problem: null };
    },
  };
  const read = (first: number, after: string | null, isAscending: boolean, lastKnown = true): Promise<BackupList> =>
    listBackups(
      products.map(({ provider }) => provider),
      () => 60_000,
      { page: { first, after }, filter: everything, isAscending, lastKnown },
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
