import { setMaxListeners } from 'node:events';
import { onAbort } from './deadline.ts';

/**
 * Stops work early, as an AbortController does, for the many calls inside of this program that need no EventTarget: an
 * AbortController is made only for a caller of `signal`.
 */
export class Stop {
  #isStopped = false;
  #isExpired = false;
  #reason: unknown = undefined;
  /** Most calls have one listener at a time. */
  #first: (() => void) | null = null;
  #others: Set<() => void> | null = null;
  #controller: AbortController | null = null;

  get aborted(): boolean {
    return this.#isStopped;
  }

  /** Why the work was stopped. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The time for the work ran out; false if it was stopped for another reason before. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** Aborts with the work. Made when it is first needed. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      // Many calls may follow it, and each removes its listener: Node's warning about a leak would be wrong.
      setMaxListeners(0, this.#controller.signal);
      if (this.#isStopped) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  throwIfAborted(): void {
    if (this.#isStopped) throw this.#reason;
  }

  /** Calls `listener` once when the work is stopped; at once if it is stopped already. */
  onStop(listener: () => void): void {
    if (this.#isStopped) listener();
    else if (this.#first === null) this.#first = listener;
    else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
  }

  offStop(listener: () => void): void {
    if (this.#first === listener) this.#first = null;
    else this.#others?.delete(listener);
  }

  /** The first reason counts. */
  stop(reason: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#reason = reason;
    const listeners = [this.#first, ...(this.#others ?? [])];
    this.#first = null;
    this.#others = null;
    this.#controller?.abort(reason);
    for (const listener of listeners) listener?.();
  }

  expire(): void {
    if (this.#isStopped) return;
    this.#isExpired = true;
    this.stop(new DOMException('The time for this call ran out.', 'TimeoutError'));
  }
}

/** Runs `work`, which is stopped when the signal aborts. Leaves no listener on the signal. */
export async function whileFollowing<T>(signal: AbortSignal, work: (stop: Stop) => Promise<T>): Promise<T> {
  const stop = new Stop();
  const follow = () => stop.stop(signal.reason);
  onAbort(signal, follow);
  try {
    return await work(stop);
  } finally {
    signal.removeEventListener('abort', follow);
  }
}
