/**
 * Server-sent events: each has its cursor as `id:`, so that a client which repeats its request with `Last-Event-ID`, as
 * EventSource does by itself, goes on after the last event that it got. Headers keep proxies from holding events back.
 */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { EventStream } from '../../streams/event-stream.ts';

const streams = new WeakMap<Request, EventStream>();

export function eventStreamOf(request: Request): EventStream {
  const known = streams.get(request);
  if (known) return known;
  const stream = { lastEventId: request.headers.get('last-event-id') || null, cursor: null };
  streams.set(request, stream);
  return stream;
}

export const tellCursors: Plugin = {
  onResultProcess({ request, result, setResult }) {
    const stream = streams.get(request);
    if (stream && Symbol.asyncIterator in result)
      setResult(withIds(result as AsyncIterable<ExecutionResult>, stream) as never);
  },
  onResponse({ response }) {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return;
    // nginx buffers what it proxies, unless it is told not to; others compress, and wait for enough to do it well.
    response.headers.set('x-accel-buffering', 'no');
    response.headers.set('cache-control', 'no-store, no-transform');
  },
};

function withIds(results: AsyncIterable<ExecutionResult>, stream: EventStream): AsyncIterableIterator<ExecutionResult> {
  const source = results[Symbol.asyncIterator]();
  return {
    async next() {
      const result = await source.next();
      // Nothing is told before it is asked for: this is the cursor of this very event.
      return result.done ? result : { ...result, value: withId(result.value, stream.cursor) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Yoga writes a result by its own `stringify` where it has one, into the line `data:`; a line of ours follows. */
function withId(result: ExecutionResult, cursor: string | null): ExecutionResult {
  // What is no line could make an event of its own.
  if (cursor === null || !/^[\x21-\x7e]+$/.test(cursor)) return result;
  return { ...result, stringify: (plain: object) => `${JSON.stringify(plain)}\nid: ${cursor}` } as ExecutionResult;
}
