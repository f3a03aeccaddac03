/** Apollo Client: a normalised cache, where a page is joined to the one before. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { dataOf, type MakeExample } from '../example.ts';
import introspection from '../gql/possible-types.ts';
import { createSocket, resuming } from '../graphql-ws/socket.ts';
import { followLog, latestBackups, startBackup } from '../operations.ts';

/** `possibleTypes` lets the cache match fragments on Backup, ProtectedEntity and the events of streams. */
export const createCache = (): InMemoryCache =>
  new InMemoryCache({
    possibleTypes: introspection.possibleTypes,
    typePolicies: { Query: { fields: { backups: relayStylePagination(['filter', 'orderBy']) } } },
  });

export const makeExample: MakeExample = (uri, token) => {
  const socket = createSocket(uri, token);
  const link = ApolloLink.split(
    ({ query }) => {
      const definition = getMainDefinition(query);
      return definition.kind === 'OperationDefinition' && definition.operation === 'subscription';
    },
    new GraphQLWsLink(resuming(socket)),
    new HttpLink({ uri, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }),
  );
  const client = new ApolloClient({ link, cache: createCache() });
  return {
    async latest(first, after = null) {
      const { data } = await client.query({
        query: latestBackups,
        variables: { first, after },
        fetchPolicy: 'network-only',
      });
      return dataOf(data?.backups);
    },
    async start(entityId, key) {
      const { data } = await client.mutate({ mutation: startBackup, variables: { entityId, key } });
      return dataOf(data?.startBackup);
    },
    follow: (id, onEvent) =>
      new Promise((resolve, reject) => {
        // Events are told, not kept: a cache of them would grow for nothing.
        client.subscribe({ query: followLog, variables: { id, after: null }, fetchPolicy: 'no-cache' }).subscribe({
          next: ({ data, error }) => (data ? onEvent(data.backupLog) : reject(error)),
          error: reject,
          complete: resolve,
        });
      }),
    async close() {
      client.stop();
      await socket.dispose();
    },
  };
};
