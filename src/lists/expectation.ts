/** The expected interval or schedule of successful backups, and when the next success is due. Pure. */
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';

/** Local times at which a backup is expected to start. */
export interface Schedule {
  /** The cron expression and its time zone: `0 1 * * * Europe/Berlin`. */
  readonly text: string;
  /** The first slot later than `at`; null if there is none. */
  slotAfter(at: Instant): Slot | null;
}

export interface Slot {
  readonly at: Instant;
  /** Seconds to the nearer of the previous and the next slot. */
  readonly distanceSeconds: number;
}

/** Exactly one of `everySeconds` and `schedule`. */
export interface Expectation {
  /** Maximum of seconds from the end of one success to the end of the next, without `graceSeconds`. */
  readonly everySeconds: number | null;
  readonly schedule: Schedule | null;
  /** How late a success may be; null: `defaultGrace` of the interval or of `distanceSeconds`. */
  readonly graceSeconds: number | null;
  /** `graceSeconds` was configured for another interval and is limited to half of this one. */
  readonly isGraceBounded: boolean;
}

const second = 1_000_000;
const shortestGraceSeconds = 1_800;
const longestGraceSeconds = 21_600;

/** A tenth of the interval, at least 30 minutes, at most 6 hours, and never more than half the interval. */
export const defaultGrace = (intervalSeconds: number): number =>
  Math.min(Math.max(intervalSeconds / 10, shortestGraceSeconds), longestGraceSeconds, intervalSeconds / 2);

/** Returns how many seconds late a success may be, for an interval in seconds. */
export function graceOf({ graceSeconds, isGraceBounded }: Expectation, intervalSeconds: number): number {
  if (graceSeconds === null) return defaultGrace(intervalSeconds);
  return isGraceBounded ? Math.min(graceSeconds, intervalSeconds / 2) : graceSeconds;
}

/** Times of a success; null if the product does not report them. */
export type SuccessTimes = Pick<Backup, 'sortedAt' | 'startedAt' | 'endedAt'>;

/**
 * Returns when the next success is due, after which the entity is OVERDUE. An interval counts from the end of the last
 * success. A success meets every slot up to its start, so the first slot after its start is the next one to meet. Null
 * if the time of the last success is not known.
 */
export function dueAfter(expectation: Expectation, success: SuccessTimes): Instant | null {
  const { everySeconds, schedule } = expectation;
  if (everySeconds !== null) {
    const at = endOf(success);
    return at === null ? null : at + (everySeconds + graceOf(expectation, everySeconds)) * second;
  }
  const startedAt = startOf(success);
  if (!schedule || startedAt === null) return null;
  const slot = schedule.slotAfter(startedAt);
  return slot && slot.at + graceOf(expectation, slot.distanceSeconds) * second;
}

/** Returns the end of a success, or `sortedAt` if the end is not known. */
export const endOf = ({ endedAt, sortedAt }: SuccessTimes): Instant | null => knownTime(endedAt) ?? knownTime(sortedAt);

const startOf = ({ startedAt, sortedAt }: SuccessTimes): Instant | null => knownTime(startedAt) ?? knownTime(sortedAt);

/** Null for rows without a time, whose `sortedAt` is 0. */
const knownTime = (at: Instant | null): Instant | null => (at === null || at <= 0 ? null : at);
