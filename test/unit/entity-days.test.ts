/** Days of entities, from what is stored of them: known answers, and stored rows against a plain count. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { presenceOf } from '../../src/core/filter.ts';
import type { HistoryCoverage, SpanRuns } from '../../src/core/history.ts';
import { parseInstant } from '../../src/core/instant.ts';
import { type Backup, type BackupStatus, backupStatuses, isSuccessful } from '../../src/core/model.ts';
import { comparator } from '../../src/core/order.ts';
import { createEntityRows } from '../../src/history/entity-rows.ts';
import { newState } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type EntityDayStatus, toDays, toEntityDays } from '../../src/lists/entity-days.ts';
import type { Expectation, Schedule } from '../../src/lists/expectation.ts';
import { toLastKnown } from '../../src/lists/last-known-protection.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, thrownBy } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const at = (text: string): number => parseInstant(text) as number;
const hour = 3_600_000_000;
const day = 24 * hour;
const now = at('2026-11-20T12:00:00Z');

const whole = { from: now - 300 * day, asOf: now, isComplete: true, hasGaps: false, keptFrom: now - 400 * day };
type Coverage = Pick<HistoryCoverage, keyof typeof whole>;

const every = (seconds: number): Expectation => ({
  everySeconds: seconds,
  schedule: null,
  graceSeconds: 3_600,
  isGraceBounded: false,
});
/** Each day at this hour of UTC. */
const dailyAt = (hours: number): Expectation => {
  const schedule: Schedule = {
    text: 'daily',
    slotAfter: (time) => ({
      at: (Math.floor((time - hours * hour) / day) + 1) * day + hours * hour,
      distanceSeconds: 86_400,
    }),
  };
  return { everySeconds: null, schedule, graceSeconds: 3_600, isGraceBounded: false };
};

type Run = readonly [start: string, status: BackupStatus];

/** Of the five days from 16 to 20 November. */
function daysOf(runs: readonly Run[], expectation: Expectation | null, coverage: Coverage = whole, last = 5) {
  const days = toDays({ last, timeZone: 'UTC' }, now);
  const rows = runs.map(([start, status]) => ({ at: at(`2026-11-${start}:00Z`), status }));
  const spans = new Map<number, SpanRuns>();
  for (const [index, { start, end }] of [{ start: 0, end: days[0]?.start ?? 0 }, ...days].entries()) {
    const own = rows.filter((row) => row.at >= start && row.at < end);
    if (own.length === 0) continue;
    const byStatus = new Map<BackupStatus, number>();
    for (const { status } of own) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const successes = own.filter(({ status }) => isSuccessful(status)).map((row) => row.at);
    spans.set(index, {
      byStatus,
      firstAt: Math.min(...own.map((row) => row.at)),
      lastSuccessAt: successes.length === 0 ? null : Math.max(...successes),
    });
  }
  const firstAt = rows.length === 0 ? null : Math.min(...rows.map((row) => row.at));
  return toEntityDays(days, { firstAt, spans }, expectation, coverage, now).map(({ status }) => status);
}

const nightly = (...days: readonly number[]): Run[] => days.map((one) => [`${one}T01:00`, 'SUCCEEDED']);

