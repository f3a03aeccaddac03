/**
 * What the merged list promises, over random histories of one to six products. A history that fails is printed with
 * its seed; `FC_SEED=... npx vitest run test/unit/merged-list.test.ts` draws it again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxAttempts } from '../../providers/_kit/readers/pages.ts';
import type { SortKey } from '../../src/core/order.ts';
import { type Change, change, type Fixture, makeWorld } from '../support/list-fixtures.ts';
import { history } from '../support/merged-walks.ts';
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

it(
  'an unchanged list is returned page by page, each row once and in order',
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
  'each page of a changing list is the current list, right after the previous page',
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
  'a list that changes between the calls of one page loses no row that exists throughout',
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
  'a walk backward has the same pages as one forward, in the other order',
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
  'the cursor of every edge continues right after its row in both directions, even if that row was removed',
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
