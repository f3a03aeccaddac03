/** Points of a timeline by the clocks of a time zone. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseInstant } from '../../src/core/instant.ts';
import { createLocalTimes } from '../../src/core/time-zone.ts';
import { maxPoints, type TimelineBucket, toBuckets } from '../../src/lists/timeline.ts';
import { thrownBy } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const at = (text: string): number => parseInstant(text) as number;
const hour = 3_600_000_000;
const hoursOf = (from: string, to: string, bucket: TimelineBucket, zone: string) =>
  toBuckets(at(from), at(to), bucket, zone).map(({ start, end }) => (end - start) / hour);

it('gives the days of a clock change 23 and 25 hours', () => {
  expect(hoursOf('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', 'DAY', 'Europe/Paris')).toEqual([24, 23, 24]);
  expect(hoursOf('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z', 'DAY', 'Europe/Paris')).toEqual([24, 25, 24]);
  expect(hoursOf('2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z', 'WEEK', 'Europe/Paris')).toEqual([169]);
});

it('starts a day whose midnight is skipped with its first moment', () => {
  const days = toBuckets(at('2018-11-03T03:00:00Z'), at('2018-11-06T02:00:00Z'), 'DAY', 'America/Sao_Paulo');
  expect(days.map(({ start }) => start)).toEqual([
    at('2018-11-03T03:00:00Z'),
    at('2018-11-04T03:00:00Z'),
    at('2018-11-05T02:00:00Z'),
  ]);
});

it('starts a day whose midnight comes twice at the first one', () => {
  const days = toBuckets(at('2025-11-01T04:00:00Z'), at('2025-11-03T05:00:00Z'), 'DAY', 'America/Havana');
  expect(days.map(({ start, end }) => (end - start) / hour)).toEqual([24, 25]);
});

it('gives an hour that comes twice two points, and one that is skipped none', () => {
  expect(hoursOf('2026-10-25T00:00:00Z', '2026-10-25T03:00:00Z', 'HOUR', 'Europe/Paris')).toEqual([1, 1, 1]);
  expect(hoursOf('2026-03-29T00:00:00Z', '2026-03-29T03:00:00Z', 'HOUR', 'Europe/Paris')).toEqual([1, 1, 1]);
  expect(hoursOf('2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', 'HOUR', 'Asia/Kolkata')).toEqual([0.5, 0.5]);
  // Clocks change by half an hour there.
  expect(hoursOf('2026-04-04T14:00:00Z', '2026-04-04T16:30:00Z', 'HOUR', 'Australia/Lord_Howe')).toEqual([1, 0.5, 1]);
});

it('refuses an unknown zone, and more points than there may be', () => {
  const unknown = thrownBy(() => toBuckets(0, hour, 'DAY', 'Europe/Nowhere'));
  expect(unknown).toMatchObject({ code: 'BAD_USER_INPUT', field: ['timeZone'] });
  expect(unknown.message).toContain('Europe/Paris');
  const many = thrownBy(() => toBuckets(0, (maxPoints + 1) * hour, 'HOUR', 'Europe/Paris'));
  expect(many).toMatchObject({ code: 'BAD_USER_INPUT', field: ['bucket'] });
});

it('covers any range without a gap, and cuts it only where the clock says so', () => {
  const zones = ['UTC', 'Europe/Paris', 'America/Havana', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kolkata'];
  const lengths = { HOUR: hour, DAY: 24 * hour, WEEK: 7 * 24 * hour };
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom<TimelineBucket>('HOUR', 'DAY', 'WEEK'),
      fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
      fc.integer({ min: 1, max: 100_000 }),
      (zone, bucket, from, part) => {
        const to = from + Math.ceil((lengths[bucket] * 300 * part) / 100_000);
        const buckets = toBuckets(from, to, bucket, zone);
        expect(buckets.at(0)?.start).toBe(from);
        expect(buckets.at(-1)?.end).toBe(to);
        const { toLocal, toInstant } = createLocalTimes(zone);
        for (const [index, { start, end }] of buckets.entries()) {
          expect(end).toBeGreaterThan(start);
          if (index === 0) continue;
          expect(start).toBe(buckets[index - 1]?.end);
          const local = toLocal(start);
          // The only boundaries off the full hour or day are those that clocks skip.
          const isFull = local % (bucket === 'HOUR' ? hour : 24 * hour) === 0;
          const isSkipped = bucket !== 'HOUR' && toInstant(Math.floor(local / (24 * hour)) * 24 * hour) === start;
          const isHalf = bucket === 'HOUR' && zone === 'Australia/Lord_Howe';
          expect(isFull || isSkipped || isHalf, `${zone} ${bucket} ${start}`).toBe(true);
        }
      },
    ),
    { numRuns: runsOf(300) },
  );
});
