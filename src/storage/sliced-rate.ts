/**
 * A rate limit of several gateways that costs few writes: each takes a slice of it at a time, and counts within the slice alone.
 * Slices that are not used up make the limit inexact, by a tenth at most.
 */
import type { SharedRate } from './shared-rate.ts';

export interface SlicedRateOptions {
  readonly rate: SharedRate;
  readonly perMinute: () => number;
  /** Gateways that take slices. */
  readonly gateways: () => number;
}

/** Part of the limit that all gateways may have taken and not used. */
const unusedShare = 0.1;
/** Beyond that, what is left of all slices is given up. */
const maxKeys = 10_000;

export function createSlicedRate({ rate, perMinute, gateways }: SlicedRateOptions) {
  const left = new Map<string, number>();
  const taking = new Map<string, Promise<number>>();

  async function takeSlice(key: string): Promise<number> {
    const slice = Math.max(1, Math.floor((perMinute() * unusedShare) / gateways()));
    if (left.size >= maxKeys) left.clear();
    if ((await rate.take(key, slice)) === 0) {
      left.set(key, slice);
      return 0;
    }
    const seconds = await rate.take(key, 1);
    if (seconds === 0) left.set(key, 1);
    return seconds;
  }

  return {
    /** Counts one and returns 0, or resolves to the seconds to wait. */
    take(key: string): number | Promise<number> {
      const count = left.get(key) ?? 0;
      if (count > 0) {
        left.set(key, count - 1);
        return 0;
      }
      return takeLater(key);
    },
  };

  async function takeLater(key: string): Promise<number> {
    for (;;) {
      const count = left.get(key) ?? 0;
      if (count > 0) {
        left.set(key, count - 1);
        return 0;
      }
      const turn = taking.get(key) ?? takeSlice(key).finally(() => taking.delete(key));
      taking.set(key, turn);
      const seconds = await turn;
      if (seconds > 0) return seconds;
    }
  }
}
