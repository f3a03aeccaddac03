/** graphql-request: queries and mutations, and nothing else. */
import { GraphQLClient } from 'graphql-request';
import { dataOf, type MakeExample } from '../example.ts';
import { latestBackups, startBackup } from '../operations.ts';

export const makeExample: MakeExample = (url, token) => {
  const client = new GraphQLClient(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  return {
    latest: async (first, after = null) => dataOf((await client.request(latestBackups, { first, after })).backups),
    start: async (entityId, key) => (await client.request(startBackup, { entityId, key })).startBackup,
    close() {},
  };
};
