/**
 * What the merged list promises, over random histories of one to six products. A history that fails is printed with
 * its seed; `FC_SEED=... npx vitest run test/unit/merged-list.test.ts` draws it again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxAttempts } from '../../providers/_kit/readers/pages.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { SortKey } from '../../src/core/order.ts';
import { type Change, change, type Fixture, makeWorld, productDraws } from '../support/list-fixtures.ts';
import { aBackup, never } from '../support/model.ts';
import { aProduct, plainManners } from '../support/products.ts';
import {
  cursorWithin,
  expectCut,
  isAfter,
  isDescending,
  keyOf,
  maxPages,
  nameOf,
  options,
  orderOf,
  readPage,
  timeoutMs,
  type WalkedPage,
  type Way,
  walk,
  way,
} from '../support/walks.ts';

/** What must hold of a walk, whatever happened meanwhile. `before`: what there was when it began. */
function expectWalk(fixture: Fixture, to: Way, after: SortKey | null, before: readonly SortKey[], walked: Walked) {
  const { shown, isWhole } = walked;
  const compare = orderOf(isDescending(to));
  expect(shown.map(keyOf)).toEqual([...shown].sort(compare).map(keyOf));
  expect(new Set(shown.map(keyOf)).size).toBe(shown.length);
  const twice = shown.map(nameOf).filter((name, index, names) => names.indexOf(name) !== index);
  expect(twice.filter((name) => !fixture.started.has(name))).toEqual([]);

  const last = shown.at(-1);
  const still = new Set(fixture.sorted(true).map(keyOf));
  const throughout = before.filter(
    (row) => still.has(keyOf(row)) && isAfter(to, after)(row) && (isWhole || (last && compare(row, last) <= 0)),
  );
  const seen = new Set(shown.map(keyOf));
  expect(throughout.map(keyOf).filter((key) => !seen.has(key))).toEqual([]);
}

interface Walked {
  readonly shown: readonly SortKey[];
  readonly isWhole: boolean;
}

const changes = fc.array(fc.array(change, { maxLength: 3 }), { maxLength: maxPages });
const place = fc.nat(199);
const history = { draws: productDraws, way, at: fc.oneof(fc.constant(0), place) };

it(
  'a list that stands still is shown page by page, each row once and in order',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(history), async ({ draws, way: to, at }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const before = fixture.sorted(true);
        const onPage = (page: WalkedPage, after: SortKey | null) => expectCut(page, fixture, to, after);
        const walked = await walk({ list: fixture, way: to, start, onPage });
        expectWalk(fixture, to, start?.key ?? null, before, walked);
      }),
      options(450),
    );
  },
  timeoutMs,
);

it(
  'a list that changes between pages is at each page the list of that moment, right after the one before',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ ...history, changes }), async ({ draws, way: to, at, changes: happening }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const before = fixture.sorted(true);
        const onPage = (page: WalkedPage, after: SortKey | null) => expectCut(page, fixture, to, after);
        const between = (number: number) => {
          for (const one of happening[number - 1] ?? []) fixture.change(one);
        };
        const walked = await walk({ list: fixture, way: to, start, onPage, between });
        expectWalk(fixture, to, start?.key ?? null, before, walked);
      }),
      options(550),
    );
  },
  timeoutMs,
);

/** Lets each change happen before an answer, and remembers every state of the list. */
function changeWithin(fixture: Fixture, happening: readonly { readonly calls: number; readonly change: Change }[]) {
  let states = [fixture.sorted(true)];
  let next = 0;
  let left = happening[0]?.calls ?? 0;
  for (const product of fixture.products) {
    product.onCall = () => {
      const due = happening[next];
      if (!due || --left > 0) return;
      fixture.change(due.change, true);
      states.push(fixture.sorted(true));
      next += 1;
      left = happening[next]?.calls ?? 0;
    };
  }
  return {
    /** Since the last time, the one of that time among them. */
    takeStates() {
      const taken = states;
      states = taken.slice(-1);
      return taken;
    },
  };
}

