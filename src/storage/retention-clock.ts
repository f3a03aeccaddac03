/**
 * The clock for retention. A system clock that is wrong for a while must not cause deletions, so a jump forward is
 * trusted only after the clock has been consistent for a day.
 */
import { now as currentInstant, type Instant } from '../core/instant.ts';

export interface RetentionClock {
  /** The time to use for deletions; never later than the system clock. */
  now(): Instant;
}

/** The state that is stored across restarts. */
export interface ObservedTime {
  /** The latest trusted time. */
  readonly trustedAt: Instant;
  /**
   * Microseconds by which the system clock was ahead of `trustedAt` when the jump was detected; 0 if it is not ahead.
   */
  readonly aheadBy: number;
  /** How long the clock has been ahead by that much, in milliseconds of running time. */
  readonly aheadMs: number;
}

export interface RetentionClockOptions {
  readonly load: () => ObservedTime | null;
  readonly save: (observed: ObservedTime) => void;
  readonly now?: () => Instant;
  /** Elapsed milliseconds, independent of the system clock. */
  readonly elapsedMs?: () => number;
}

/** Tolerance between the clock and the elapsed time, for clock corrections and short restarts. */
const toleranceMicroseconds = 3_600_000_000;
const plausibleAfterMs = 24 * 3_600_000;
const saveEveryMs = 60_000;

/** Maximum of milliseconds between two observations. After a longer pause, the observation starts again. */
const longestPauseMs = 10 * 60_000;

export function createRetentionClock(options: RetentionClockOptions): RetentionClock {
  const { load, save, now = currentInstant, elapsedMs = () => performance.now() } = options;
  let { trustedAt, aheadBy, aheadMs } = load() ?? { trustedAt: now(), aheadBy: 0, aheadMs: 0 };
  let observedAtMs = elapsedMs();
  let savedAtMs = Number.NEGATIVE_INFINITY;
  let isAhead = false;

  /** Whether the clock has been ahead by the same amount for a day. */
  function isPlausible(by: number, passedMs: number): boolean {
    if (aheadBy === 0 || Math.abs(by - aheadBy) > toleranceMicroseconds) {
      aheadBy = by;
      aheadMs = 0;
    } else if (isAhead) {
      aheadMs += Math.min(passedMs, longestPauseMs);
    }
    return aheadMs >= plausibleAfterMs;
  }

  function observe(): Instant {
    const at = now();
    const passedMs = Math.max(0, elapsedMs() - observedAtMs);
    observedAtMs += passedMs;
    trustedAt += Math.round(passedMs * 1_000);
    const wasAhead = isAhead;
    const by = at - trustedAt;
    isAhead = by > toleranceMicroseconds && !isPlausible(by, passedMs);
    if (!isAhead) {
      // A clock that is set back is trusted at once: less is deleted, and a later jump forward is detected again.
      trustedAt = at;
      aheadBy = 0;
      aheadMs = 0;
    }
    if (isAhead !== wasAhead || observedAtMs - savedAtMs >= saveEveryMs) {
      savedAtMs = observedAtMs;
      save({ trustedAt, aheadBy, aheadMs });
    }
    return Math.min(trustedAt, at);
  }

  return { now: observe };
}
