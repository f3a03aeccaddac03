/** A semaphore with a bounded queue in the order of arrival. */
import { GatewayError } from '../core/errors.ts';
import { observer } from '../core/observer.ts';
import type { Stop } from '../core/stop.ts';

export interface Semaphore {
  /**
   * Takes a slot: undefined if one was free, else a promise that resolves with a slot. Rejects with RATE_LIMITED if the
   * queue is full or the time of the call runs out, and with the reason of `stop` if it ends otherwise. Call `leave` once
   * for each slot that was taken.
   */
  enter(stop: Stop): Promise<void> | undefined;
  leave(): void;
  readonly hasWaiting: boolean;
}

export interface SemaphoreOptions {
  readonly provider: string;
  /** What the calls are, for messages: `reads`. */
  readonly what: string;
  readonly slots: number;
  /** Gateways that divide the slots among them, of which each has one at least; absent: this one is alone. */
  readonly sharedBy?: (() => number) | undefined;
  readonly queue: number;
}

/** Short, since every answer frees a slot. */
const retryAfterSeconds = 1;

export function createSemaphore({ provider, what, slots, sharedBy, queue }: SemaphoreOptions): Semaphore {
  const ownSlots = () => Math.max(1, Math.floor(slots / (sharedBy?.() ?? 1)));
  let inside = 0;
  /** In the order of arrival. */
  const waiting = new Set<() => void>();
  const label = { provider, queue: what };
  const changed = () => observer()?.queueChanged(label, inside, waiting.size);

  function wait(stop: Stop): Promise<void> {
    if (waiting.size >= queue) {
      observer()?.queueRefused(label);
      const message = `${provider} has ${inside} ${what} to answer, and ${waiting.size} more wait for their turn: ask again in a moment.`;
      return Promise.reject(new GatewayError('RATE_LIMITED', message, { retryAfterSeconds }));
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        stop.offStop(giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(start);
        changed();
        if (isTimeout(stop.reason)) observer()?.queueRefused(label);
        reject(isTimeout(stop.reason) ? slotTimeout(provider) : stop.reason);
      };
      waiting.add(start);
      changed();
      stop.onStop(giveUp);
    });
  }

  return {
    enter(stop) {
      stop.throwIfAborted();
      if (inside >= ownSlots()) return wait(stop);
      inside++;
      changed();
      return undefined;
    },
    leave() {
      inside--;
      // Passed on at once, so that no later caller takes a slot. There may be more of them, or less, than before.
      for (const next of waiting) {
        if (inside >= ownSlots()) break;
        inside++;
        waiting.delete(next);
        next();
      }
      changed();
    },
    get hasWaiting() {
      return waiting.size > 0;
    },
  };
}

export const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

/** The call waited for a slot until its time ran out: nothing was sent, so this says nothing about the product. */
export const slotTimeout = (provider: string): GatewayError =>
  new GatewayError(
    'RATE_LIMITED',
    `${provider} is busy with other calls of this gateway, and this one did not get its turn in time: ask again in a moment.`,
    { retryAfterSeconds },
  );
