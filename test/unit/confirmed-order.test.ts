/**
 * A list whose order is confirmed is read no further than a page needs. A row that it lists far from its place later is
 * shown, or the walks that passed its place are told.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ListOrder, maxDisorder } from '../../providers/_kit/readers/disorder.ts';
import { createPageMemory, createPageReader, maxScannedRows } from '../../providers/_kit/readers/pages.ts';
import { createPrefixMemory, readPrefix } from '../../providers/_kit/readers/prefix.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import { aBackup, never } from '../support/model.ts';
import { casesOf } from '../support/nightly.ts';
import { hangMs } from '../support/timing.ts';

interface Product {
  rows: readonly Backup[];
  /** Calls, each with the number of rows that it gave. */
  readonly calls: number[];
  read(query: Partial<PageQuery>): Promise<BackupPage>;
}

const first: PageQuery = { direction: 'descending', after: null, limit: 51, filter: noFilter, offset: 0 };

type Kind = 'paged' | 'prefix';

function aProduct(kind: Kind, rows: readonly Backup[]): Product {
  const calls: number[] = [];
  const give = (found: readonly Backup[]) => {
    calls.push(found.length);
    return found.map(listed);
  };
  const memory = createPrefixMemory();
  const fetchPrefix = (limit: number) =>
    Promise.resolve({ rows: give(product.rows.slice(0, limit)), isWhole: product.rows.length < limit });
  const fetch = (page: number, size: number) => {
    const { length: total } = product.rows;
    if (page > Math.max(1, Math.ceil(total / size))) return Promise.resolve(null);
    return Promise.resolve({ rows: give(product.rows.slice((page - 1) * size, page * size)), size, total });
  };
  const source = { provider: 'one', entityId: 'e', pageSize: 50, fetch };
  const readPage = createPageReader(source, maxScannedRows, createPageMemory(), new ListOrder());
  const product: Product = {
    rows,
    calls,
    read: (query) => {
      const asked = { ...first, ...query };
      if (kind === 'paged') return readPage(asked, never);
      return readPrefix({ provider: 'one', fetch: fetchPrefix, memory }, asked, never);
    },
  };
  return product;
}

const aRow = (id: number, second: number): Backup =>
  aBackup({ provider: 'one', externalId: String(id), localId: String(id), sortedAt: second * 1_000_000 });

/** Newest first; `step` rows share a time. */
const inOrder = (length: number, step = 1): Backup[] =>
  Array.from({ length }, (_, place) => aRow(length - place, Math.floor((length - place) / step) + 1));

/** A walk that can be interrupted by others. */
function aWalk(product: Product, query: Pick<PageQuery, 'direction' | 'limit' | 'enough'>) {
  let asked: PageQuery = { ...first, ...query };
  const shown: string[] = [];
  const codes = new Set<string>();
  let isOver = false;
  return {
    shown,
    codes,
    isOver: () => isOver,
    async next() {
      const page = await product.read(asked);
      shown.push(...page.rows.map(({ externalId }) => externalId));
      for (const { error } of page.problems) codes.add(error.code);
      const last = page.rows.at(-1);
      isOver = page.isEnd || !last;
      if (!last) return page;
      const offset = page.positions?.at(-1) ?? 0;
      const isOrderAssumed = asked.isOrderAssumed || (page.isOrderAssumed ?? false);
      asked = { ...asked, after: toSortKey(last), offset, isOrderAssumed };
      return page;
    },
  };
}

const kinds: readonly Kind[] = ['paged', 'prefix'];
const timeoutMs = 5 * hangMs;

