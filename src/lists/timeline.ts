/** Backups over time, in buckets of hours, days, or weeks from Monday, of a time zone. */
import { badInput } from '../core/errors.ts';
import { type Instant, secondsBetween } from '../core/instant.ts';
import { type Backup, statusTraits } from '../core/model.ts';
import { cutText } from '../core/text.ts';
import { createLocalTimes, isTimeZone } from '../core/time-zone.ts';
import type { ListFilter } from './backup-list.ts';
import { type SizeCounts, SizeSums, toSuccessRate } from './statistics.ts';
import { Sum } from './sum.ts';

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
  readonly storedBytes: number | null;
  /** Number of backups whose size of each kind is known. */
  readonly sizedCount: SizeCounts;
  readonly durationSeconds: number | null;
  /** Number of backups in `durationSeconds`. */
  readonly timedCount: number;
  /** As in `Statistics`. */
  readonly successRate: number | null;
}

const hour = 3_600_000_000;
const lengths: Record<TimelineBucket, number> = { HOUR: hour, DAY: 24 * hour, WEEK: 7 * 24 * hour };
/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const firstMonday = 4 * 24 * hour;

export const maxPoints = 400;

/**
 * Returns the buckets from `from` to `to`, by the clocks of the zone: a day on which they change has 23 or 25 hours.
 * Throws BAD_USER_INPUT if there are too many, `to` is not after `from`, or there is no such zone.
 */
export function toBuckets(from: Instant, to: Instant, bucket: TimelineBucket, timeZone = 'UTC'): Bucket[] {
  if (to <= from) throw badInput('"to" must be later than "from".', ['to']);
  if (!isTimeZone(timeZone)) {
    const message = `"${cutText(timeZone, 40)}" is no time zone. Use a name of the IANA database, such as "Europe/Paris".`;
    throw badInput(message, ['timeZone']);
  }
  const times = createLocalTimes(timeZone);
  const length = lengths[bucket];
  const origin = bucket === 'WEEK' ? firstMonday : 0;
  const first = Math.floor((times.toLocal(from) - origin) / length);
  const last = Math.ceil((times.toLocal(to) - origin) / length);
  if (last - first > maxPoints) throw tooManyPoints(last - first);
  const boundaryAfter = (start: Instant, index: number): Instant =>
    bucket === 'HOUR'
      ? // Full hours of the clock, which an hour that comes twice has twice.
        start + hour - modulo(times.toLocal(start), hour)
      : times.toInstant(origin + (first + index + 1) * length);
  const buckets: Bucket[] = [];
  for (let start = from, index = 0; start < to; index++) {
    const end = Math.min(to, boundaryAfter(start, index));
    // Clocks that are set back over midnight pass a boundary twice.
    if (end <= start) continue;
    buckets.push({ start, end });
    start = end;
  }
  if (buckets.length > maxPoints) throw tooManyPoints(buckets.length);
  return buckets;
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

const tooManyPoints = (count: number) =>
  badInput(`From "from" to "to" there are ${count} points; the limit is ${maxPoints}. Use a larger bucket.`, [
    'bucket',
  ]);

/** Restricts the filter to the range. */
export const withinRange = (
  filter: ListFilter,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): ListFilter => ({
  ...filter,
  startedAfter: Math.max(from, filter.startedAfter ?? from),
  startedBefore: Math.min(to, filter.startedBefore ?? to),
});

interface Bucket {
  readonly start: Instant;
  readonly end: Instant;
}

export class TimelineCounter {
  readonly #points: readonly Point[];

  /** `buckets`: contiguous, from `toBuckets`. */
  constructor(buckets: readonly Bucket[]) {
    this.#points = buckets.map(({ start, end }) => ({
      start,
      end,
      succeeded: 0,
      failed: 0,
      other: 0,
      sizes: new SizeSums(),
      seconds: new Sum(),
    }));
  }

  /** Ignores backups outside of all buckets. */
  add({ sortedAt, status, size, startedAt, endedAt }: Backup): void {
    const point = sortedAt === null ? null : this.#pointAt(sortedAt);
    if (!point) return;
    point[statusTraits[status].bucket]++;
    point.sizes.add(size);
    point.seconds.add(secondsBetween(startedAt, endedAt));
  }

  points(): TimelinePoint[] {
    return this.#points.map(({ start, end, succeeded, failed, other, sizes, seconds }) => {
      const { originalBytes, storedBytes } = sizes.values();
      return {
        ...{ start, end, succeeded, failed, other, originalBytes, storedBytes },
        sizedCount: sizes.counts(),
        durationSeconds: seconds.value,
        timedCount: seconds.count,
        successRate: toSuccessRate(succeeded, failed),
      };
    });
  }

  /** Binary search, since there are many rows. */
  #pointAt(at: Instant): Point | null {
    let [low, high] = [0, this.#points.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const point = this.#points[middle] as Point;
      if (at < point.start) high = middle - 1;
      else if (at >= point.end) low = middle + 1;
      else return point;
    }
    return null;
  }
}

interface Point extends Bucket {
  other: number;
  succeeded: number;
  failed: number;
  readonly sizes: SizeSums;
  readonly seconds: Sum;
}
