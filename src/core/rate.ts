/**
 * A rate limit per minute for each key. A minute's worth may come at once; it is refilled evenly. One number is stored
 * for each key: when its limit is full again. A key whose limit is full needs none, so nothing is forgiven when keys
 * are dropped. Beyond 10,000 keys all further keys share one limit.
 */
const maxKeys = 10_000;
const minuteMs = 60_000;
/** Minimum of milliseconds between two sweeps, since a sweep visits all keys. */
const sweepMs = 100;
/** Tolerance for rounding errors in sums of fractions. */
const roundingMs = 0.001;
const everybodyElse = '';

export interface Rate {
  /** Counts `count` requests and returns 0, or returns the seconds to wait and counts nothing. */
  take(key: string, count?: number): number;
  /** Returns the seconds until one more request is allowed. Counts nothing. */
  wait(key: string): number;
  readonly keys: number;
}

/** `perMinute` as a function may change at any time. */
export function createRate(perMinute: number | (() => number), now: () => number = () => performance.now()): Rate {
  const eachMs = () => minuteMs / (typeof perMinute === 'number' ? perMinute : perMinute());
  /** When the limit of each key is full again. */
  const fullAt = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  function placeOf(key: string, at: number): string {
    if (fullAt.size < maxKeys || fullAt.has(key)) return key;
    if (at - sweptAt >= sweepMs) {
      sweptAt = at;
      for (const [idle, full] of fullAt) if (full <= at) fullAt.delete(idle);
    }
    return fullAt.size < maxKeys ? key : everybodyElse;
  }

  function look(key: string, count: number, at: number): { place: string; full: number; seconds: number } {
    const place = placeOf(key, at);
    const full = Math.max(fullAt.get(place) ?? 0, at) + count * eachMs();
    const overMs = full - at - minuteMs;
    // More than a minute's worth never fits; the answer is then one minute.
    return { place, full, seconds: overMs < roundingMs ? 0 : Math.min(overMs, minuteMs) / 1000 };
  }

  return {
    take(key, count = 1) {
      const { place, full, seconds } = look(key, count, now());
      if (seconds === 0) fullAt.set(place, full);
      return Math.ceil(seconds);
    },
    wait: (key) => Math.ceil(look(key, 1, now()).seconds),
    get keys() {
      return fullAt.size;
    },
  };
}
