import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/lists/listed.ts';
import { createMemory } from '../../src/core/lists/readers/page-run.ts';
import { createPageReader, maxAttempts, maxDisorder, maxScannedRows } from '../../src/core/lists/readers/pages.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { type OpenedPage, opened } from '../support/opened.ts';
import { changed, jitters, makeRows, namesOf } from './histories.ts';
import { aBackup, never } from './model.ts';

/** A product that shows one page of a list, and may change between any two calls. */
interface Product {
  rows: Backup[];
  /** Gives no more rows at once. */
  cap: number;
  /** Pages that were asked for. */
  readonly calls: number[];
  /** Called before each answer. */
  onCall: (call: number) => void;
  read(query: Partial<PageQuery>): Promise<OpenedPage>;
}

function aProduct(rows: Backup[], cap = 50): Product {
  const reader = createPageReader({
    provider: 'one',
    entityId: 'e1',
    pageSize: 50,
    fetch(page, asked) {
      product.calls.push(page);
      product.onCall(product.calls.length);
      const size = Math.min(asked, product.cap);
      const { length: total } = product.rows;
      if (page > Math.max(1, Math.ceil(total / size))) return Promise.resolve(null);
      return Promise.resolve({ rows: product.rows.slice((page - 1) * size, page * size).map(listed), size, total });
    },
  });
  const product: Product = {
    rows,
    cap,
    calls: [],
    onCall: () => undefined,
    read: (query) => opened(reader({ ...first('descending', 26), ...query }, never)),
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

const following = (query: PageQuery, page: OpenedPage): PageQuery => ({
  ...query,
  after: toSortKey(page.rows.at(-1) as Backup),
  offset: page.positions?.at(-1) ?? 0,
});

const tidy = (count: number) => makeRows('one', new Array(count).fill(0), 1);
const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');
const cap = fc.constantFrom(7, 20, 50);
/** Milliseconds: to find the smallest counterexample of a fault could take minutes. */
const interruptAfterTimeLimit = 10_000;

test('rows that exist throughout a walk come exactly once, in order, whatever changes between any two calls', async () => {
  const walked = fc.record({
    jitters: jitters(400),
    timeStep: fc.constantFrom(1, 3, 8),
    limit: fc.integer({ min: 1, max: 60 }),
    direction,
    cap,
    changes: fc.array(
      fc.record({
        callsBefore: fc.integer({ min: 1, max: 12 }),
        inserted: fc.integer({ min: 0, max: 4 }),
        deleted: fc.array(fc.nat(999), { maxLength: 4 }),
      }),
      { maxLength: 15, size: 'max' },
    ),
  });
  await fc.assert(
    fc.asyncProperty(walked, async (walk) => {
      const product = aProduct(makeRows('one', walk.jitters, walk.timeStep), walk.cap);
      let everywhere = product.rows;
      let step = 0;
      let next = walk.changes[0]?.callsBefore ?? 0;
      product.onCall = (call) => {
        const change = walk.changes[step];
        if (!change || call !== next) return;
        product.rows = changed(product.rows, change, 'one', step);
        const left = new Set(product.rows);
        everywhere = everywhere.filter((row) => left.has(row));
        step += 1;
        next += walk.changes[step]?.callsBefore ?? 0;
      };
      const seen: Backup[] = [];
      let query = first(walk.direction, walk.limit);
      for (;;) {
        const page = await product.read(query);
        // A list that never stood still was to be asked for again.
        if (page.problems.length > 0) continue;
        expect(page.positions).toHaveLength(page.rows.length);
        seen.push(...page.rows);
        if (page.isEnd) break;
        expect(page.rows).toHaveLength(walk.limit);
        query = following(query, page);
      }
      expect(namesOf(seen)).toEqual(namesOf([...seen].sort(comparator(walk.direction))));
      const names = new Set(namesOf(seen));
      expect(names.size).toBe(seen.length);
      expect(namesOf(everywhere).filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: 200, interruptAfterTimeLimit },
  );
});

test('a page that starts anywhere is the same as the list cut there, whatever it is told of the offset', async () => {
  const asked = fc.record({
    jitters: jitters(300),
    at: fc.nat(350),
    limit: fc.integer({ min: 1, max: 60 }),
    offset: fc.nat(500),
    direction,
    cap,
    onlyFailed: fc.boolean(),
    from: fc.option(fc.integer({ min: 950, max: 1350 })),
    to: fc.option(fc.integer({ min: 950, max: 1350 })),
  });
  const second = (number: number | null) => (number === null ? null : number * 1_000_000);
  await fc.assert(
    fc.asyncProperty(asked, async ({ at, limit, offset, ...query }) => {
      const product = aProduct(makeRows('one', query.jitters, 3), query.cap);
      const sorted = [...product.rows].sort(comparator(query.direction));
      const after = sorted[at] ? toSortKey(sorted[at] as Backup) : null;
      const range = { startedAfter: second(query.from), startedBefore: second(query.to) };
      const filter = { ...noFilter, ...range, statuses: query.onlyFailed ? (['FAILED'] as const) : null };
      const wanted = (after ? sorted.slice(at + 1) : sorted).filter(
        ({ status, sortedAt }) =>
          (!query.onlyFailed || status === 'FAILED') &&
          (range.startedAfter === null || (sortedAt ?? 0) >= range.startedAfter) &&
          (range.startedBefore === null || (sortedAt ?? 0) < range.startedBefore),
      );
      // The second time it knows the list already.
      for (let time = 0; time < 2; time++) {
        const page = await product.read({ direction: query.direction, after, limit, offset, filter });
        expect(page.problems).toEqual([]);
        expect(namesOf(page.rows)).toEqual(namesOf(wanted.slice(0, limit)));
        if (page.isEnd) expect(wanted.length).toBeLessThanOrEqual(limit);
        else expect(page.rows).toHaveLength(limit);
      }
    }),
    { numRuns: 200, interruptAfterTimeLimit },
  );
});

test('a row that sits as far from its place as the bound allows still comes in order', async () => {
  for (const moved of [maxDisorder, -maxDisorder]) {
    for (const from of [60, 99, 100, 101, 149, 150]) {
      const product = aProduct(tidy(400));
      const [row] = product.rows.splice(from, 1);
      product.rows.splice(from + moved, 0, row as Backup);
      const seen: Backup[] = [];
      let query = first('descending', 10);
      for (let isEnd = false; !isEnd; ) {
        const page = await product.read(query);
        seen.push(...page.rows);
        isEnd = page.isEnd;
        query = following(query, page);
      }
      expect(namesOf(seen)).toEqual(namesOf([...product.rows].sort(compareKeys)));
    }
  }
});

test('nor is it passed over where a wrong hint begins the window right at it', async () => {
  for (const [from, to] of [
    [149, 99],
    [150, 100],
    [49, 99],
    [50, 100],
    [100, 150],
  ] as const) {
    const rows = tidy(400);
    rows.splice(to, 0, ...rows.splice(from, 1));
    for (const walk of ['descending', 'ascending'] as const) {
      const sorted = [...rows].sort(comparator(walk));
      const row = walk === 'descending' ? from : 399 - from;
      for (let at = row - 2; at <= row + 1; at++) {
        for (const off of [-60, -50, -2, 0, 2, 10, 50, 60]) {
          const after = toSortKey(sorted[at] as Backup);
          const page = await aProduct(rows).read({
            direction: walk,
            after,
            limit: 5,
            offset: Math.max(0, at + 1 + off),
          });
          expect(namesOf(page.rows), `${walk} after ${at}, hint off by ${off}`).toEqual(
            namesOf(sorted.slice(at + 1, at + 6)),
          );
        }
      }
    }
  }
});

describe('how often the product is asked', () => {
  test('once for a list of one page, in either direction', async () => {
    for (const walk of ['descending', 'ascending'] as const) {
      const product = aProduct(tidy(50));
      expect((await product.read({ direction: walk })).rows).toHaveLength(26);
      expect(product.calls).toEqual([1]);
    }
  });

  test('for the first page of a long list no more than the disorder makes necessary', async () => {
    const product = aProduct(tidy(1000));
    expect((await product.read({})).rows).toHaveLength(26);
    expect(product.calls).toEqual([1, 2]);
  });

  test('for each page of a walk only what lies around it', async () => {
    const product = aProduct(tidy(2000));
    let query = first('descending', 26);
    for (let page = 1; page <= 40; page++) {
      const before = product.calls.length;
      query = following(query, await product.read(query));
      expect(product.calls.length - before).toBeLessThanOrEqual(4);
    }
    expect(query.offset).toBe(40 * 26);
  });

  test('deep in a list that it never saw, the hint saves the search for the place', async () => {
    const key = toSortKey(tidy(5000)[3020] as Backup);
    const [hinted, blind] = [aProduct(tidy(5000)), aProduct(tidy(5000))];
    const page = await hinted.read({ after: key, offset: 3021 });
    expect(await blind.read({ after: key })).toEqual(page);
    expect(hinted.calls).toEqual([60, 61, 62]);
    expect(blind.calls.length).toBeLessThanOrEqual(20);
  });

  test('a hint that new rows have made wrong is corrected by their number', async () => {
    const product = aProduct(tidy(5000));
    const query = first('descending', 26);
    const middle = following(
      query,
      await product.read({ after: toSortKey(product.rows[3020] as Backup), offset: 3021 }),
    );
    const fresh = Array.from({ length: 400 }, (_, index) =>
      aBackup({ externalId: `${9999 - index}`, sortedAt: (9999 - index) * 1e6 }),
    );
    product.rows = [...fresh, ...product.rows];
    await product.read({});
    product.calls.length = 0;
    expect((await product.read(middle)).rows).toHaveLength(26);
    expect(product.calls).toEqual([68, 69, 70, 71]);
  });

  test('from the oldest on, one call to learn how long the list is, and none when that is known', async () => {
    const product = aProduct(tidy(1000));
    const query = first('ascending', 26);
    const page = await product.read(query);
    expect(page.rows[0]?.externalId).toBe('1000');
    expect(product.calls).toEqual([1, 19, 20]);
    product.calls.length = 0;
    const { rows } = await product.read(following(query, page));
    expect(rows[0]?.externalId).toBe('1026');
    expect(product.calls).toEqual([18, 19, 20]);
  });

  test('between two times, no call goes far from them', async () => {
    const product = aProduct(tidy(5000));
    const filter = { ...noFilter, startedAfter: 3000e6, startedBefore: 3010e6 };
    expect((await product.read({ filter })).rows).toHaveLength(10);
    product.calls.length = 0;
    expect(await product.read({ filter })).toMatchObject({ isEnd: true, problems: [] });
    expect(product.calls.length).toBeLessThanOrEqual(4);
  });

  test('a product with smaller pages than asked for is read in its own', async () => {
    const product = aProduct(tidy(200), 10);
    const page = await product.read({ after: toSortKey(product.rows[119] as Backup), offset: 120 });
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(120, 146)));
    product.calls.length = 0;
    expect(await product.read({ after: toSortKey(product.rows[119] as Backup), offset: 120 })).toEqual(page);
    expect(product.calls).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });
});

describe('a list that changes while it is read', () => {
  const addRow = (product: Product) => {
    const externalId = String(5000 + product.calls.length);
    product.rows = [aBackup({ externalId, sortedAt: Number(externalId) * 1e6 }), ...product.rows];
  };

  test('is read again from the start', async () => {
    const product = aProduct(tidy(300));
    product.onCall = (call) => void (call === 2 && addRow(product));
    const page = await product.read({});
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(0, 26)));
    expect(page.problems).toEqual([]);
    expect(product.calls).toEqual([1, 2, 1, 2]);
  });

  test('is read again where it is as long as before, and a row comes twice', async () => {
    const product = aProduct(tidy(300));
    product.onCall = (call) => {
      if (call !== 2) return;
      addRow(product);
      product.rows.splice(200, 1);
    };
    expect(namesOf((await product.read({})).rows)).toEqual(namesOf(product.rows.slice(0, 26)));
    expect(product.calls).toEqual([1, 2, 1, 2]);
  });

  test('is read again where its pages are of another size than before', async () => {
    const product = aProduct(tidy(300), 20);
    product.onCall = (call) => {
      if (call === 2) product.cap = 50;
    };
    expect(namesOf((await product.read({})).rows)).toEqual(namesOf(product.rows.slice(0, 26)));
  });

  test('by one row at its top and one at its end, as a retention does, loses none in either direction', async () => {
    for (const walk of ['descending', 'ascending'] as const) {
      for (const at of [2, 3, 4]) {
        const product = aProduct(tidy(300));
        product.onCall = (call) => {
          if (call !== at) return;
          addRow(product);
          product.rows.pop();
        };
        const after = toSortKey(product.rows[150] as Backup);
        const page = await product.read({
          direction: walk,
          after,
          limit: 60,
          offset: walk === 'descending' ? 151 : 150,
        });
        const expected = walk === 'descending' ? [151, 211] : [90, 150];
        const wanted = tidy(300).slice(...expected);
        expect(namesOf(page.rows)).toEqual(namesOf(walk === 'descending' ? wanted : wanted.reverse()));
      }
    }
  });

  test('shrinks below the page that is asked for, and is read again', async () => {
    const product = aProduct(tidy(120));
    product.onCall = (call) => void (call === 2 && product.rows.splice(20, 100));
    const page = await product.read({ limit: 60 });
    expect(page).toMatchObject({ isEnd: true, problems: [] });
    expect(page.rows).toHaveLength(20);
  });

  test('and never stands still is shown with a warning, each row once', async () => {
    const product = aProduct(tidy(300));
    product.onCall = () => addRow(product);
    const page = await product.read({});
    expect(page.problems).toMatchObject([{ provider: 'one', entityId: 'e1', error: { code: 'INCOMPLETE' } }]);
    expect(new Set(namesOf(page.rows)).size).toBe(26);
    expect(product.calls).toHaveLength(2 * maxAttempts);
  });

  test('and is shorter than it was known to be is found again from its top', async () => {
    const product = aProduct(tidy(500));
    await product.read(first('ascending', 10));
    product.rows = product.rows.slice(0, 120);
    expect((await product.read(first('ascending', 10))).rows[0]?.externalId).toBe(product.rows.at(-1)?.externalId);
  });
});

