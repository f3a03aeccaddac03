/** Results of one operation, on their way to the outbox of its socket. */
import type { ExecutionResult } from 'graphql';
import type { OperationResult } from 'graphql-ws';
import type { Outbox } from './outbox.ts';

type Results = AsyncIterator<ExecutionResult>;

/** A query has one, a subscription many. */
export function results(result: OperationResult): Results {
  if (typeof result === 'object' && Symbol.asyncIterator in result) {
    return (result as AsyncIterable<ExecutionResult>)[Symbol.asyncIterator]();
  }
  let given = false;
  return {
    async next() {
      if (given) return { done: true, value: undefined };
      given = true;
      return { done: false, value: (await result) as ExecutionResult };
    },
  };
}

/** An empty stream whose end comes after everything was sent. A class, since there are thousands. */
export class Sending implements AsyncIterableIterator<never> {
  readonly #outbox: Outbox;
  readonly #source: Results;
  readonly #toMessage: (result: ExecutionResult) => string;
  #isOver = false;

  constructor(outbox: Outbox, source: Results, toMessage: (result: ExecutionResult) => string) {
    this.#outbox = outbox;
    this.#source = source;
    this.#toMessage = toMessage;
  }

  async next(): Promise<IteratorReturnResult<void>> {
    const outbox = this.#outbox;
    while (!this.#isOver) {
      const result = await this.#source.next();
      if (result.done) break;
      while (outbox.isFull) await outbox.room();
      // Nothing is awaited between looking and sending.
      if (!this.#isOver) outbox.send(this.#toMessage(result.value));
      // Only now is the next one asked for.
      while (outbox.isFull) await outbox.room();
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorReturnResult<void>> {
    this.#isOver = true;
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  throw(): Promise<IteratorReturnResult<void>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
