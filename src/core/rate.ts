/**
 * A rate limit per minute for each key. A minute's worth may come at once; it is refilled evenly. One number is stored
 * for each key: when its limit is full again. A key whose limit is full needs none, so nothing is forgiven when keys are
 * dropped. Beyond 10,000 keys all further keys share one limit.
 */
const maxKeys = 10_000;
const minuteMs = 60_000;
/** Looking through all keys takes a while: not more often than this. */
const sweepMs = 100;
/** Sums of fractions are a little off. */
const roundingMs = 0.001;
const everybodyElse = '';

export interface Rate {
  /** Seconds until so many may be asked; 0: they may now, and are counted. */
  take(key: string, count?: number): number;
  /** Seconds until one more may be asked; nothing is counted. */
  wait(key: string): number;
  readonly keys: number;
}

export function createRate(perMinute: number, now: () => number = () => performance.now()): Rate {
  const eachMs = minuteMs / perMinute;
  /** When a key has its whole minute again. */
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
    const full = Math.max(fullAt.get(place) ?? 0, at) + count * eachMs;
    const overMs = full - at - minuteMs;
    // What is more than a minute's worth never fits: then a minute is as good an answer as any.
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
