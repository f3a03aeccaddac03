import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import { decodeListCursor, encodeListCursor, identifyList, type ListCursor } from '../../src/lists/cursor.ts';
import { type MergedPage, mergePage } from '../../src/lists/merge.ts';
import { type Change, changed, changes, jitters, makeRows, namesOf } from '../support/histories.ts';
import { direction, toSources } from '../support/merged.ts';
import { aBackup, aPrefixProduct, aProvider, never, type PrefixProduct, unavailable } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const names = ['a', 'b', 'c', 'd', 'e'];

interface Asked {
  readonly direction: ScanDirection;
  readonly size: number;
  readonly after?: ListCursor | null;
}

const ask = (products: readonly PrefixProduct[], { after = null, ...query }: Asked): Promise<MergedPage> =>
  mergePage(toSources(products.map(({ provider }) => provider)), { ...query, after }, never);

/** As it comes back from a client. */
function carried(products: readonly PrefixProduct[], cursor: ListCursor): ListCursor {
  const list = identifyList(products.map(({ provider }) => provider.name));
  return decodeListCursor(list, encodeListCursor(list, cursor), 'after');
}

const lists = fc.array(jitters(60), { minLength: 1, maxLength: 5 });

const makeProducts = (all: number[][]) =>
  all.map((one, index) => aPrefixProduct(names[index] as string, makeRows(names[index] as string, one, 5)));

describe('a walk over one to five products, with equal times across them', () => {
  const walk = fc.record({
    lists,
    direction,
    size: fc.integer({ min: 1, max: 40 }),
    changes: fc.array(changes, { minLength: 5, maxLength: 5 }),
    /** For each page, the products that are down meanwhile. */
    downs: fc.array(fc.subarray([0, 1, 2, 3, 4]), { maxLength: 8 }),
  });

  test('returns rows that exist throughout exactly once and in order, and reports what is missing', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async ({ lists: all, size, direction: way, changes: happening, downs }) => {
        const products = makeProducts(all);
        const compare = comparator(way);
        const seen: Backup[] = [];
        const missed = new Set<string>();
        let after: ListCursor | null = null;
        for (let number = 0; number < 400; number++) {
          for (const [index, product] of products.entries()) product.isDown = downs[number]?.includes(index) ?? false;
          const before = after?.key ?? null;
          const page: MergedPage = await ask(products, { direction: way, size, after });
          const down = products.filter(({ isDown }) => isDown).map(({ provider }) => provider.name);
          const up = products.filter(({ isDown }) => !isDown);

          const problems = page.problems.map(({ provider, error }) => `${provider} ${error.code}`).sort();
          const skipped = [...missed].filter((name) => !down.includes(name)).map((name) => `${name} INCOMPLETE`);
          expect(problems).toEqual([...down.map((name) => `${name} PROVIDER_UNAVAILABLE`), ...skipped].sort());
          if (page.rows.length > 0) for (const name of down) missed.add(name);

          // What the products that answer have between the key and the end of the page, and nothing else.
          const last = page.rows.at(-1);
          const span = up
            .flatMap(({ rows }) => rows)
            .filter(
              (row) =>
                (before === null || compare(row, before) > 0) && (!page.hasMore || !last || compare(row, last) <= 0),
            );
          if (last || !page.hasMore) expect(namesOf(page.rows)).toEqual(namesOf(span.sort(compare)));
          if (down.length > 0) expect(page.hasMore).toBe(true);
          if (page.rows.length < size) expect(page.hasMore).toBe(down.length > 0);

          seen.push(...page.rows);
          if (!page.hasMore) break;
          if (last) after = carried(products, page.cursorAt(page.rows.length - 1));
          for (const [index, product] of products.entries()) {
            const change: Change | undefined = happening[index]?.[number];
            if (change) product.rows = changed(product.rows, change, product.provider.name, number);
          }
        }
        expect(namesOf(seen)).toEqual(namesOf([...seen].sort(compare)));
        expect(new Set(namesOf(seen)).size).toBe(seen.length);
      }),
      { numRuns: runsOf(120) },
    );
  });

  test('continues right after any edge, not only the last', async () => {
    await fc.assert(
      fc.asyncProperty(lists, direction, fc.integer({ min: 1, max: 40 }), fc.nat(39), async (all, way, size, at) => {
        const products = makeProducts(all);
        const page = await ask(products, { direction: way, size });
        if (page.rows.length === 0) return;
        const index = at % page.rows.length;
        const whole = products.flatMap(({ rows }) => rows).sort(comparator(way));
        const next = await ask(products, { direction: way, size, after: carried(products, page.cursorAt(index)) });
        expect(namesOf(next.rows)).toEqual(namesOf(whole.slice(index + 1, index + 1 + size)));
        const back = await ask(products, {
          direction: way === 'ascending' ? 'descending' : 'ascending',
          size,
          after: carried(products, page.cursorAt(index)),
        });
        expect(namesOf(back.rows)).toEqual(namesOf(whole.slice(Math.max(0, index - size), index).reverse()));
      }),
      { numRuns: runsOf(80) },
    );
  });

  test('has the same rows in both directions', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (all) => {
        const products = makeProducts(all);
        const down = await ask(products, { direction: 'descending', size: 400 });
        const up = await ask(products, { direction: 'ascending', size: 400 });
        expect(namesOf(up.rows)).toEqual(namesOf(down.rows).reverse());
        expect(namesOf(down.rows)).toEqual(namesOf(products.flatMap(({ rows }) => rows).sort(compareKeys)));
      }),
      { numRuns: 40 },
    );
  });
});

