import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import { type BackupList, type ListFilter, type ListQuery, listBackups } from '../../src/lists/backup-list.ts';
import type { PageArguments } from '../../src/lists/page.ts';
import { jitters, makeRows, namesOf } from '../support/histories.ts';
import { aPrefixProduct, codeOf, never, type PrefixProduct } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const { entityIds: _, ...rest } = noFilter;
const everything: ListFilter = { ...rest, providers: null, kinds: null, entities: null, entitySearch: null, own: null };

const makeProducts = (...all: number[][]) =>
  all.map((one, index) => aPrefixProduct(`p${index}`, makeRows(`p${index}`, one, 5)));

const list = (
  products: readonly PrefixProduct[],
  page: PageArguments,
  query: Partial<Omit<ListQuery, 'page'>> = {},
): Promise<BackupList> =>
  listBackups(
    products.map(({ provider }) => provider),
    () => 5_000,
    { page, filter: everything, isAscending: false, ...query },
    never,
  );

const zeros = (count: number) => new Array<number>(count).fill(0);

describe('what a page says of itself', () => {
  test('is true forward and backward, from any edge, in either order', async () => {
    const asked = fc.record({
      lists: fc.array(jitters(40), { minLength: 1, maxLength: 3 }),
      size: fc.nat(30),
      at: fc.nat(100),
      isForward: fc.boolean(),
      isAscending: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ lists, size, at, isForward, isAscending }) => {
        const products = makeProducts(...lists);
        const whole = await list(products, { first: 200 }, { isAscending });
        const all = namesOf(whole.rows);
        const place = all.length > 0 ? at % all.length : null;
        const cursor = place === null ? null : whole.cursorAt(place);
        const page = await list(products, isForward ? { first: size, after: cursor } : { last: size, before: cursor }, {
          isAscending,
        });
        const start = isForward ? (place ?? -1) + 1 : Math.max(0, (place ?? all.length) - size);
        const end = isForward ? Math.min(all.length, start + size) : (place ?? all.length);
        expect(namesOf(page.rows)).toEqual(all.slice(start, end));
        expect(page.pageInfo.hasNextPage).toBe(isForward ? end < all.length : cursor !== null);
        expect(page.pageInfo.hasPreviousPage).toBe(isForward ? cursor !== null : start > 0);
        if (end > start) {
          expect(page.pageInfo.startCursor).toBe(page.cursorAt(0));
          expect(page.pageInfo.endCursor).toBe(page.cursorAt(end - start - 1));
        }
        expect(await page.countAll(never)).toBe(all.length);
      }),
      { numRuns: runsOf(100) },
    );
  });

  test('a walk forward and one backward show the same rows', async () => {
    const products = makeProducts(zeros(35), zeros(20));
    const forward: string[] = [];
    const backward: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page: BackupList = await list(products, { first: 7, after });
      forward.push(...namesOf(page.rows));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    }
    for (let before: string | null | undefined; before !== null; ) {
      const page: BackupList = await list(products, { last: 7, before });
      backward.unshift(...namesOf(page.rows));
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
    }
    expect(forward).toHaveLength(55);
    expect(backward).toEqual(forward);
  });

  test('an empty page while nobody answers stays where it was, so that the walk can go on', async () => {
    const products = makeProducts(zeros(5));
    const [product] = products;
    const { endCursor } = (await list(products, { first: 2 })).pageInfo;
    if (product) product.isDown = true;
    const forward = await list(products, { first: 2, after: endCursor });
    expect(forward).toMatchObject({ rows: [], pageInfo: { hasNextPage: false, endCursor, startCursor: null } });
    const backward = await list(products, { last: 2, before: endCursor });
    expect(backward).toMatchObject({
      rows: [],
      pageInfo: { hasPreviousPage: false, startCursor: endCursor, endCursor: null },
    });
    expect(await forward.countAll(never)).toBeNull();
  });

  test('no providers are no rows, and no more', async () => {
    expect(await list([], {})).toMatchObject({
      rows: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      problems: [],
    });
  });
});

describe('who is asked', () => {
  const products = makeProducts(zeros(3), zeros(3));
  const namesWith = async (filter: Partial<ListFilter>) =>
    namesOf((await list(products, {}, { filter: { ...everything, ...filter } })).rows);

  test('only the providers that are named', async () => {
    expect(new Set((await namesWith({ providers: ['p1'] })).map((name) => name.slice(0, 2)))).toEqual(new Set(['p1']));
  });

  test('an unknown name is refused, and the field is named', async () => {
    await expect(namesWith({ providers: ['p1', 'nobody'] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['filter', 'providers'],
    });
  });

  test.each<Partial<ListFilter>>([
    { providers: [] },
    { kinds: [] },
    { entities: [] },
    { kinds: ['other'] },
    { statuses: [] },
  ])('%j matches nothing', async (filter) => {
    expect(await namesWith(filter)).toEqual([]);
  });

  test('only providers of the entities that are meant, and each for its own', async () => {
    const fetched = products[1]?.fetches.length;
    expect(await namesWith({ entities: [{ provider: 'p0', localId: 'e' }] })).toEqual([]);
    expect(products[1]?.fetches.length).toBe(fetched);
  });
});

describe('a cursor', () => {
  const products = makeProducts(zeros(5), zeros(5));

  test.each<[string, Partial<ListQuery>]>([
    ['filter', { filter: { ...everything, search: 'x' } }],
    ['order', { isAscending: true }],
    ['choice of providers', { filter: { ...everything, providers: ['p0'] } }],
  ])('of another %s is refused', async (_name, query) => {
    const { endCursor } = (await list(products, { first: 2 })).pageInfo;
    expect(await codeOf(list(products, { first: 2, after: endCursor }, query))).toBe('BAD_USER_INPUT');
  });

  test('that is forged is refused, and never means the first page', async () => {
    for (const after of ['', 'x', 'WzFd', '{}']) {
      await expect(list(products, { after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: ['after'] });
    }
    await expect(list(products, { before: 'x' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: ['before'] });
  });
});
