/** The bounds of totals, over a history that tells any numbers. */
import { expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import type { History, StoredTotals, TotalsQuery } from '../../src/core/history.ts';
import type { MergeSource } from '../../src/lists/merge.ts';
import { maxDurations, maxGroups, readTotals } from '../../src/lists/totals.ts';
import { aProvider, never } from '../support/model.ts';

const now = Date.parse('2026-11-29T12:00:00Z') * 1000;

const aRow = (timedCount: number): StoredTotals => ({
  span: 0,
  entityId: null,
  type: null,
  trigger: null,
  status: null,
  count: timedCount,
  succeeded: timedCount,
  failed: 0,
  timedCount,
  durationSeconds: timedCount,
  originalCount: 0,
  originalBytes: 0,
  storedCount: 0,
  storedBytes: 0,
});

/** Each of so many providers has stored so many backups that tell their duration. */
function aHistory(providers: number, timedCount: number) {
  const queries: TotalsQuery[] = [];
  const history = {
    coverage: () => Promise.resolve({ asOf: now, from: 0, isComplete: true, hasGaps: false }),
    totalsRange: () => Promise.resolve({ from: now - 1, to: now }),
    totals: (_: string, query: TotalsQuery) => {
      queries.push(query);
      return Promise.resolve([aRow(timedCount)]);
    },
    durations: () =>
      Promise.resolve([
        {
          span: 0,
          entityId: null,
          type: null,
          trigger: null,
          status: null,
          label: '',
          medianSeconds: 1,
          p95Seconds: 2,
        },
      ]),
  } as unknown as History;
  const sources = Array.from(
    { length: providers },
    (_, index): MergeSource =>
      ({
        provider: aProvider({ name: `p${index}` }),
        filter: { ...noFilter, own: null },
        entitySearch: null,
        timeoutMs: 1_000,
      }) as MergeSource,
  );
  const read = async () => {
    const { groups } = await readTotals(sources, history, { by: [], timeZone: 'UTC', sums: ['duration'] }, now, never);
    return groups[0]?.percentiles();
  };
  return { read, queries };
}

const known = { medianSeconds: 1, p95Seconds: 2 };

test('durations are read one by one of so many backups, and of no more', async () => {
  expect(await aHistory(2, maxDurations / 2).read()).toEqual(known);
  expect(await aHistory(2, maxDurations / 2 + 1).read()).toBeNull();
});

test('durations of up to 200 providers are read by one statement, and of more none', async () => {
  expect(await aHistory(200, 1).read()).toEqual(known);
  expect(await aHistory(201, 1).read()).toBeNull();
});

test('no statement gives more groups than an answer may have, and one', async () => {
  const { read, queries } = aHistory(1, 1);
  await read();
  expect(queries.map(({ limit }) => limit)).toEqual([maxGroups + 1]);
});
