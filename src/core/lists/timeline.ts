/** Backups over time, in buckets of UTC hours, days, or weeks from Monday. Pure. */
import { badInput } from '../errors.ts';
import { type Instant, secondsBetween } from '../instant.ts';
import type { Backup } from '../model.ts';
import { sum } from './statistics.ts';

export type TimelineBucket = 'HOUR' | 'DAY' | 'WEEK';

export interface TimelinePoint {
  /** Inclusive; the first and the last bucket are cut to the range that was asked for. */
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
  readonly originalBytes: number | null;
  readonly durationSeconds: number | null;
}

const hour = 3_600_000_000;
const lengths: Record<TimelineBucket, number> = { HOUR: hour, DAY: 24 * hour, WEEK: 7 * 24 * hour };
/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const firstMonday = 4 * 24 * hour;

export const maxPoints = 400;

/** The buckets from `from` to `to`. Throws BAD_USER_INPUT where they are too many, or run backwards. */
export function toBuckets(from: Instant, to: Instant, bucket: TimelineBucket): { start: Instant; end: Instant }[] {
  if (to <= from) throw badInput('"to" must be later than "from".', ['to']);
  const length = lengths[bucket];
  const origin = bucket === 'WEEK' ? firstMonday : 0;
  const first = Math.floor((from - origin) / length);
  const last = Math.ceil((to - origin) / length);
  if (last - first > maxPoints) {
    throw badInput(
      `From "from" to "to" there are ${last - first} points; at most ${maxPoints} are given. Use a larger bucket.`,
      ['bucket'],
    );
  }
  return Array.from({ length: last - first }, (_, index) => ({
    start: Math.max(from, origin + (first + index) * length),
    end: Math.min(to, origin + (first + index + 1) * length),
  }));
}

export function toTimeline(
  rows: readonly Backup[],
  buckets: readonly { readonly start: Instant; readonly end: Instant }[],
): TimelinePoint[] {
  return buckets.map(({ start, end }) => {
    const own = rows.filter(({ sortedAt }) => sortedAt !== null && sortedAt >= start && sortedAt < end);
    const succeeded = own.filter(({ status }) => status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS').length;
    const failed = own.filter(({ status }) => status === 'FAILED').length;
    return {
      start,
      end,
      succeeded,
      failed,
      other: own.length - succeeded - failed,
      originalBytes: sum(own.map(({ size }) => size.originalBytes)),
      durationSeconds: sum(own.map(({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt))),
    };
  });
}
