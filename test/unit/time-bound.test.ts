import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxReadings, maxScannedRows, readTimeBound } from '../../providers/_kit/readers/time-bound.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import { type Change, changed, changes, jitters, makeRows, namesOf } from '../support/histories.ts';
import { aBackup, never } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { opened } from '../support/opened.ts';
import { aTimedProduct, direction, first, scrambled } from '../support/timed-product.ts';

test('rows that exist throughout a walk are returned exactly once and in order, whatever is added or removed', async () => {
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
    { numRuns: runsOf(150) },
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

  test('a filter that the product does not support stops at a fixed number of rows', async () => {
    const many = Array.from({ length: 15_000 }, (_, index) =>
      aBackup({ externalId: String(index), sortedAt: index * 60_000_000 }),
    );
    const product = aTimedProduct(many);
    const query = { ...first('descending', 500), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page).toMatchObject({ rows: [], isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(product.calls.length).toBeLessThanOrEqual(maxScannedRows / 500 + 1);
  });

  test('a product that repeats the same page is not read forever', async () => {
    const product = aTimedProduct(spread, { ignoresPage: true, tellsTotal: false });
    const query = { ...first('descending', 10), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page.problems).toMatchObject([{ error: { code: 'INCOMPLETE' } }]);
    expect(product.calls.length).toBeLessThanOrEqual(501);
  });
});

describe('more rows of the same time than a page of the product holds', () => {
  /** One a minute before, six at once, one a minute later. */
  const eight = [0, 1, 1, 1, 1, 1, 1, 2].map((minute, index) =>
    aBackup({ externalId: String(index), sortedAt: minute * 60_000_000 }),
  );
  const namesFrom = (way: ScanDirection) => namesOf([...eight].sort(comparator(way)));

  test.each(['descending', 'ascending'] as const)('are read by page numbers of the product (%s)', async (way) => {
    const product = aTimedProduct(eight, { cap: 3, countsAsked: true });
    const page = await opened(readTimeBound(product.source, first(way, 20), never));
    expect(namesOf(page.rows)).toEqual(namesFrom(way));
    expect(page).toMatchObject({ isEnd: true, problems: [] });
  });

  test('are read twice, up to the number that the product reports', async () => {
    const product = aTimedProduct(eight.slice(1, 7), { cap: 2 });
    const page = await opened(readTimeBound(product.source, first('descending', 20), never));
    expect(page).toMatchObject({ isEnd: true, problems: [] });
    expect(page.rows).toHaveLength(6);
    expect(product.calls.slice(2).map(({ page: number }) => number)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('lose none if one of them is removed while they are read', async () => {
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

  test('that keep changing are returned with a problem', async () => {
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

  test('and than the limit of one page are reported as too many', async () => {
    const product = aTimedProduct(
      Array.from({ length: maxScannedRows + 5000 }, (_, index) => aBackup({ externalId: String(index), sortedAt: 1 })),
    );
    const query = { ...first('descending', 1999), filter: { ...noFilter, search: 'nothing has this' } };
    const page = await opened(readTimeBound(product.source, query, never));
    expect(page).toMatchObject({ rows: [], isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(product.calls.length).toBeLessThanOrEqual(maxScannedRows / product.source.maxLimit + 2);
  });
});
