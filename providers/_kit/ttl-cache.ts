/** One read for everybody who asks within a while. */
import { givePriority } from '../../src/upstream/priority.ts';
import { throwIfEnded, waitForShared } from './shared-work.ts';

export interface Kept<T> {
  /** The value if it is younger than `maxAgeMs` (the usual age unless given), else a new one. */
  read(signal: AbortSignal, maxAgeMs?: number): Promise<T>;
  /** The next read asks again. */
  forget(): void;
}

/** `load` is shared, so that a caller that aborts leaves it to the others. */
export function keep<T>(provider: string, keptMs: number, load: (signal: AbortSignal) => Promise<T>): Kept<T> {
  let kept: { readonly value: T; readonly at: number } | null = null;
  let pending: Promise<T> | null = null;

  function start(): Promise<T> {
    const startedAt = performance.now();
    // A cancel may be among those who wait for it.
    const work = load(givePriority(new AbortController().signal))
      .then((value) => {
        // What was forgotten meanwhile may have changed after it was read.
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
      return waitForShared(provider, pending ?? start(), signal);
    },
    forget() {
      kept = null;
      pending = null;
    },
  };
}
