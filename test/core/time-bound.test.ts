import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { readCollections } from '../../src/core/readers/collections.ts';
import {
  maxScannedRows,
  readTimeBound,
  type TimeBoundSource,
  type TimeWindow,
} from '../../src/core/readers/time-bound.ts';
import { opened } from '../support/opened.ts';
import { type Change, changed, changes, jitters, makeRows, namesOf } from './histories.ts';
import { aBackup, never } from './model.ts';

interface TimedProduct {
  rows: Backup[];
  readonly calls: TimeWindow[];
  readonly source: TimeBoundSource;
}

interface Manners {
  /** Gives fewer rows at once than it was asked for. */
  readonly cap?: number;
  readonly tellsTotal?: boolean;
  readonly isExclusive?: boolean;
  readonly ignoresPage?: boolean;
}

/** Equal times in an order of its own, which is neither ours nor its opposite. */
const scrambled = ({ externalId }: Backup) => (Number(externalId) * 7919) % 10_007;

function aTimedProduct(
  rows: readonly Backup[],
  { cap = 2000, tellsTotal = true, isExclusive, ignoresPage }: Manners = {},
): TimedProduct {
  const product: TimedProduct = {
    rows: [...rows],
    calls: [],
    source: {
      provider: 'one',
      entityId: null,
      maxLimit: 2000,
      fetch: ({ direction, from, to, page, limit }) => {
        product.calls.push({ direction, from, to, page, limit });
        const isWithin = ({ sortedAt }: Backup) =>
          sortedAt !== null &&
          (from === null || (isExclusive ? sortedAt > from : sortedAt >= from)) &&
          (to === null || (isExclusive ? sortedAt < to : sortedAt <= to));
        const sign = direction === 'descending' ? -1 : 1;
        const found = product.rows
          .filter(isWithin)
          .sort((a, b) => sign * ((a.sortedAt ?? 0) - (b.sortedAt ?? 0)) || scrambled(a) - scrambled(b));
        const size = Math.min(limit, cap);
        const start = ignoresPage ? 0 : page * size;
        return Promise.resolve({
          rows: found.slice(start, start + size).map(listed),
          total: tellsTotal ? found.length : null,
        });
      },
    },
  };
  return product;
}

const first = (direction: ScanDirection, limit: number): PageQuery => ({
  direction,
  after: null,
  limit,
  filter: noFilter,
  offset: 0,
});

const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');

test('rows that exist throughout a walk come exactly once, in order, whatever is added and removed meanwhile', async () => {
  const walked = fc.record({
    jitters: jitters(200),
    timeStep: fc.constantFrom(1, 3, 8, 40),
    limit: fc.integer({ min: 1, max: 60 }),
    direction,
    changes,
    manners: fc.record({
      cap: fc.constantFrom(3, 10, 2000),
      tellsTotal: fc.boolean(),
      isExclusive: fc.boolean(),
    }),
  });
  await fc.assert(
    fc.asyncProperty(walked, async (walk) => {
      const product = aTimedProduct(makeRows('one', walk.jitters, walk.timeStep), walk.manners);
      const seen: Backup[] = [];
      let everywhere = product.rows;
      let query = first(walk.direction, walk.limit);
      for (let step = 0; step < 300; step++) {
        const page = await opened(readTimeBound(product.source, query, never));
        expect(page.problems).toEqual([]);
        seen.push(...page.rows);
        if (page.isEnd) break;
        expect(page.rows).toHaveLength(walk.limit);
        query = { ...query, after: toSortKey(page.rows.at(-1) as Backup) };
        const change: Change | undefined = walk.changes[step];
        if (change) product.rows = changed(product.rows, change, 'one', step);
        const now = new Set(namesOf(product.rows));
        everywhere = everywhere.filter((row) => now.has(`one/${row.externalId}`));
      }
      expect(namesOf(seen)).toEqual(namesOf([...seen].sort(comparator(walk.direction))));
      const names = new Set(namesOf(seen));
      expect(names.size).toBe(seen.length);
      expect(namesOf(everywhere).filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

describe('cost', () => {
  const spread = Array.from({ length: 5000 }, (_, index) =>
    aBackup({ externalId: String(index), sortedAt: index * 60_000_000 }),
  );

  test('a page takes one call, at any depth', async () => {
    const product = aTimedProduct(spread);
    let query = first('descending', 50);
    for (let page = 0; page < 60; page++) {
      const { rows } = await opened(readTimeBound(product.source, query, never));
      query = { ...query, after: toSortKey(rows.at(-1) as Backup) };
    }
    expect(product.calls).toHaveLength(60);
    expect(product.calls.every(({ limit }) => limit <= 60)).toBe(true);
  });

  test('a filter that the product cannot serve stops at a stated number of rows', async () => {
    const many = Array.from({ length: 15_000 }, (_, index) =>
      aBackup({ externalId: String(index), sortedAt: index * 60_000_000 }),
    );
    const product = aTimedProduct(many);
    const query = { ...first('descending', 500), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page).toMatchObject({ rows: [], isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(product.calls.length).toBeLessThanOrEqual(maxScannedRows / 500 + 1);
  });

  test('a product that gives the same page again and again is not asked for ever', async () => {
    const product = aTimedProduct(spread, { ignoresPage: true, tellsTotal: false });
    const query = { ...first('descending', 10), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page.problems).toMatchObject([{ error: { code: 'INCOMPLETE' } }]);
    expect(product.calls.length).toBeLessThanOrEqual(501);
  });
});

describe('several collections of one provider', () => {
  const collection = (entityId: string, rows: readonly Backup[]) => ({
    entityId,
    read: (query: PageQuery) => readTimeBound(aTimedProduct(rows).source, query, never),
  });
  const down = (entityId: string) => ({
    entityId,
    read: () => Promise.reject(new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.')),
  });
  const odd = makeRows('one', Array<number>(30).fill(0), 1).filter(({ externalId }) => Number(externalId) % 2 === 1);
  const even = makeRows('one', Array<number>(30).fill(0), 1).filter(({ externalId }) => Number(externalId) % 2 === 0);

  test('are one list in the one order', async () => {
    const page = await readCollections(
      'one',
      [collection('a', odd), collection('b', even)],
      first('descending', 20),
      never,
    );
    expect(namesOf(page.rows)).toEqual(namesOf([...odd, ...even].sort(compareKeys).slice(0, 20)));
    expect(page.isEnd).toBe(false);
  });

  test('go on without one that fails, which is named', async () => {
    const page = await readCollections('one', [collection('a', odd), down('b')], first('descending', 100), never);
    expect(page.rows).toHaveLength(15);
    expect(page).toMatchObject({
      isEnd: false,
      problems: [{ entityId: 'b', error: { code: 'PROVIDER_UNAVAILABLE' } }],
    });
  });

  test('fail where all of them do', async () => {
    await expect(readCollections('one', [down('a'), down('b')], first('descending', 5), never)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
  });
});
