import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxDisorder, maxRows } from '../../providers/_kit/readers/prefix.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { type Change, changed, changes, jitters, makeRows, namesOf } from '../support/histories.ts';
import { aBackup, aPrefixProduct, never } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { type OpenedPage, opened } from '../support/opened.ts';

const first = (direction: ScanDirection, limit: number): PageQuery => ({
  direction,
  after: null,
  limit,
  filter: noFilter,
  offset: 0,
});

const following = (query: PageQuery, page: OpenedPage): PageQuery => ({
  ...query,
  after: toSortKey(page.rows.at(-1) as Backup),
  offset: page.positions?.at(-1) ?? 0,
});

const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');

test('rows that exist throughout a walk come exactly once, in order, whatever is added and removed meanwhile', async () => {
  const walked = fc.record({
    jitters: jitters(300),
    timeStep: fc.constantFrom(1, 3, 8),
    limit: fc.integer({ min: 1, max: 60 }),
    direction,
    changes,
  });
  await fc.assert(
    fc.asyncProperty(walked, async (walk) => {
      const product = aPrefixProduct('one', makeRows('one', walk.jitters, walk.timeStep));
      const seen: Backup[] = [];
      let everywhere = product.rows;
      let query = first(walk.direction, walk.limit);
      for (let step = 0; step < 400; step++) {
        const change: Change | undefined = walk.changes[step];
        const page = await opened(product.provider.listBackups(query, never));
        expect(page.problems).toEqual([]);
        expect(page.positions).toHaveLength(page.rows.length);
        seen.push(...page.rows);
        if (page.isEnd) break;
        expect(page.rows).toHaveLength(walk.limit);
        query = following(query, page);
        if (change) product.rows = changed(product.rows, change, 'one', step);
        const now = new Set(namesOf(product.rows));
        everywhere = everywhere.filter((row) => now.has(`one/${row.externalId}`));
      }
      const inOrder = [...seen].sort(comparator(walk.direction));
      expect(namesOf(seen)).toEqual(namesOf(inOrder));
      const names = new Set(namesOf(seen));
      expect(names.size).toBe(seen.length);
      expect(namesOf(everywhere).filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: runsOf(150) },
  );
});

test('a page that starts anywhere is the same as the list cut there, whatever it is told of the offset', async () => {
  const asked = fc.record({
    jitters: jitters(200),
    at: fc.nat(250),
    limit: fc.integer({ min: 1, max: 60 }),
    offset: fc.nat(500),
    direction,
    onlyFailed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(asked, async (query) => {
      const { provider, rows } = aPrefixProduct('one', makeRows('one', query.jitters, 3));
      const sorted = [...rows].sort(comparator(query.direction));
      const after = sorted[query.at] ? toSortKey(sorted[query.at] as Backup) : null;
      const filter = query.onlyFailed ? { ...noFilter, statuses: ['FAILED' as const] } : noFilter;
      const page = await opened(provider.listBackups({ ...query, after, filter }, never));
      const wanted = (after ? sorted.slice(query.at + 1) : sorted).filter(
        ({ status }) => !query.onlyFailed || status === 'FAILED',
      );
      expect(namesOf(page.rows)).toEqual(namesOf(wanted.slice(0, query.limit)));
      if (page.isEnd) expect(wanted.length).toBeLessThanOrEqual(query.limit);
      else expect(page.rows).toHaveLength(query.limit);
    }),
    { numRuns: runsOf(150) },
  );
});

describe('how often the product is asked', () => {
  const thousand = () => aPrefixProduct('one', makeRows('one', new Array(1000).fill(0), 1));

  test('once for each page of a walk from the newest on', async () => {
    const product = thousand();
    let query = first('descending', 26);
    for (let page = 1; page <= 30; page++) {
      query = following(query, await opened(product.provider.listBackups(query, never)));
      expect(product.fetches).toHaveLength(page);
    }
    expect(product.fetches.slice(0, 2)).toEqual([26 + maxDisorder, 26 + 26 + maxDisorder]);
  });

  test('once, for everything, for a page from the oldest on', async () => {
    const product = thousand();
    const page = await opened(product.provider.listBackups(first('ascending', 10), never));
    expect(product.fetches).toEqual([maxRows]);
    expect(page.rows[0]?.externalId).toBe('1000');
    await product.provider.listBackups(following(first('ascending', 10), page), never);
    expect(product.fetches).toHaveLength(2);
  });

  test('twice as much with each further time, where a filter finds little', async () => {
    const product = thousand();
    const filter = { ...noFilter, search: 'nowhere' };
    const page = await opened(product.provider.listBackups({ ...first('descending', 50), filter }, never));
    expect(page).toMatchObject({ rows: [], isEnd: true, problems: [] });
    expect(product.fetches).toEqual([100, 200, 400, 800, 1600]);
  });

  test('no further than to rows older than a filter asks for', async () => {
    const product = thousand();
    const newest = product.rows[0]?.sortedAt ?? 0;
    const filter = { ...noFilter, startedAfter: newest - 10_000_000 };
    const page = await opened(product.provider.listBackups({ ...first('descending', 50), filter }, never));
    expect(page.rows).toHaveLength(11);
    expect(page.isEnd).toBe(true);
    expect(product.fetches).toEqual([100]);
  });
});

describe('at the ceiling', () => {
  const rows = () => makeRows('one', new Array(maxRows + 500).fill(0), 1);

  test('what was read is told, and that more may match', async () => {
    const { provider, fetches } = aPrefixProduct('one', rows());
    const filter = { ...noFilter, entityIds: ['nothing'] };
    const page = await opened(provider.listBackups({ ...first('descending', 50), filter }, never));
    expect(page).toMatchObject({
      rows: [],
      isEnd: false,
      problems: [{ provider: 'one', entityId: null, error: { code: 'INCOMPLETE' } }],
    });
    expect(fetches.at(-1)).toBe(maxRows);
  });

  test('the oldest rows cannot be told, and rows that are not the oldest are not shown for them', async () => {
    const { provider } = aPrefixProduct('one', rows());
    const page = await opened(provider.listBackups(first('ascending', 50), never));
    expect(page).toMatchObject({ rows: [], isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
  });

  test('a walk back from a row within it is whole', async () => {
    const product = aPrefixProduct('one', rows());
    const after = toSortKey(product.rows[300] as Backup);
    const page = await opened(product.provider.listBackups({ ...first('ascending', 20), after, offset: 301 }, never));
    expect(page.problems).toEqual([]);
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(280, 300).reverse()));
  });
});

test('a walk back to the newest row ends there, and reads no further than its key', async () => {
  const product = aPrefixProduct('one', makeRows('one', new Array(maxRows + 500).fill(0), 1));
  for (const place of [10, 49, 20 + maxDisorder]) {
    product.fetches.length = 0;
    const after = toSortKey(product.rows[place] as Backup);
    // The hint is such that the key is the last row that is certain, or lies before that.
    const offset = Math.max(1, place - 19);
    const page = await opened(product.provider.listBackups({ ...first('ascending', 20), after, offset }, never));
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(Math.max(0, place - 20), place).reverse()));
    expect(page).toMatchObject({ isEnd: place < 20, problems: [] });
    expect(product.fetches).toHaveLength(1);
  }
});

test('rows of the very time that a filter begins with are not taken for older ones', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => aBackup({ externalId: String(300 - index), sortedAt: 7 }));
  const { provider } = aPrefixProduct('one', rows);
  const filter = { ...noFilter, startedAfter: 7 };
  const page = await opened(provider.listBackups({ ...first('descending', 50), filter }, never));
  expect(page.rows).toHaveLength(50);
  expect(page.isEnd).toBe(false);
});

