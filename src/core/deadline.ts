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
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
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
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
