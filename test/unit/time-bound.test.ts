import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCollections } from '../../providers/_kit/readers/collections.ts';
import {
  maxReadings,
  maxScannedRows,
  readTimeBound,
  type TimeBoundSource,
  type TimeWindow,
} from '../../providers/_kit/readers/time-bound.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { type Change, changed, changes, jitters, makeRows, namesOf } from '../support/histories.ts';
import { aBackup, never } from '../support/model.ts';
import { opened } from '../support/opened.ts';

interface TimedProduct {
  rows: Backup[];
  /** Called before each answer. */
  onCall: (call: number) => void;
  readonly calls: TimeWindow[];
  readonly source: TimeBoundSource;
}

interface Manners {
  /** Gives fewer rows at once than it was asked for. */
  readonly cap?: number;
  readonly tellsTotal?: boolean;
  readonly isExclusive?: boolean;
  readonly ignoresPage?: boolean;
  /** Where a page begins goes by what was asked for, though fewer are given. */
  readonly countsAsked?: boolean;
}

/** Equal times in an order of its own, which is neither ours nor its opposite. */
const scrambled = ({ externalId }: Backup) => (Number(externalId) * 7919) % 10_007;

function aTimedProduct(
  rows: readonly Backup[],
  { cap = 2000, tellsTotal = true, isExclusive, ignoresPage, countsAsked }: Manners = {},
): TimedProduct {
  const product: TimedProduct = {
    rows: [...rows],
    onCall: () => undefined,
    calls: [],
    source: {
      provider: 'one',
      entityId: null,
      maxLimit: 2000,
      fetch: ({ direction, from, to, page, limit }) => {
        product.calls.push({ direction, from, to, page, limit });
        product.onCall(product.calls.length);
        const isWithin = ({ sortedAt }: Backup) =>
          sortedAt !== null &&
          (from === null || (isExclusive ? sortedAt > from : sortedAt >= from)) &&
          (to === null || (isExclusive ? sortedAt < to : sortedAt <= to));
        const sign = direction === 'descending' ? -1 : 1;
        const found = product.rows
          .filter(isWithin)
          .sort((a, b) => sign * ((a.sortedAt ?? 0) - (b.sortedAt ?? 0)) || scrambled(a) - scrambled(b));
        const size = Math.min(limit, cap);
        const start = ignoresPage ? 0 : page * (countsAsked ? limit : size);
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

  test.each(['descending', 'ascending'] as const)('a page takes one call, at any depth (%s)', async (way) => {
    const product = aTimedProduct(spread);
    let query = first(way, 50);
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

describe('more rows of one moment than the product gives at once', () => {
  /** One a minute before, six at once, one a minute later. */
  const eight = [0, 1, 1, 1, 1, 1, 1, 2].map((minute, index) =>
    aBackup({ externalId: String(index), sortedAt: minute * 60_000_000 }),
  );
  const namesFrom = (way: ScanDirection) => namesOf([...eight].sort(comparator(way)));

  test.each(['descending', 'ascending'] as const)('are read by page numbers of its own size (%s)', async (way) => {
    const product = aTimedProduct(eight, { cap: 3, countsAsked: true });
    const page = await opened(readTimeBound(product.source, first(way, 20), never));
    expect(namesOf(page.rows)).toEqual(namesFrom(way));
    expect(page).toMatchObject({ isEnd: true, problems: [] });
  });

  test('are read twice, and no further than the number that the product tells', async () => {
    const product = aTimedProduct(eight.slice(1, 7), { cap: 2 });
    const page = await opened(readTimeBound(product.source, first('descending', 20), never));
    expect(page).toMatchObject({ isEnd: true, problems: [] });
    expect(page.rows).toHaveLength(6);
    expect(product.calls.slice(2).map(({ page: number }) => number)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('lose none where one of them goes while they are read', async () => {
    for (let at = 1; at <= 8; at++) {
      const product = aTimedProduct(eight, { cap: 2 });
      const [gone] = [...eight.slice(1, 7)].sort((a, b) => scrambled(a) - scrambled(b));
      product.onCall = (call) => {
        if (call === at) product.rows = product.rows.filter((row) => row !== gone);
      };
      const { rows } = await opened(readTimeBound(product.source, first('descending', 20), never));
      const shown = rows.filter(({ externalId }) => externalId !== gone?.externalId);
      const left = [...eight].filter((row) => row !== gone).sort(compareKeys);
      expect(namesOf(shown), `gone before call ${at}`).toEqual(namesOf(left));
    }
  });

  test('that never stand still are shown with a warning', async () => {
    const product = aTimedProduct(eight, { cap: 2 });
    product.onCall = (call) => {
      const row = aBackup({ externalId: String(100 + call), sortedAt: 60_000_000 });
      product.rows = [...product.rows.filter(({ externalId }) => externalId !== String(99 + call)), row];
    };
    const page = await opened(readTimeBound(product.source, first('descending', 20), never));
    expect(page.problems).toMatchObject([{ provider: 'one', error: { code: 'INCOMPLETE' } }]);
    expect(page.isEnd).toBe(false);
    expect(product.calls.length).toBeLessThanOrEqual(2 + maxReadings * 6);
  });

  test('and than are looked through for one page are said to be too many', async () => {
    const product = aTimedProduct(
      Array.from({ length: maxScannedRows + 5000 }, (_, index) => aBackup({ externalId: String(index), sortedAt: 1 })),
    );
    const query = { ...first('descending', 1999), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page).toMatchObject({ rows: [], isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(product.calls.length).toBeLessThanOrEqual(maxScannedRows / product.source.maxLimit + 2);
  });
});

describe('a product whose later pages give the earlier ones again', () => {
  const rows = Array.from({ length: 40 }, (_, index) =>
    aBackup({ externalId: String(index), sortedAt: index * 60_000_000 }),
  );
  const growing = (sizeOf: (page: number) => number, calls: TimeWindow[]): TimeBoundSource => ({
    provider: 'one',
    entityId: null,
    maxLimit: 2000,
    fetch: (window) => {
      calls.push(window);
      const found = [...rows].sort(compareKeys).slice(0, sizeOf(window.page));
      return Promise.resolve({ rows: found.map(listed), total: found.length < 40 ? null : 40, isCumulative: true });
    },
  });

  test('is asked for the next page of the same window', async () => {
    const calls: TimeWindow[] = [];
    const { source, limit } = { source: growing((page) => 4 ** (page + 1), calls), limit: 10 };
    const page = await opened(readTimeBound(source, first('descending', limit), never));
    expect(namesOf(page.rows)).toEqual(namesOf([...rows].sort(compareKeys).slice(0, limit)));
    expect(calls.map(({ page: number, to }) => [number, to])).toEqual([
      [0, null],
      [1, null],
    ]);
  });

  test('and never one more row is not asked for ever', async () => {
    const calls: TimeWindow[] = [];
    const page = await opened(
      readTimeBound(
        growing(() => 4, calls),
        first('descending', 10),
        never,
      ),
    );
    expect(page.rows).toHaveLength(3);
    expect(page).toMatchObject({ isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(calls.length).toBeLessThanOrEqual(501);
  });
});

test('a list that ends with the page takes one call', async () => {
  for (const way of ['descending', 'ascending'] as const) {
    for (const count of [0, 1, 10]) {
      const product = aTimedProduct(makeRows('one', Array<number>(count).fill(0), 1));
      const page = await opened(readTimeBound(product.source, first(way, 10), never));
      expect(page).toMatchObject({ isEnd: true, problems: [] });
      expect(page.rows).toHaveLength(count);
      expect(product.calls).toHaveLength(1);
    }
  }
});

test('before a row without a time there is none with one, and nobody is asked', async () => {
  const product = aTimedProduct(makeRows('one', Array<number>(10).fill(0), 1));
  const after = { sortedAt: null, provider: 'two', externalId: '1' };
  const page = await readTimeBound(product.source, { ...first('ascending', 5), after }, never);
  expect(page).toEqual({ rows: [], isEnd: true, problems: [] });
  expect(product.calls).toEqual([]);
  const below = await readTimeBound(product.source, { ...first('descending', 5), after }, never);
  expect(below.rows).toHaveLength(5);
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
