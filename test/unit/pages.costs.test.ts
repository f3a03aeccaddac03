/** What a page of a product with page numbers costs, and where it ends. */
import { describe, expect, test } from 'vitest';
import { createMemory } from '../../providers/_kit/readers/page-run.ts';
import { createPageReader, maxScannedRows } from '../../providers/_kit/readers/pages.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import { namesOf } from '../support/histories.ts';
import { aBackup, never } from '../support/model.ts';
import { aProduct, first, following, tidy } from '../support/paged.ts';

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
