/**
 * The time that retention goes by. A clock that is wrong for a moment must not delete what cannot be brought back, so a
 * time that is ahead of what has been observed counts only after it has been plausible for a day.
 */
import { now as currentInstant, type Instant } from '../core/instant.ts';

export interface RetentionClock {
  /** The latest time that deletions may go by; never later than the clock of the system. */
  now(): Instant;
}

/** What outlives the process. */
export interface ObservedTime {
  /** The latest time that is trusted. */
  readonly trustedAt: Instant;
  /** How far the system's clock was ahead of it when that was first seen; 0 while it is not. */
  readonly aheadBy: number;
  /** For how long it has been ahead that far, in milliseconds that a process was running. */
  readonly aheadMs: number;
}

export interface RetentionClockOptions {
  readonly load: () => ObservedTime | null;
  readonly save: (observed: ObservedTime) => void;
  readonly now?: () => Instant;
  /** Elapsed milliseconds, independent of the system clock. */
  readonly elapsedMs?: () => number;
}

/** How far the clock may be ahead of what has passed: corrections of its speed, and a short restart. */
const toleranceMicroseconds = 3_600_000_000;
const plausibleAfterMs = 24 * 3_600_000;
const saveEveryMs = 60_000;

/** The clock must be observed more often than this: what it did in a longer pause is not known. */
const longestPauseMs = 10 * 60_000;

export function createRetentionClock(options: RetentionClockOptions): RetentionClock {
  const { load, save, now = currentInstant, elapsedMs = () => performance.now() } = options;
  let { trustedAt, aheadBy, aheadMs } = load() ?? { trustedAt: now(), aheadBy: 0, aheadMs: 0 };
  let observedAtMs = elapsedMs();
  let savedAtMs = Number.NEGATIVE_INFINITY;
  let isAhead = false;

  /** Whether the clock has been ahead by the same time for a day. */
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
      // One that is set back is followed at once: then less is deleted, and a jump forward is seen again.
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
