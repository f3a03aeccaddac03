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

/** An empty stream whose end comes after everything was sent. */
export function sendAll(
  outbox: Outbox,
  source: Results,
  toMessage: (result: ExecutionResult) => string,
): AsyncIterableIterator<never> {
  let isOver = false;
  const end = async (): Promise<IteratorReturnResult<void>> => {
    isOver = true;
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      while (!isOver) {
        const result = await source.next();
        if (result.done) break;
        while (outbox.isFull) await outbox.room();
        // Nothing is awaited between looking and sending.
        if (!isOver) outbox.send(toMessage(result.value));
        // Only now is the next one asked for.
        while (outbox.isFull) await outbox.room();
      }
      return { done: true, value: undefined };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
