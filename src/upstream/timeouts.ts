/**
 * Deadlines of many calls with one timer. All calls of one `Timeouts` may take the same time, so that the oldest ends first.
 */
import type { Stop } from '../core/stop.ts';

export interface Timeouts {
  /** Expires `stop` after `ms`, unless it is removed before. */
  add(stop: Stop): void;
  remove(stop: Stop): void;
}

export function createTimeouts(ms: number): Timeouts {
  /** By `performance.now()`, in the order of expiry. */
  const ends = new Map<Stop, number>();
  let timer: NodeJS.Timeout | null = null;

  function expireOld(): void {
    timer = null;
    for (const [stop, endsAt] of ends) {
      const leftMs = endsAt - performance.now();
      if (leftMs > 0) {
        timer ??= setTimeout(expireOld, leftMs);
        return;
      }
      ends.delete(stop);
      stop.expire();
    }
  }

  return {
    add(stop) {
      ends.set(stop, performance.now() + ms);
      // A timer that is set already ends before this call does.
      timer ??= setTimeout(expireOld, ms);
      if (ends.size === 1) timer.ref();
    },
    remove(stop) {
      // The timer stays for the next call, and does not keep the process alive for it.
      if (ends.delete(stop) && ends.size === 0) timer?.unref();
    },
  };
}