/** What holds of a page whichever of these states each of its calls has seen. */
function expectAmong(page: WalkedPage, states: readonly (readonly SortKey[])[], to: Way, after: SortKey | null) {
  const compare = orderOf(isDescending(to));
  const inEach = states.map((rows) => new Set(rows.filter(isAfter(to, after)).map(keyOf)));
  const shown = new Set(page.rows.map(keyOf));
  const last = page.rows.at(-1);
  const isPast = (row: SortKey) => last === undefined || compare(row, last) > 0;
  const throughout = (states[0] ?? []).filter((row) => inEach.every((keys) => keys.has(keyOf(row))));

  expect(page.rows.map(keyOf)).toEqual([...page.rows].sort(compare).map(keyOf));
  expect(new Set(page.rows.map(nameOf)).size).toBe(page.rows.length);
  expect([...shown].filter((key) => !inEach.some((keys) => keys.has(key)))).toEqual([]);
  expect(throughout.filter((row) => !isPast(row) && !shown.has(keyOf(row))).map(keyOf)).toEqual([]);
  expect(page.hasRowsBehind).toBe(after !== null);
  if (page.hasMore) {
    expect(page.rows).toHaveLength(to.size);
    expect(states.some((rows) => rows.some((row) => isAfter(to, after)(row) && isPast(row)))).toBe(true);
  } else {
    expect(throughout.filter(isPast).map(keyOf)).toEqual([]);
  }
}

it(
  'a list that changes between the calls of one page loses nothing that was there throughout',
  async () => {
    const calls = fc.integer({ min: 1, max: 9 });
    const happening = fc.array(fc.record({ calls, change }), { maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...history, happening }), async ({ draws, way: to, at, happening: events }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const before = fixture.sorted(true);
        const within = changeWithin(fixture, events);
        const shown: SortKey[] = [];
        let cursor = start?.cursor ?? null;
        let after = start?.key ?? null;
        let isWhole = false;
        for (let number = 1; number <= maxPages && !isWhole; number++) {
          const page = await readPage(fixture, to, cursor);
          const states = within.takeStates();
          if (page.problems.length > 0) {
            // It says that the list never stood still, and to ask again.
            expect(page.problems.map(({ error }) => error.code)).toEqual(page.problems.map(() => 'INCOMPLETE'));
            expect(states.length).toBeGreaterThan(maxAttempts);
            continue;
          }
          expectAmong(page, states, to, after);
          shown.push(...page.rows);
          isWhole = !page.hasMore;
          cursor = page.next;
          after = page.rows.at(-1) ?? after;
        }
        expectWalk(fixture, to, start?.key ?? null, before, { shown, isWhole });
      }),
      options(550),
    );
  },
  timeoutMs,
);