test('a page that ends with the last row says that it is the end, in either direction', async () => {
  const { provider } = aPrefixProduct('one', makeRows('one', new Array(30).fill(0), 1));
  for (const way of ['descending', 'ascending'] as const) {
    expect((await opened(provider.listBackups(first(way, 29), never))).isEnd).toBe(false);
    expect((await opened(provider.listBackups(first(way, 30), never))).isEnd).toBe(true);
  }
});

test('queued rows come first, and the key of one leads on to the others', async () => {
  const queued = [3, 2].map((id) => aBackup({ externalId: `${id}`, status: 'QUEUED', sortedAt: null }));
  const { provider } = aPrefixProduct('one', [...queued, aBackup({ externalId: '1', sortedAt: 5 })]);
  const page = await opened(provider.listBackups(first('descending', 1), never));
  expect(namesOf(page.rows)).toEqual(['one/3']);
  const rest = await provider.listBackups({ ...following(first('descending', 1), page), limit: 9 }, never);
  expect(namesOf(rest.rows)).toEqual(['one/2', 'one/1']);
});

test('the product may have exactly as many rows as are asked for', async () => {
  const product = aPrefixProduct('one', makeRows('one', new Array(76).fill(0), 1));
  const page = await opened(product.provider.listBackups(first('descending', 26), never));
  expect(namesOf(page.rows)).toEqual(namesOf([...product.rows].sort(compareKeys).slice(0, 26)));
  expect(page.isEnd).toBe(false);
});
