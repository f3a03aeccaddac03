/** Sends operations: queries and mutations by POST, subscriptions over a WebSocket, each event of which stays visible. */
import { createRequest } from '@urql/core';
import { createClient } from 'graphql-ws';
import { createEvents, type Result } from './events.ts';
import { sortSchema } from './schema-order.ts';

interface Operation {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

interface More {
  readonly headers?: Readonly<Record<string, string>>;
}

interface Sink {
  next(result: Result): void;
  error(error: unknown): void;
  complete(): void;
}

/** What GraphiQL takes for an answer that goes on. */
interface Observable {
  subscribe(sink: Sink): { unsubscribe(): void };
}

/** `showVersion` is called once, when this viewer may read it. */
export function createFetcher(path: string, showVersion: (version: string) => void) {
  let isVersionShown = false;

  async function readVersion(headers: Headers): Promise<void> {
    const answer = await fetch(path.replace(/[^/]*$/, 'version'), { headers });
    if (isVersionShown || !answer.ok) return;
    isVersionShown = true;
    showVersion(((await answer.json()) as { version: string }).version);
  }

  async function ask(operation: Operation, given: More['headers']): Promise<Result> {
    const headers = new Headers({ ...given, 'content-type': 'application/json', accept: 'application/json' });
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(operation) });
    const text = await answer.text();
    if (answer.ok && !isVersionShown) void readVersion(headers).catch(() => undefined);
    try {
      return sortSchema(JSON.parse(text) as Result);
    } catch {
      return { errors: [{ message: `${answer.status}: ${text.slice(0, 1_000)}` }] };
    }
  }

  return (operation: Operation, { headers = {} }: More = {}): Promise<Result> | Observable =>
    isSubscription(operation)
      ? { subscribe: (sink) => follow(path, operation, headers, sink) }
      : ask(operation, headers);
}

/** The text may have several operations. One that cannot be read is sent, and the gateway says why. */
function isSubscription({ query, operationName }: Operation): boolean {
  try {
    return createRequest(query, {}).query.definitions.some(
      (one) =>
        one.kind === 'OperationDefinition' &&
        one.operation === 'subscription' &&
        (!operationName || one.name?.value === operationName),
    );
  } catch {
    return false;
  }
}

function follow(path: string, operation: Operation, headers: Readonly<Record<string, string>>, sink: Sink) {
  const client = createClient({
    url: new URL(path, location.href).href.replace(/^http/, 'ws'),
    // A socket has no headers of its own; the gateway reads names in lower case.
    connectionParams: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    retryAttempts: 0,
  });
  const events = createEvents((shown) => sink.next(shown));
  const { query, operationName, variables } = operation;
  const stop = client.subscribe(
    { query, operationName: operationName ?? null, variables: variables ?? null },
    {
      next: (event) => events.add(event as Result),
      error: (error) => {
        events.add({ errors: toErrors(error) });
        end();
      },
      complete: () => end(),
    },
  );
  function end(): void {
    events.flush();
    sink.complete();
    void client.dispose();
  }
  return {
    unsubscribe() {
      events.flush();
      stop();
      void client.dispose();
    },
  };
}

/** Errors of GraphQL, or why the socket was closed. */
function toErrors(error: unknown): readonly unknown[] {
  if (Array.isArray(error)) return error;
  const { code, reason, message } = error as { code?: number; reason?: string; message?: string };
  return [{ message: reason || message || `The connection was closed (${code ?? 'no code'}).` }];
}
