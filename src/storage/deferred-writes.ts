/** Writes that no client waits for: made at once, or after recovery if the database cannot be written. */
import { GatewayError } from '../core/errors.ts';
import type { StorageHealth } from './storage-health.ts';

export interface DeferredWrites {
  /** Returns false if the database cannot be written. */
  tryWrite(work: () => void): boolean;
  /** Writes now or later, in the order of the calls. */
  write(work: () => void): void;
  /** Makes the pending writes. Returns false if the database still cannot be written. */
  flush(): boolean;
}

export interface DeferredWritesOptions {
  /** Maximum of pending writes; default: no limit. */
  readonly max?: number;
  /** Called after a complete flush, with the number of writes dropped because of `max`. */
  readonly onDropped?: (count: number) => void;
}

export function createDeferredWrites(health: StorageHealth, options: DeferredWritesOptions = {}): DeferredWrites {
  const { max = Number.POSITIVE_INFINITY, onDropped } = options;
  const waiting: (() => void)[] = [];
  let dropped = 0;

  function tryWrite(work: () => void): boolean {
    try {
      health.write(work);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  return {
    tryWrite,
    write(work) {
      if (waiting.length === 0 && tryWrite(work)) return;
      if (waiting.length < max) waiting.push(work);
      else dropped++;
    },
    flush() {
      for (let work = waiting[0]; work !== undefined; work = waiting[0]) {
        if (!tryWrite(work)) return false;
        waiting.shift();
      }
      if (dropped > 0) onDropped?.(dropped);
      dropped = 0;
      return true;
    },
  };
}
