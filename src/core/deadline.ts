import { setMaxListeners } from 'node:events';

/** A signal that aborts with its parent or after a time, whichever is first. Dispose of it when the work is done. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** The time ran out; false where the parent was aborted or nothing was. */
  readonly isExpired: () => boolean;
}

/**
 * `AbortSignal.any` with `AbortSignal.timeout` does the same, but keeps a listener on a long-lived parent until
 * it is collected: a socket that stays open for days would gather one for each poll.
 */
export function createDeadline(parent: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  const follow = () => controller.abort(parent.reason);
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new DOMException('The time for this call ran out.', 'TimeoutError'));
  }, timeoutMs);
  onAbort(parent, follow);
  return {
    signal: controller.signal,
    isExpired: () => expired,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}

/** The promise, or the signal's reason as soon as it aborts; the work goes on where others share it. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    onAbort(signal, stop);
    // Also where nobody waits from the start: a failure that no one hears of would end the process.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Calls `listener` now where it is aborted already. */
function onAbort(signal: AbortSignal, listener: () => void): void {
  if (signal.aborted) {
    listener();
    return;
  }
  // Any number of calls may follow one signal, and each takes its listener away again: Node must not warn of a leak.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
}