describe('the days of an entity', () => {
  type Case = [
    title: string,
    runs: readonly Run[],
    expectation: Expectation | null,
    expected: readonly EntityDayStatus[],
    coverage?: Partial<Coverage>,
  ];
  const cases: Case[] = [
    [
      'have nothing where nothing ran and nothing is expected',
      nightly(17),
      null,
      ['NONE', 'SUCCEEDED', 'NONE', 'NONE', 'NONE'],
    ],
    ['have nothing while nothing of the entity is known', [], every(86_400), ['NONE', 'NONE', 'NONE', 'NONE', 'NONE']],
    [
      'are missed from the day on which a success was due',
      nightly(15, 16, 17),
      every(86_400),
      ['SUCCEEDED', 'SUCCEEDED', 'MISSED', 'MISSED', 'MISSED'],
    ],
    [
      'are not missed while the interval lasts',
      nightly(16),
      every(7 * 86_400),
      ['SUCCEEDED', 'NONE', 'NONE', 'NONE', 'NONE'],
    ],
    [
      'are missed before the first success as well, once there was a run',
      [['16T01:00', 'FAILED']],
      every(86_400),
      ['FAILED', 'MISSED', 'MISSED', 'MISSED', 'MISSED'],
    ],
    [
      'are missed where a slot had no run, until its grace is over',
      nightly(16, 18),
      dailyAt(1),
      ['SUCCEEDED', 'MISSED', 'SUCCEEDED', 'MISSED', 'MISSED'],
    ],
    [
      'are not missed today before the slot',
      nightly(16, 17, 18, 19),
      dailyAt(23),
      ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'NONE'],
    ],
    [
      'are not missed if the run of a slot before midnight came within the grace',
      [
        ['16T23:45', 'SUCCEEDED'],
        ['18T00:10', 'SUCCEEDED'],
        ['18T23:45', 'SUCCEEDED'],
      ],
      dailyAt(23.5),
      ['SUCCEEDED', 'NONE', 'SUCCEEDED', 'MISSED', 'NONE'],
    ],
    [
      'have the best that happened',
      [
        ['16T01:00', 'FAILED'],
        ['16T02:00', 'SUCCEEDED'],
        ['17T01:00', 'FAILED'],
        ['17T02:00', 'SUCCEEDED_WITH_WARNINGS'],
        ['18T01:00', 'CANCELLED'],
        ['18T02:00', 'FAILED'],
        ['19T01:00', 'SKIPPED'],
        ['20T01:00', 'FAILED'],
        ['20T11:00', 'RUNNING'],
      ],
      null,
      ['SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS', 'FAILED', 'CANCELLED', 'RUNNING'],
    ],
    [
      'are unknown before the history begins, but for a success',
      nightly(16, 19),
      every(86_400),
      ['SUCCEEDED', 'UNKNOWN', 'UNKNOWN', 'SUCCEEDED', 'MISSED'],
      { isComplete: false, from: at('2026-11-19T00:00:00Z') },
    ],
    [
      'are unknown from the day on which the provider answered last, but for today',
      nightly(16, 17, 18),
      every(86_400),
      ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'UNKNOWN', 'UNKNOWN'],
      { asOf: at('2026-11-19T03:00:00Z') },
    ],
    [
      'are unknown while a part of the list cannot be read',
      [...nightly(17), ['18T01:00', 'FAILED']],
      every(86_400),
      ['UNKNOWN', 'SUCCEEDED', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'],
      { hasGaps: true },
    ],
    [
      'are unknown where rows are not kept',
      nightly(18, 19, 20),
      every(86_400),
      ['UNKNOWN', 'UNKNOWN', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
      { keptFrom: at('2026-11-17T06:00:00Z') },
    ],
    [
      'are unknown before the first read',
      [],
      null,
      ['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'],
      { asOf: null },
    ],
  ];
  test.each(cases)('%s', (_title, runs, expectation, expected, coverage = {}) => {
    expect(daysOf(runs, expectation, { ...whole, ...coverage })).toEqual(expected);
  });

  test('are those of the time zone, up to today', () => {
    const dates = (timeZone: string, time: string, last = 3) =>
      toDays({ last, timeZone }, at(time)).map(({ date }) => date);
    expect(dates('Pacific/Auckland', '2026-11-20T12:00:00Z')).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
    expect(dates('America/Sao_Paulo', '2018-11-05T12:00:00Z')).toEqual(['2018-11-03', '2018-11-04', '2018-11-05']);
    expect(dates('UTC', '2026-03-01T00:00:00Z', 2)).toEqual(['2026-02-28', '2026-03-01']);
    expect(dates('Europe/Paris', '2026-11-20T12:00:00Z', 366).length).toBe(366);
    expect(thrownBy(() => toDays({ last: 367, timeZone: 'UTC' }, now))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['last'],
    });
    expect(thrownBy(() => toDays({ last: 1, timeZone: 'Mars' }, now))).toMatchObject({ field: ['timeZone'] });
  });
});

