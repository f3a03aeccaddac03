/** How often a backup of an entity is expected to succeed, and until when its next success is due. Pure. */
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';

/** Local times at which a backup is expected to start. */
export interface Schedule {
  /** The cron expression and its time zone: `0 1 * * * Europe/Berlin`. */
  readonly text: string;
  /** The first slot later than `at`; null where the schedule ends. */
  slotAfter(at: Instant): Slot | null;
}

export interface Slot {
  readonly at: Instant;
  /** To the nearer of the slots before and after it. */
  readonly distanceSeconds: number;
}

/** Exactly one of `everySeconds` and `schedule`. */
export interface Expectation {
  /** Longest time from the end of one success to the end of the next, without `graceSeconds`. */
  readonly everySeconds: number | null;
  readonly schedule: Schedule | null;
  /** How late a success may be; null: `defaultGrace` of the interval, or of the distance between slots. */
  readonly graceSeconds: number | null;
  /** `graceSeconds` was not chosen for this interval, so that half of the interval bounds it. */
  readonly isGraceBounded: boolean;
}

const second = 1_000_000;
const shortestGraceSeconds = 1_800;
const longestGraceSeconds = 21_600;

/** A tenth of the interval, at least 30 minutes, at most 6 hours, and never more than half the interval. */
export const defaultGrace = (intervalSeconds: number): number =>
  Math.min(Math.max(intervalSeconds / 10, shortestGraceSeconds), longestGraceSeconds, intervalSeconds / 2);

/** Seconds that a success may be late which is expected every so many seconds. */
export function graceOf({ graceSeconds, isGraceBounded }: Expectation, intervalSeconds: number): number {
  if (graceSeconds === null) return defaultGrace(intervalSeconds);
  return isGraceBounded ? Math.min(graceSeconds, intervalSeconds / 2) : graceSeconds;
}

/** Times of a success. Null: the product does not say. */
export type SuccessTimes = Pick<Backup, 'sortedAt' | 'startedAt' | 'endedAt'>;

/**
 * Until when the next success after this one is due: later than that, the entity is overdue. An interval counts from the
 * end of the success. A slot of a schedule is met by a success that started at or after it, so the first slot after its
 * start is the one that is still to be met. Null where the product does not say when the success was.
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

/** When a success ended; its place in the list where the product does not say. */
export const endOf = ({ endedAt, sortedAt }: SuccessTimes): Instant | null => told(endedAt) ?? told(sortedAt);

const startOf = ({ startedAt, sortedAt }: SuccessTimes): Instant | null => told(startedAt) ?? told(sortedAt);

/** Rows without a time stand at 0, the end of every list. */
const told = (at: Instant | null): Instant | null => (at === null || at <= 0 ? null : at);