it(
  'a walk backward shows the same pages as one forward, in the other order',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(history), async ({ draws, way: drawn }) => {
        const fixture = makeWorld(draws);
        const all = fixture.sorted(!drawn.isAscending);
        // Whole walks, in at most as many pages as any other one.
        const to = { ...drawn, size: Math.max(drawn.size, Math.ceil(all.length / maxPages)) };
        const rows = async (isForward: boolean) => {
          const onPage = (page: WalkedPage, after: SortKey | null) =>
            expectCut(page, fixture, { ...to, isForward }, after);
          return (await walk({ list: fixture, way: { ...to, isForward }, start: null, onPage, most: maxPages + 1 }))
            .shown;
        };
        const forward = await rows(true);
        expect(forward.map(keyOf)).toEqual(all.map(keyOf));
        expect((await rows(false)).reverse().map(keyOf)).toEqual(forward.map(keyOf));
        // And each page forward is what stands before the first row of the next one.
        const first = await readPage(fixture, { ...to, isForward: true }, null);
        const second = first.hasMore ? await readPage(fixture, { ...to, isForward: true }, first.next) : null;
        if (second?.back) {
          const again = await readPage(fixture, { ...to, isForward: false }, second.back);
          expect(again.list.rows.map(keyOf)).toEqual(first.rows.map(keyOf));
          expect(again.hasMore).toBe(false);
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'the cursor of every edge goes on right after its row, either way, also when that row is gone',
  async () => {
    const edges = fc.record({
      ...history,
      sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      changes,
    });
    await fc.assert(
      fc.asyncProperty(edges, async ({ draws, way: to, at, sizes, changes: happening }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const page = await readPage(fixture, { ...to, size: Math.min(to.size, 20) }, start?.cursor ?? null);
        for (const [index, row] of page.rows.entries()) {
          const [size = 1, other = 1] = [sizes[index % sizes.length], sizes[(index + 1) % sizes.length]];
          const cursor = page.cursorAt(index);
          const onwards = { ...to, size };
          expectCut(await readPage(fixture, onwards, cursor), fixture, onwards, row);
          const backwards = { ...to, isForward: !to.isForward, size: other };
          expectCut(await readPage(fixture, backwards, cursor), fixture, backwards, row);
          for (const one of happening[index] ?? []) fixture.change(one);
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'a page knows of its ends and counts, also with nothing on it',
  async () => {
    const asked = fc.record({ ...history, size: fc.constantFrom(0, 1, 2, 7, 20, 50, 100, 199, 200) });
    await fc.assert(
      fc.asyncProperty(asked, async ({ draws, way: drawn, at, size }) => {
        const fixture = makeWorld(draws);
        const to = { ...drawn, size };
        const start = await cursorWithin(fixture, to, at);
        const page = await readPage(fixture, to, start?.cursor ?? null);
        expectCut(page, fixture, to, start?.key ?? null);
        expect(page.next).toBe(page.rows.length > 0 ? page.cursorAt(page.rows.length - 1) : (start?.cursor ?? null));
        expect(page.back).toBe(page.rows.length > 0 ? page.cursorAt(0) : null);
        expect(await page.list.countAll(never)).toBe(fixture.sorted(true).length);
        // A page of exactly what is left is the last one.
        const left = fixture.sorted(isDescending(to)).filter(isAfter(to, start?.key ?? null)).length;
        if (left > 0 && left <= 200) {
          for (const exact of [left - 1, left]) {
            const last = await readPage(fixture, { ...to, size: exact }, start?.cursor ?? null);
            expectCut(last, fixture, { ...to, size: exact }, start?.key ?? null);
          }
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'a product that is away is named, and the rows of the others come all the same',
  async () => {
    const downs = fc.array(fc.subarray([0, 1, 2, 3, 4, 5]), { maxLength: maxPages });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...history, downs }), async ({ draws, way: to, at, downs: away }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const missed = new Set<string>();
        let cursor = start?.cursor ?? null;
        let after = start?.key ?? null;
        for (let number = 0; number < maxPages; number++) {
          for (const [index, product] of fixture.products.entries())
            product.isDown = away[number]?.includes(index) ?? false;
          // Before a row without a time there is none of a product whose rows all have one, so it is not asked.
          const isBeforeWaiting = !isDescending(to) && after?.sortedAt === null;
          const down = fixture.products
            .filter(({ isDown, manners }) => isDown && !(isBeforeWaiting && manners.kind === 'timed'))
            .map(({ provider }) => provider.name);
          const page = await readPage(fixture, to, cursor);
          const following = fixture
            .sorted(isDescending(to))
            .filter((row) => isAfter(to, after)(row) && !down.includes(row.provider));
          expect(page.rows.map(keyOf)).toEqual(following.slice(0, to.size).map(keyOf));
          // A page that shows nothing invites no other: it would be the same.
          const mayFollow = following.length > to.size || down.length > 0;
          expect(page.hasMore).toBe(mayFollow && page.rows.length > 0);
          const skipped = [...missed].filter((name) => !down.includes(name));
          expect(page.problems.map(({ provider, error }) => `${provider} ${error.code}`).sort()).toEqual(
            [
              ...down.map((name) => `${name} PROVIDER_UNAVAILABLE`),
              ...skipped.map((name) => `${name} INCOMPLETE`),
            ].sort(),
          );
          if (page.rows.length > 0) for (const name of down) missed.add(name);
          else expect(page.next).toBe(cursor);
          if (!page.hasMore && down.length === 0) break;
          cursor = page.next;
          after = page.rows.at(-1) ?? after;
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'each product alone keeps what a page of it must be, after any key and whatever it is told of the offset',
  async () => {
    const asked = fc.record({ ...history, offset: fc.nat(300), limit: fc.integer({ min: 1, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(asked, async ({ draws, way: to, at, offset, limit }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const direction = isDescending(to) ? 'descending' : 'ascending';
        const after = start?.key ?? null;
        for (const { provider } of fixture.products) {
          const page = await provider.listBackups({ direction, after, limit, filter: noFilter, offset }, never);
          const following = fixture
            .sorted(isDescending(to))
            .filter((row) => row.provider === provider.name && isAfter(to, after)(row));
          expect(page.rows.map(keyOf)).toEqual(following.slice(0, limit).map(keyOf));
          expect(page.problems).toEqual([]);
          // A page that is full need not know yet that it is the last one.
          if (following.length !== limit) expect(page.isEnd).toBe(following.length < limit);
        }
      }),
      options(200),
    );
  },
  timeoutMs,
);

it('a row that goes between two calls of one page does not take another one with it', async () => {
  for (const [isAscending, tellsTotal] of [false, true].flatMap((one) => [
    [one, true] as const,
    [one, false] as const,
  ])) {
    const rows = [0, 1, 2, 3, 4].map((hour) =>
      aBackup({
        provider: 'one',
        entityId: 'e0',
        externalId: `${hour}`,
        localId: `e0.${hour}`,
        sortedAt: hour * 3_600_000_000,
      }),
    );
    const product = aProduct('one', { ...plainManners, cap: 2, tellsTotal }, rows);
    let calls = 0;
    product.onCall = () => {
      calls += 1;
      // By then the first call for the only connection that has any has been answered.
      if (calls === 4) product.rows = rows.filter(({ externalId }) => externalId !== (isAscending ? '0' : '4'));
    };
    const listing = { providers: [product.provider], sorted: () => rows };
    const page = await readPage(listing, { size: 4, isForward: true, isAscending }, null);
    const shown = page.rows.map(({ externalId }) => externalId);
    expect(shown).toEqual(expect.arrayContaining(isAscending ? ['1', '2', '3'] : ['3', '2', '1']));
  }
});

it('a page deep in a list takes as few calls as the second one', async () => {
  const hourly = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) =>
      aBackup({
        provider: name,
        entityId: 'e0',
        externalId: `${count - place}`,
        localId: `e0.${count - place}`,
        sortedAt: (count - place) * 3_600_000_000,
      }),
    );
  // The first one is soon at its end, and says nothing of how deep the others are.
  const products = (['timed', 'paged', 'prefix', 'prefix'] as const).map((kind, index) =>
    aProduct(
      `p${index}`,
      { ...plainManners, kind, pageSize: kind === 'timed' ? 500 : 50 },
      hourly(`p${index}`, index === 0 ? 4 : 700),
    ),
  );
  const listing = { providers: products.map(({ provider }) => provider), sorted: () => [] };
  for (const isForward of [true, false]) {
    let cursor: string | null = null;
    for (let number = 1; number <= 30; number++) {
      for (const { read } of products) read.calls = 0;
      const page: WalkedPage = await readPage(listing, { size: 50, isForward, isAscending: false }, cursor);
      expect(page.rows).toHaveLength(50);
      cursor = page.next;
      const [timed = 0, paged = 0, ...prefix] = products.map(({ read }) => read.calls);
      // One for each of three connections, of which two are empty.
      expect(timed).toBe(3);
      expect(paged).toBeLessThanOrEqual(8);
      if (isForward) expect(prefix).toEqual([1, 1]);
    }
  }
});