describe('at the ceiling', () => {
  test('what was read is told, and that more may match', async () => {
    const product = aProduct(tidy(maxScannedRows + 500));
    const nowhere = await product.read({ filter: { ...noFilter, search: 'nowhere' } });
    const problems = [{ provider: 'one', entityId: 'e1', error: { code: 'INCOMPLETE' } }];
    expect(nowhere).toMatchObject({ rows: [], isEnd: false, problems });
    expect(product.calls).toHaveLength(maxScannedRows / 50);
    const few = await product.read({ limit: 200, filter: { ...noFilter, statuses: ['RUNNING'] } });
    expect(few).toMatchObject({ isEnd: false, problems });
  });

  test('a page deep below it is whole: only what one page costs is bounded', async () => {
    const product = aProduct(tidy(maxScannedRows + 2000));
    const at = maxScannedRows + 1500;
    const page = await product.read({ after: toSortKey(product.rows[at] as Backup), offset: maxScannedRows });
    expect(page.problems).toEqual([]);
    expect(namesOf(page.rows)).toEqual(namesOf(product.rows.slice(at + 1, at + 27)));
  });
});

test('a list without rows is at its end, whether its first page is empty or not there', async () => {
  const nothing = { rows: [], isEnd: true, problems: [] };
  for (const walk of ['descending', 'ascending'] as const) {
    expect(await aProduct([]).read({ direction: walk })).toMatchObject(nothing);
    const reader = createPageReader({
      provider: 'one',
      entityId: null,
      pageSize: 50,
      fetch: () => Promise.resolve(null),
    });
    expect(await reader(first(walk, 10), never)).toMatchObject(nothing);
  }
});

test('queued rows come first, and the key of one leads on to the others', async () => {
  const queued = [3, 2].map((id) => aBackup({ externalId: `${id}`, status: 'QUEUED', sortedAt: null }));
  const product = aProduct([...queued, aBackup({ externalId: '1', sortedAt: 5 })]);
  const query = first('descending', 1);
  const page = await product.read(query);
  expect(namesOf(page.rows)).toEqual(['one/3']);
  expect(namesOf((await product.read({ ...following(query, page), limit: 9 })).rows)).toEqual(['one/2', 'one/1']);
});

test('what is remembered of a list is bounded', () => {
  const memory = createMemory();
  const keep = (at: number, place: number) =>
    memory.keep(place + 1, { rows: [listed(aBackup({ sortedAt: at }))], size: 1, total: 1000 });
  keep(500, 500);
  keep(900, 100);
  expect(memory.correct(800, 600)).toBe(400);
  for (let time = 0; time < 200; time++) keep(900, 100);
  expect(memory.correct(800, 600)).toBe(800);
});
