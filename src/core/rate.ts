/**
 * How much may be asked in a minute, by whoever is counted. A minute's worth may come at once; it comes back evenly.
 * Of each key one number is kept: when it will have everything again. A key that has needs none, so nothing that is
 * dropped is forgiven: whoever makes up ten thousand names finds that the rest of the world shares one.
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