describe.each(kinds)('a list that is read by %s', (kind) => {
  const move = fc.record({ from: fc.integer({ min: 51, max: 399 }), by: fc.integer({ min: -399, max: 399 }) });
  const asked = fc.record({
    length: fc.integer({ min: 60, max: 400 }),
    step: fc.constantFrom(1, 1, 3, 60),
    moves: fc.array(move, { maxLength: 4 }),
    direction: fc.constantFrom<ScanDirection>('descending', 'ascending'),
    limits: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 2, maxLength: 2 }),
    enough: fc.integer({ min: 1, max: 80 }),
    /** Pages that the first walk has read when the second one begins. */
    pagesBefore: fc.nat(6),
    /** The rows are moved only then, as if a product changed its mind. */
    isLate: fc.boolean(),
  });

  test(
    'shows each row once and in order, or says that some may be missing',
    async () => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(asked, async ({ length, step, moves, direction, limits, enough, pagesBefore, isLate }) => {
          const ordered = inOrder(length, step);
          const moved = [...ordered];
          for (const { from, by } of moves) {
            const [row] = moved.splice(from % length, 1);
            moved.splice(Math.min(length, Math.max(51, (from % length) + by)), 0, row as Backup);
          }
          const product = aProduct(kind, isLate ? ordered : moved);
          const walks = limits.map((limit) => aWalk(product, { direction, limit, enough: Math.min(enough, limit) }));
          const [one, other] = walks as [(typeof walks)[number], (typeof walks)[number]];
          for (let page = 0; page < pagesBefore && !one.isOver(); page++) await one.next();
          product.rows = moved;
          while (!other.isOver()) await other.next();
          while (!one.isOver()) await one.next();
          const all = [...ordered].sort(comparator(direction)).map(({ externalId }) => externalId);
          for (const { shown, codes } of walks) {
            const seen = new Set(shown);
            expect(shown).toEqual(all.filter((id) => seen.has(id)));
            if (seen.size < all.length) expect([...codes]).toEqual(['INCOMPLETE']);
            if (moves.length === 0) expect([...codes]).toEqual([]);
            if (codes.size > 0) found++;
          }
        }),
        { numRuns: casesOf(400, 20) },
      );
      // Otherwise no row was ever passed.
      expect(found).toBeGreaterThan(0);
    },
    timeoutMs,
  );

  test('is read ahead until more rows than may be out of place came in order', async () => {
    const product = aProduct(kind, inOrder(1000));
    const query = { limit: 40 };
    await product.read(query);
    expect(product.calls.splice(0)).toEqual(kind === 'paged' ? [50, 50] : [40 + maxDisorder]);
    expect(await product.read(query)).toMatchObject({ isOrderAssumed: true, problems: [] });
    expect(product.calls.splice(0)).toEqual(kind === 'paged' ? [50] : [41]);
  });

  test('is read ahead again once a row came out of order, and the walk that passed its place is told', async () => {
    const rows = inOrder(1000);
    const product = aProduct(kind, rows);
    await product.read({ limit: 40 });
    const walk = aWalk(product, { direction: 'descending', limit: 40 });
    expect((await walk.next()).problems).toEqual([]);
    // Row 930 belongs to place 70; now it stands below that of the first page, but belongs to it.
    product.rows = rows.map((row) => (row.externalId === '930' ? aRow(930, 970.5) : row));
    const second = await walk.next();
    expect(second.problems).toMatchObject([{ provider: 'one', error: { code: 'INCOMPLETE' } }]);
    expect((await walk.next()).problems).toHaveLength(1);
    product.calls.length = 0;
    const fresh = await product.read({ limit: 40 });
    expect(fresh.problems).toEqual([]);
    expect(fresh.rows.map(({ externalId }) => externalId)).toContain('930');
    expect(product.calls).toEqual(kind === 'paged' ? [50, 50] : [40 + maxDisorder]);
  });

  test('gives what it read anyway, from what suffices to the limit', async () => {
    const product = aProduct(kind, inOrder(1000));
    await product.read({});
    product.calls.length = 0;
    const { rows, isEnd } = await product.read({ limit: 51, enough: 12 });
    expect(rows).toHaveLength(kind === 'paged' ? 49 : 12);
    expect(isEnd).toBe(false);
    expect(product.calls).toEqual(kind === 'paged' ? [50] : [13]);
  });
});

describe('what is known of an order', () => {
  test('is nothing before more rows came than may be out of place', () => {
    const order = new ListOrder();
    order.see(inOrder(maxDisorder));
    expect([order.isConfirmed, order.isDisordered]).toEqual([false, false]);
    order.see(inOrder(maxDisorder + 1));
    expect([order.isConfirmed, order.isDisordered]).toEqual([true, false]);
  });

  test('does not depend on how equal times are listed, and a row that waits comes before all others', () => {
    const order = new ListOrder();
    const waiting = [aBackup({ sortedAt: null }), aBackup({ sortedAt: null })];
    order.see([...waiting, aRow(7, 3), aRow(9, 3), aRow(8, 3), aRow(1, 2)]);
    expect(order.isDisordered).toBe(false);
    order.see([...inOrder(3), ...waiting]);
    expect(order.isDisordered).toBe(true);
  });

  test('stays disorder, however many rows come in order after it', () => {
    const order = new ListOrder();
    order.see(inOrder(3).reverse());
    order.see(inOrder(1000));
    expect([order.isConfirmed, order.isDisordered]).toEqual([false, true]);
  });
});
