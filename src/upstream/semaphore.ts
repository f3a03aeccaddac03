/** Lets so many in at once, and so many wait for their turn in order; whoever comes then is turned away. */
import { GatewayError } from '../core/errors.ts';

export interface Semaphore {
  /**
   * Undefined where there is room; else a promise of room. Rejects with RATE_LIMITED at once where too many wait, and where
   * the time of the call runs out first; with the signal's reason where that aborts for another reason. A caller that was let in
   * calls `leave` once.
   */
  enter(signal: AbortSignal): Promise<void> | undefined;
  leave(): void;
  readonly hasWaiting: boolean;
}

export interface SemaphoreOptions {
  readonly provider: string;
  /** What goes through, for messages: `reads`. */
  readonly what: string;
  readonly slots: number;
  readonly queue: number;
}

/** A turn that is worth asking for again soon: slots come free with every answer. */
const retryAfterSeconds = 1;

export function createSemaphore({ provider, what, slots, queue }: SemaphoreOptions): Semaphore {
  let inside = 0;
  /** In the order that they came; one that gives up leaves its place to those behind it. */
  const waiting = new Set<() => void>();

  function wait(signal: AbortSignal): Promise<void> {
    if (waiting.size >= queue) {
      const message = `${provider} has ${inside} ${what} to answer, and ${waiting.size} more wait for their turn: ask again in a moment.`;
      return Promise.reject(new GatewayError('RATE_LIMITED', message, { retryAfterSeconds }));
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(start);
        reject(isTimeout(signal.reason) ? noTurn(provider) : signal.reason);
      };
      waiting.add(start);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return {
    enter(signal) {
      signal.throwIfAborted();
      if (inside >= slots) return wait(signal);
      inside++;
      return undefined;
    },
    leave() {
      const [next] = waiting;
      if (!next) {
        inside--;
        return;
      }
      // The slot goes from one to the next without being free between.
      waiting.delete(next);
      next();
    },
    get hasWaiting() {
      return waiting.size > 0;
    },
  };
}

export const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

/** The call waited for a slot until its time was over: nothing was asked, which says nothing of the product. */
export const noTurn = (provider: string): GatewayError =>
  new GatewayError(
    'RATE_LIMITED',
    `${provider} is busy with other calls of this gateway, and this one did not get its turn in time: ask again in a moment.`,
    { retryAfterSeconds },
  );
