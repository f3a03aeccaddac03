/** A value that a piece of work, and everything that it starts, can read without being given it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * An AsyncLocalStorage that is in use only while work runs within it. Node 20 makes every promise of the process slower
 * while one is in use. After the last work has settled, what it has left running reads no value.
 */
export class AmbientValue<T> {
  readonly #storage = new AsyncLocalStorage<T>();
  #running = 0;

  /** Runs `work` with the value. If it gives a promise, until that has settled. */
  run<R>(value: T, work: () => R): R {
    this.#running++;
    let result: R;
    try {
      result = this.#storage.run(value, work);
    } catch (error) {
      this.#leave();
      throw error;
    }
    const leave = () => this.#leave();
    if (result instanceof Promise) result.then(leave, leave);
    else leave();
    return result;
  }

  /** Runs `work` without a value. */
  exit<R>(work: () => R): R {
    return this.#storage.exit(work);
  }

  current(): T | null {
    return this.#storage.getStore() ?? null;
  }

  #leave(): void {
    this.#running--;
    if (this.#running === 0) this.#storage.disable();
  }
}
