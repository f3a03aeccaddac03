/** A cached value with a maximum age. Concurrent readers share one load. */
import { giveRequest, requestOf } from '../../src/core/request-scope.ts';
import { givePriority } from '../../src/upstream/priority.ts';
import { throwIfEnded, waitForShared } from './shared-work.ts';

export interface Kept<T> {
  /** The cached value if it is younger than `maxAgeMs` (default: the age of the cache), else a new one. */
  read(signal: AbortSignal, maxAgeMs?: number): Promise<T>;
  /** Discards the value: the next read loads a new one. */
  forget(): void;
  /** Caches a value that was read now in another way. */
  replace(value: T): void;
}

/**
 * The signal of a caller does not abort `load`, since other callers may wait for it. `load` belongs to the request of the
 * first.
 */
export function keep<T>(provider: string, keptMs: number, load: (signal: AbortSignal) => Promise<T>): Kept<T> {
  let kept: { readonly value: T; readonly at: number } | null = null;
  let pending: Promise<T> | null = null;

  function start(signal: AbortSignal): Promise<T> {
    const startedAt = performance.now();
    // With priority, since a cancel may wait for it.
    const work = load(giveRequest(givePriority(new AbortController().signal), requestOf(signal)))
      .then((value) => {
        // After `forget()` the value may be outdated.
        if (pending === work) kept = { value, at: startedAt };
        return value;
      })
      .finally(() => {
        if (pending === work) pending = null;
      });
    pending = work;
    return work;
  }

  return {
    async read(signal, maxAgeMs = keptMs) {
      throwIfEnded(provider, signal);
      if (kept && performance.now() - kept.at < maxAgeMs) return kept.value;
      return waitForShared(provider, pending ?? start(signal), signal);
    },
    forget() {
      kept = null;
      pending = null;
    },
    replace(value) {
      kept = { value, at: performance.now() };
    },
  };
}