test('a walk from the newest row takes one call of each product for each page', async () => {
  const products = makeProducts([new Array(60).fill(0), new Array(60).fill(0)]);
  let after: ListCursor | null = null;
  for (let number = 1; number <= 5; number++) {
    const page: MergedPage = await ask(products, { direction: 'descending', size: 20, after });
    after = carried(products, page.cursorAt(19));
    expect(products.map(({ fetches }) => fetches.length)).toEqual([number, number]);
  }
});

test('a page is empty and may have a next page if every product is down', async () => {
  const products = makeProducts([
    [0, 0],
    [0, 0],
  ]);
  for (const product of products) product.isDown = true;
  const page = await ask(products, { direction: 'descending', size: 5 });
  expect(page).toMatchObject({ rows: [], hasMore: true });
  expect(page.problems.map(({ provider }) => provider)).toEqual(['a', 'b']);
});

test('a product that recovers before the first row is not reported as skipped', async () => {
  const products = makeProducts([
    [0, 0],
    [0, 0],
  ]);
  for (const product of products) product.isDown = true;
  await ask(products, { direction: 'descending', size: 5 });
  for (const product of products) product.isDown = false;
  expect((await ask(products, { direction: 'descending', size: 5 })).problems).toEqual([]);
});

test('a product that ignores its signal does not delay the page beyond its timeout', async () => {
  const slow = aProvider({
    name: 'slow',
    listBackups: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(unavailable('slow')))),
  });
  const quick = aPrefixProduct('quick', makeRows('quick', [0, 0], 1));
  const page = await mergePage(
    toSources([slow, quick.provider], 30),
    { direction: 'descending', after: null, size: 5 },
    never,
  );
  expect(page.rows).toHaveLength(2);
  expect(page.problems).toMatchObject([
    { provider: 'slow', error: { code: 'PROVIDER_TIMEOUT', message: 'slow did not answer within 0.03 s.' } },
  ]);
});

test('a bug of the gateway is not reported as a failure of a product', async () => {
  const broken = aProvider({ listBackups: () => Promise.reject(new TypeError('of ours')) });
  await expect(
    mergePage(toSources([broken]), { direction: 'descending', after: null, size: 5 }, never),
  ).rejects.toThrow('of ours');
});

describe('a product with an incomplete answer', () => {
  const problem = { provider: 'part', entityId: '7', error: unavailable('part') };
  const partly = (isBroken: () => boolean) =>
    aProvider({
      name: 'part',
      listBackups: ({ after }) =>
        Promise.resolve({
          rows: [aBackup({ provider: 'part', externalId: '9', sortedAt: 9 })]
            .filter((row) => !after || compareKeys(row, after) > 0)
            .map(listed),
          isEnd: true,
          problems: isBroken() ? [problem] : [],
        }),
    });

  test('is reported on this page, and its skipped rows on every later one', async () => {
    let isBroken = true;
    const sources = toSources([aPrefixProduct('a', makeRows('a', [0, 0, 0], 1)).provider, partly(() => isBroken)]);
    const first = await mergePage(sources, { direction: 'descending', after: null, size: 2 }, never);
    expect(first.problems).toEqual([problem]);
    const after = first.cursorAt(1);
    const second = await mergePage(sources, { direction: 'descending', after, size: 1 }, never);
    expect(second.problems).toMatchObject([
      problem,
      { provider: 'part', entityId: null, error: { code: 'INCOMPLETE' } },
    ]);
    isBroken = false;
    const third = await mergePage(sources, { direction: 'descending', after: second.cursorAt(0), size: 2 }, never);
    expect(third.problems).toMatchObject([{ provider: 'part', error: { code: 'INCOMPLETE' } }]);
    expect(third.problems[0]?.error).toBeInstanceOf(GatewayError);
  });
});

test('the cursor of an edge has its own key and the number of earlier rows of each product', async () => {
  const products = makeProducts([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const page = await ask(products, { direction: 'descending', size: 4 });
  for (const [index, row] of page.rows.entries()) {
    const before = (name: string) => page.rows.slice(0, index + 1).filter(({ provider }) => provider === name).length;
    expect(page.cursorAt(index)).toEqual({ key: toSortKey(row), offsets: [before('a'), before('b')], missed: [] });
  }
});
