import { setMaxListeners } from 'node:events';
import { giveRequest, requestOf } from './request-scope.ts';

/** A signal that aborts with its parent or after a timeout, and belongs to the same request. Must be disposed when the work is done. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Sets the timeout, instead of an earlier one. */
  readonly expireAfter: (timeoutMs: number) => void;
  /** Whether the timeout aborted the signal; false if the parent did, or if it is not aborted. */
  readonly isExpired: () => boolean;
}

/**
 * `AbortSignal.any` with `AbortSignal.timeout` does the same, but keeps a listener on the parent until it is collected.
 * The signal of a socket that stays open for days would collect one listener for each poll.
 * Without a timeout the signal only follows its parent, until `expireAfter`.
 */
export function createDeadline(parent: AbortSignal, timeoutMs?: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  const follow = () => controller.abort(parent.reason);
  function expireAfter(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      expired = true;
      controller.abort(new DOMException('The time for this call ran out.', 'TimeoutError'));
    }, ms);
  }
  if (timeoutMs !== undefined) expireAfter(timeoutMs);
  onAbort(parent, follow);
  return {
    signal: giveRequest(controller.signal, requestOf(parent)),
    expireAfter,
    isExpired: () => expired,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it aborts. Does not stop the work. `onEnd` is
 * called once, just before it settles.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, onEnd?: () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      signal.removeEventListener('abort', stop);
      onEnd?.();
      return true;
    };
    const stop = () => {
      if (end()) reject(signal.reason);
    };
    // Attached even if the signal is aborted already: an unhandled rejection would end the process.
    work.then(
      (value) => {
        if (end()) resolve(value);
      },
      (error: unknown) => {
        if (end()) reject(error);
      },
    );
    onAbort(signal, stop);
  });
}

/** Calls `listener` at once if the signal is aborted already. */
export function onAbort(signal: AbortSignal, listener: () => void): void {
  if (signal.aborted) {
    listener();
    return;
  }
  // Many calls may follow one signal, and each removes its listener: Node's warning about a leak would be wrong.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
}
