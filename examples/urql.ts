/** The same with urql: its subscriptions travel over graphql-ws, and resume where they were. */
import { type Client, createClient, fetchExchange, subscriptionExchange } from '@urql/core';
import type { FormattedExecutionResult, Client as SocketClient } from 'graphql-ws';

/** `url` is for queries and mutations, `socket` for subscriptions. */
export const createUrqlClient = (url: string, socket: SocketClient): Client =>
  createClient({
    url,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription({ query = '', variables }) {
          // An object of its own for each subscription: the socket sends it again when it connects again.
          const resumed: Record<string, unknown> = { ...variables };
          return {
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query, variables: resumed },
                {
                  next(result) {
                    const cursor = cursorOf(result);
                    if (cursor !== null && 'after' in resumed) resumed['after'] = cursor;
                    sink.next(result as Parameters<typeof sink.next>[0]);
                  },
                  error: (error) => sink.error(error),
                  complete: () => sink.complete(),
                },
              ),
            }),
          };
        },
      }),
    ],
  });

/** The cursor of the event that a subscription told, where its document asks for it. */
function cursorOf({ data }: FormattedExecutionResult<Record<string, unknown>, unknown>): string | null {
  const [event] = Object.values(data ?? {});
  const cursor = (event as { cursor?: unknown } | undefined)?.cursor;
  return typeof cursor === 'string' ? cursor : null;
}
