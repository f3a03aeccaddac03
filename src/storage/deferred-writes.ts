/** Writes that a client does not wait for: made at once where the database can be written, and otherwise when it can be again. */
import { GatewayError } from '../core/errors.ts';
import type { StorageHealth } from './storage-health.ts';

export interface DeferredWrites {
  /** False where the database cannot be written. */
  tryWrite(work: () => void): boolean;
  /** Writes now or later, in the order of the calls. */
  write(work: () => void): void;
  /** Writes what waits. False where the database still cannot be written. */
  flush(): boolean;
}

export interface DeferredWritesOptions {
  /** Writes that may wait; no limit unless given. */
  readonly max?: number;
  /** Told once, after the next write, how many were dropped because too many waited. */
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
