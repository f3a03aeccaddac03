import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxDisorder } from '../../providers/_kit/readers/pages.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys, toSortKey } from '../../src/core/order.ts';
import { changed, jitters, makeRows, namesOf } from '../support/histories.ts';
import { runsOf } from '../support/nightly.ts';
import { aProduct, cap, direction, first, following, tidy } from '../support/paged.ts';

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
    { numRuns: runsOf(200) },
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
    { numRuns: runsOf(200) },
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