describe('what was known of the protection', () => {
  const success = (hoursAgo: number) =>
    aBackup({ entityId: 'e', status: 'SUCCEEDED', sortedAt: now - hoursAgo * hour, endedAt: now - hoursAgo * hour });
  const partly = { ...whole, isComplete: false, from: now - 40 * hour };
  test.each([
    ['a success in time', success(3), every(86_400), whole, 'PROTECTED'],
    ['a success that is too old', success(30), every(86_400), whole, 'OVERDUE'],
    ['one after which everything is stored', success(30), every(86_400), partly, 'OVERDUE'],
    ['one after which newer ones may be missing', success(50), every(86_400), partly, undefined],
    ['one that is too old, and a list with gaps', success(30), every(86_400), { ...partly, hasGaps: true }, undefined],
    ['a success in time, and a list with gaps', success(3), every(86_400), { ...partly, hasGaps: true }, 'PROTECTED'],
    ['a success without an expectation', success(30), null, whole, 'NO_EXPECTATION'],
    ['no success', null, every(86_400), whole, undefined],
    ['a history that was never read', success(3), every(86_400), { ...whole, asOf: null }, undefined],
  ] as const)('%s', (_title, backup, expectation, coverage, status) => {
    expect(toLastKnown(backup, expectation, coverage)?.status).toBe(status);
  });

  test('is what was due when the provider answered last, not now', () => {
    const asOf = now - 30 * day;
    const old = { ...success(3), sortedAt: asOf - hour, endedAt: asOf - hour };
    expect(toLastKnown(old, every(86_400), { ...whole, asOf })).toEqual({ status: 'PROTECTED', asOf });
  });
});

describe('stored rows of entities', () => {
  const storage = openStorage(':memory:');
  const store = createHistoryStore(storage.database, storage.health);
  const entities = createEntityRows(storage.database, storage.health);
  afterAll(() => storage.close());
  const ids = ['a', 'b', 'never'];
  const row = fc.record({
    entityId: fc.constantFrom('a', 'b', null),
    sortedAt: fc.option(
      fc.integer({ min: 0, max: 60 }).map((hours) => hours * hour),
      { nil: null },
    ),
    lastsFor: fc.option(fc.nat(5 * hour), { nil: null }),
    status: fc.constantFrom(...backupStatuses),
    isRemoved: fc.boolean(),
    isGone: fc.boolean(),
  });
  const bounds = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
  let worlds = 0;

  test('are counted by the span in which they started, and have the newest success', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), bounds, async (drawn, hours) => {
        const provider = `days-${++worlds}`;
        const rows = drawn.map(({ sortedAt, lastsFor, ...fields }, index): Backup & { isGone: boolean } => ({
          ...aBackup({
            ...fields,
            provider,
            externalId: String(index),
            sortedAt,
            startedAt: sortedAt,
            endedAt: sortedAt === null || lastsFor === null ? null : sortedAt + lastsFor,
          }),
          isGone: fields.isGone,
        }));
        const page = { rows, ids: [], after: null, through: null };
        await store.savePage(provider, page, now, newState('fake'));
        await store.settle(
          provider,
          [],
          rows.filter(({ isGone }) => isGone).map(({ localId }) => localId),
          now,
        );
        const boundaries = hours.toSorted((a, b) => a - b).map((one) => one * hour);
        const runs = await entities.runs(provider, ids, boundaries);
        const successes = await entities.newestSuccesses(provider, ids);
        for (const id of ids) {
          const own = rows.filter(({ entityId }) => entityId === id);
          const times = own.flatMap(({ sortedAt }) => (sortedAt !== null && sortedAt > 0 ? sortedAt : []));
          expect(runs.get(id)?.firstAt).toBe(times.length === 0 ? null : Math.min(...times));
          for (const [span, start] of boundaries.slice(0, -1).entries()) {
            const within = own.filter(
              ({ sortedAt }) => sortedAt !== null && sortedAt >= start && sortedAt < (boundaries[span + 1] as number),
            );
            const stored = runs.get(id)?.spans.get(span);
            const ends = within
              .filter(({ status }) => isSuccessful(status))
              .map((one) => one.endedAt ?? one.sortedAt ?? 0);
            expect(stored?.lastSuccessAt ?? null).toBe(ends.length === 0 ? null : Math.max(...ends));
            for (const status of backupStatuses) {
              expect(stored?.byStatus.get(status) ?? 0).toBe(within.filter((one) => one.status === status).length);
            }
          }
          const listed = own.filter((one) => !one.isGone && isSuccessful(one.status)).sort(comparator('descending'));
          // Five of each are looked at.
          const newest = listed.slice(0, 5).find((one) => presenceOf(one) !== 'REMOVED');
          expect(successes.get(id)?.externalId).toBe(newest?.externalId);
        }
      }),
      { numRuns: runsOf(150) },
    );
  });
});
