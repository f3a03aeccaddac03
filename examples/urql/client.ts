/** urql: queries and mutations over HTTP, subscriptions over graphql-ws, which resume where they were. */
import type { Client as Socket } from 'graphql-ws';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from 'urql';
import { resuming } from '../graphql-ws/socket.ts';

export function createUrqlClient(url: string, socket: Socket, token?: string): Client {
  const resumed = resuming(socket);
  return new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({
            unsubscribe: resumed.subscribe(
              { query, variables },
              { ...sink, next: (result) => sink.next(result as Parameters<typeof sink.next>[0]) },
            ),
          }),
        }),
      }),
    ],
  });
}
