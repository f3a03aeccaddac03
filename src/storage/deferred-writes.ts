/** Writes that no client's answer depends on: made at once, or after recovery if the database cannot be written. */
import { GatewayError } from '../core/errors.ts';
import type { StorageHealth } from './storage-health.ts';

type Work = () => Promise<unknown>;

export interface DeferredWrites {
  /** Resolves to false if the database cannot be written. */
  tryWrite(work: Work): Promise<boolean>;
  /** Writes now or later, in the order of the calls. Resolves when it is written, or kept for later. */
  write(work: Work): Promise<void>;
  /** Makes the pending writes. Resolves to false if the database still cannot be written. */
  flush(): Promise<boolean>;
}

export interface DeferredWritesOptions {
  /** Maximum of pending writes; default: no limit. */
  readonly max?: number;
  /** What is written, for traces. */
  readonly of?: string;
  /** Called after a complete flush, with the number of writes dropped because of `max`. */
  readonly onDropped?: (count: number) => void;
}

interface Pending {
  readonly work: Work;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createDeferredWrites(health: StorageHealth, options: DeferredWritesOptions = {}): DeferredWrites {
  const { max = Number.POSITIVE_INFINITY, of, onDropped } = options;
  const waiting: Pending[] = [];
  let dropped = 0;
  let flushing: Promise<boolean> | null = null;

  async function tryWrite(work: Work): Promise<boolean> {
    try {
      await health.write(work, of);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  /** A write that fails for another reason than the database is given up: its caller hears of it. */
  async function flushAll(): Promise<boolean> {
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        try {
          if (!(await tryWrite(next.work))) {
            for (const { resolve } of waiting) resolve();
            return false;
          }
          next.resolve();
        } catch (error) {
          next.reject(error);
        }
        waiting.shift();
      }
      if (dropped > 0) onDropped?.(dropped);
      dropped = 0;
      return true;
    } finally {
      // At once, not when the promise settles: a write that comes between needs another flush.
      flushing = null;
    }
  }

  /** One flush at a time: writes that come meanwhile are part of it. */
  function flush(): Promise<boolean> {
    if (waiting.length === 0) return Promise.resolve(true);
    flushing ??= flushAll();
    return flushing;
  }

  return {
    tryWrite,
    write(work) {
      if (waiting.length >= max) {
        dropped++;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        void flush();
      });
    },
    flush,
  };
}
