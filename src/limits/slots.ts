/** How many operations or streams of one viewer may run at once. Each slot that is taken is released exactly once. */
import type { ExecutionResult } from 'graphql';
import { GatewayError } from '../core/errors.ts';
import { observer } from '../core/observer.ts';
import { SupervisedStream } from '../core/supervised-stream.ts';

/** Of a subscription that could not begin, there is one result. */
type Opened = ExecutionResult | AsyncIterable<ExecutionResult>;

export class Slots {
  readonly #limit: () => number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /** `what`, in the plural, for people. `limit` as a function may change at any time. */
  constructor(limit: number | (() => number), what: string) {
    this.#limit = typeof limit === 'number' ? () => limit : limit;
    this.#what = what;
  }

  /** Returns a function that releases the slot. Throws RATE_LIMITED. */
  take(key: string): () => void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#limit()) {
      const message = `${taken} ${this.#what} of yours go on already, and no more may at once: wait until some of them have ended.`;
      throw new GatewayError('RATE_LIMITED', message, { retryAfterSeconds: 1 });
    }
    this.#taken.set(key, taken + 1);
    observer()?.running(this.#what, 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      observer()?.running(this.#what, -1);
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left > 0) this.#taken.set(key, left);
      else this.#taken.delete(key);
    };
  }

  /** A stream holds its slot from before it is opened until it has ended, or was left. */
  async during<T extends Opened>(key: string, open: () => T | Promise<T>): Promise<T> {
    const release = this.take(key);
    try {
      const opened = await open();
      if (!(Symbol.asyncIterator in opened)) {
        release();
        return opened;
      }
      const stream = SupervisedStream.of(opened);
      stream.onEnd(release);
      return stream as never;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** How many viewers hold a slot now. */
  get keys(): number {
    return this.#taken.size;
  }
}
