/** Backups over time, in buckets of UTC hours, days, or weeks from Monday. */
import { badInput } from '../core/errors.ts';
import { type Instant, secondsBetween } from '../core/instant.ts';
import { type Backup, statusTraits } from '../core/model.ts';
import type { ListFilter } from './backup-list.ts';
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
  readonly durationSeconds: number | null;
}

const hour = 3_600_000_000;
const lengths: Record<TimelineBucket, number> = { HOUR: hour, DAY: 24 * hour, WEEK: 7 * 24 * hour };
/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const firstMonday = 4 * 24 * hour;

export const maxPoints = 400;

/**
 * Returns the buckets from `from` to `to`. Throws BAD_USER_INPUT if there are too many, or `to` is not after `from`.
 */
export function toBuckets(from: Instant, to: Instant, bucket: TimelineBucket): Bucket[] {
  if (to <= from) throw badInput('"to" must be later than "from".', ['to']);
  const length = lengths[bucket];
  const origin = bucket === 'WEEK' ? firstMonday : 0;
  const first = Math.floor((from - origin) / length);
  const last = Math.ceil((to - origin) / length);
  if (last - first > maxPoints) {
    throw badInput(
      `From "from" to "to" there are ${last - first} points; the limit is ${maxPoints}. Use a larger bucket.`,
      ['bucket'],
    );
  }
  return Array.from({ length: last - first }, (_, index) => ({
    start: Math.max(from, origin + (first + index) * length),
    end: Math.min(to, origin + (first + index + 1) * length),
  }));
}

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
      bytes: new Sum(),
      seconds: new Sum(),
    }));
  }

  /** Ignores backups outside of all buckets. */
  add({ sortedAt, status, size, startedAt, endedAt }: Backup): void {
    const point = sortedAt === null ? null : this.#pointAt(sortedAt);
    if (!point) return;
    point[statusTraits[status].bucket]++;
    point.bytes.add(size.originalBytes);
    point.seconds.add(secondsBetween(startedAt, endedAt));
  }

  points(): TimelinePoint[] {
    return this.#points.map(({ start, end, succeeded, failed, other, bytes, seconds }) => ({
      start,
      end,
      succeeded,
      failed,
      other,
      originalBytes: bytes.value,
      durationSeconds: seconds.value,
    }));
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
  readonly bytes: Sum;
  readonly seconds: Sum;
}
