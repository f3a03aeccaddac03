/** Walks while providers go away and come back: each ends, and one that is taken up later is whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { lazily } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareIds } from '../../src/core/order.ts';
import type { Problem, Provider } from '../../src/core/provider.ts';
import { listEntities } from '../../src/lists/entity-list.ts';
import { makeWorld, productDraws } from '../support/list-fixtures.ts';
import { aBackup, anEntity, aProvider, never, unavailable } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { keyOf, options, readPage, type Way, way } from '../support/walks.ts';

const named = (problems: readonly Problem[]) => new Set(problems.map(({ provider }) => provider));

/** For each page, which providers are away while it is read. */
const outages = fc.array(fc.array(fc.nat(5), { maxLength: 4 }), { maxLength: 30 });

describe('a client that reads on as long as there is more', () => {
  test('ends while providers go away, and what it takes up later is whole', async () => {
    await fc.assert(
      fc.asyncProperty(productDraws, way, outages, async (draws, to, away) => {
        const fixture = makeWorld(draws);
        const all = fixture.products.flatMap(({ rows }) => rows);
        const most = Math.ceil(all.length / to.size) + fixture.products.length + 2;
        const seen: string[] = [];
        const told = new Set<string>();
        let cursor: string | null = null;
        for (const isOver of [false, true]) {
          for (let pages = 1, hasMore = true; hasMore; pages++) {
            expect(pages).toBeLessThanOrEqual(most);
            // After the last outage that was drawn, everybody is away: that must end, too.
            const down = isOver ? [] : (away[pages - 1] ?? [0, 1, 2, 3, 4, 5]);
            for (const [index, product] of fixture.products.entries()) product.isDown = down.includes(index);
            const page: Awaited<ReturnType<typeof readPage>> = await readPage(fixture, to, cursor);
            seen.push(...page.rows.map(keyOf));
            for (const name of named(page.problems)) told.add(name);
            if (page.rows.length === 0 && page.hasMore) expect(page.next).not.toBe(cursor);
            hasMore = page.hasMore;
            cursor = page.next ?? cursor;
            if (isOver && !hasMore) for (const name of named(page.problems)) told.add(name);
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        const lost = all.filter((row) => !seen.includes(keyOf(row)));
        // A row that others were shown past while its provider was away is lost to this walk, which says so.
        expect(lost.filter(({ provider }) => !told.has(provider)).map(keyOf)).toEqual([]);
        if (fixture.products.length === 1) expect(lost.map(keyOf)).toEqual([]);
      }),
      options(120),
    );
  });

  test.each<Way>([
    { size: 5, isForward: true, isAscending: false },
    { size: 5, isForward: false, isAscending: false },
    { size: 5, isForward: true, isAscending: true },
  ])('with the only provider away: one page, and the walk is taken up where it was (%j)', async (to) => {
    const fixture = makeWorld([
      {
        manners: {
          kind: 'prefix',
          cap: 2000,
          pageSize: 50,
          tellsTotal: true,
          isExclusive: false,
          precision: 'millisecond',
          hasEmptyPage: true,
          isTrusted: false,
          serves: [],
        },
        rows: Array.from({ length: 23 }, (_, index) => index),
        queued: 0,
        ids: 'rising',
        disorder: 'none',
        multipleOf: 1,
        isOneEntity: true,
      },
    ]);
    const [product] = fixture.products;
    if (!product) throw new Error('a fixture without a product');
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let number = 0; number < 5; number++) {
      product.isDown = true;
      const empty = await readPage(fixture, to, cursor);
      expect(empty).toMatchObject({ rows: [], hasMore: false, next: cursor });
      expect(empty.problems).toMatchObject([{ error: { code: 'PROVIDER_UNAVAILABLE' } }]);
      product.isDown = false;
      const page = await readPage(fixture, to, empty.next);
      expect(page.problems).toEqual([]);
      seen.push(...page.rows.map(keyOf));
      cursor = page.next;
      expect(page.hasMore).toBe(number < 4);
    }
    expect(seen).toEqual(fixture.sorted(to.isForward !== to.isAscending).map(keyOf));
  });
});

describe('rows that cannot be read', () => {
  /** Rows of one provider; some of them throw. */
  function aStrangeProvider(name: string, count: number, isStrange: (index: number) => boolean, seconds = 1) {
    const rows = Array.from({ length: count }, (_, index): Backup => {
      const id = String(count - index);
      return aBackup({ provider: name, externalId: id, localId: id, sortedAt: (count - index) * seconds * 1_000_000 });
    });
    const provider = aProvider({
      name,
      listBackups: ({ direction, after, limit }) => {
        const compare = comparator(direction);
        const found = [...rows].sort(compare).filter((row) => after === null || compare(row, after) > 0);
        return Promise.resolve({
          rows: found.slice(0, limit).map((row) =>
            lazily(row, row.localId, row, (read) => {
              if (isStrange(rows.indexOf(row)))
                throw new GatewayError('PROVIDER_INVALID_RESPONSE', 'not as it must be');
              return read;
            }),
          ),
          isEnd: found.length <= limit,
          problems: [],
        });
      },
    });
    return { rows, provider };
  }

  test.each([
    [1, true],
    [1, false],
    [3, true],
    [10, true],
    [10, false],
  ])(
    'cost themselves and no other, however many follow each other (pages of %d, forward: %s)',
    async (size, isForward) => {
      const odd = aStrangeProvider('odd', 60, (index) => index < 4 || (index > 10 && index < 45) || index > 55);
      // Far between: its rows would be shown past those that follow the unreadable ones.
      const good = aStrangeProvider('good', 12, () => false, 5);
      const fixture = { providers: [good.provider, odd.provider], sorted: () => [] };
      const seen: string[] = [];
      const codes = new Set<string>();
      let cursor: string | null = null;
      for (let pages = 1, hasMore = true; hasMore; pages++) {
        expect(pages).toBeLessThanOrEqual(Math.ceil(120 / size) + 30);
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(
          fixture,
          { size, isForward, isAscending: false },
          cursor,
        );
        seen.push(...page.rows.map(keyOf));
        for (const { error, provider } of page.problems) codes.add(`${provider} ${error.code}`);
        hasMore = page.hasMore;
        cursor = page.next;
      }
      const readable = odd.rows.filter((_, index) => !(index < 4 || (index > 10 && index < 45) || index > 55));
      const expected = [...good.rows, ...readable].sort(comparator(isForward ? 'descending' : 'ascending')).map(keyOf);
      expect(seen).toEqual(expected);
      // A page between two with such rows says that rows were skipped on an earlier one.
      expect([...codes].filter((code) => code !== 'odd INCOMPLETE')).toEqual(['odd PROVIDER_INVALID_RESPONSE']);
    },
  );
});

describe('a list of entities', () => {
  const filter = { providers: null, kinds: null, search: null, protection: null, lastSuccessBefore: null };

  function aWorld(counts: readonly number[]) {
    const down = new Set<number>();
    const providers: Provider[] = counts.map((count, index) =>
      aProvider({
        name: `p${index}`,
        listEntities: () =>
          down.has(index)
            ? Promise.reject(unavailable(`p${index}`))
            : Promise.resolve(Array.from({ length: count }, (_, id) => anEntity(String(id), `p${index}`))),
      }),
    );
    const read = async (size: number, isForward: boolean, cursor: string | null) => {
      const page = isForward ? { first: size, after: cursor } : { last: size, before: cursor };
      const list = await listEntities(
        providers,
        () => 60_000,
        { page, filter },
        () => Promise.resolve([]),
        never,
      );
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
      const rows = list.rows.map(({ provider, externalId }) => `${provider}/${externalId}`);
      return {
        rows: isForward ? rows : rows.reverse(),
        hasMore: isForward ? hasNextPage : hasPreviousPage,
        next: isForward ? endCursor : startCursor,
        problems: list.problems,
      };
    };
    return {
      down,
      read,
      names: counts.flatMap((count, index) => Array.from({ length: count }, (_, id) => `p${index}/${id}`)),
    };
  }

  test('ends, too, and names each provider whose entities were passed by', async () => {
    const counts = fc.array(fc.nat(12), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        counts,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        outages,
        async (has, size, isForward, away) => {
          const { down, read, names } = aWorld(has);
          const most = Math.ceil(names.length / size) + has.length + 2;
          const seen: string[] = [];
          let told = new Set<string>();
          let cursor: string | null = null;
          for (const isOver of [false, true]) {
            for (let pages = 1, hasMore = true; hasMore; pages++) {
              expect(pages).toBeLessThanOrEqual(most);
              down.clear();
              if (!isOver) for (const index of away[pages - 1] ?? [0, 1, 2, 3, 4]) down.add(index);
              const page: Awaited<ReturnType<typeof read>> = await read(size, isForward, cursor);
              seen.push(...page.rows);
              // Only what the last page says, when all are back: a client need not remember earlier ones.
              told = named(page.problems);
              hasMore = page.hasMore;
              cursor = page.next ?? cursor;
            }
          }
          const order = [...names].sort((a, b) => {
            const [[p = '', x = ''], [q = '', y = '']] = [a.split('/'), b.split('/')];
            return (p < q ? -1 : p > q ? 1 : compareIds(x, y)) * (isForward ? 1 : -1);
          });
          expect(seen).toEqual(order.filter((name) => seen.includes(name)));
          const lost = names.filter((name) => !seen.includes(name));
          expect(lost.filter((name) => !told.has(name.split('/')[0] ?? ''))).toEqual([]);
          // Nobody is named without a reason.
          if (away.length === 0) expect([lost, [...told]]).toEqual([[], []]);
        },
      ),
      { numRuns: runsOf(200) },
    );
  });

  test('does not miss a provider that was away while only those before it were read', async () => {
    const { down, read, names } = aWorld([3, 3]);
    down.add(1);
    const first = await read(2, true, null);
    expect(first).toMatchObject({ rows: ['p0/0', 'p0/1'], hasMore: true });
    down.clear();
    const rest = await read(10, true, first.next);
    expect(rest).toMatchObject({ rows: names.slice(2), hasMore: false, problems: [] });
  });
});
