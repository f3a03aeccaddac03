/** Relay's way to the gateway: queries and mutations over HTTP, subscriptions over graphql-ws, which resume. */
import type { Client as Socket } from 'graphql-ws';
import { Environment, type GraphQLResponse, Network, Observable, RecordSource, Store } from 'relay-runtime';
import { resuming } from '../graphql-ws/socket.ts';

export function createRelayEnvironment(url: string, socket: Socket, token?: string): Environment {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const resumed = resuming(socket);
  const network = Network.create(
    async ({ text: query }, variables) => {
      const headers = { 'content-type': 'application/json', ...authorization };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      return (await response.json()) as GraphQLResponse;
    },
    ({ text, name: operationName }, variables) =>
      Observable.create((sink) =>
        resumed.subscribe(
          { query: text ?? '', operationName, variables },
          {
            ...sink,
            next: (result) => sink.next(result as GraphQLResponse),
            error: (error) => sink.error(error as Error),
          },
        ),
      ),
  );
  return new Environment({ network, store: new Store(new RecordSource()) });
}
