/** Apollo Client's cache, which learns the schema in the run that writes the types, and its persisted queries. */
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startBorgGateway } from '../../test/support/gateway.ts';
import { createCache } from '../apollo/main.ts';

const text = `
  query ByInterface {
    backups(first: 1) {
      edges {
        node {
          __typename
          id
          ... on Node { id }
          ... on Backup { status entity { __typename ... on ProtectedEntity { id externalId } } }
          ... on FlosumBackup { recordCount }
        }
      }
    }
  }
`;

describe('the cache of Apollo Client', () => {
  it('matches fragments on interfaces with what the gateway sent, and leaves the other products’ out', async () => {
    await using gateway = await startBorgGateway();
    const cache = createCache();
    const query = gql(text);
    const { data } = await gateway.askText(print(cache.transformDocument(query)));
    cache.writeQuery({ query, data: data ?? {} });
    const read = cache.readQuery<Record<string, unknown>>({ query });
    expect(read).toMatchObject({
      backups: { edges: [{ node: { status: 'SUCCEEDED', entity: { __typename: 'BorgRepository' } } }] },
    });
    expect(JSON.stringify(read)).not.toContain('recordCount');
  });
});

describe('Apollo Client with persisted queries', () => {
  it.each([false, true])('sends the document from then on (hashes by GET: %s)', async (useGETForHashedQueries) => {
    await using gateway = await startBorgGateway();
    const sent: boolean[] = [];
    const counting = new ApolloLink((operation, forward) => {
      sent.push(operation.getContext()['http']?.includeQuery !== false);
      return forward(operation);
    });
    const sha256 = (document: string) => createHash('sha256').update(document).digest('hex');
    const link = ApolloLink.from([
      new PersistedQueryLink({ sha256, useGETForHashedQueries }),
      counting,
      new HttpLink({ uri: `${await gateway.listen()}/graphql` }),
    ]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    for (const query of [gql`{ viewer { name } }`, gql`{ providers { name } }`]) {
      expect((await client.query({ query })).data).toBeTruthy();
    }
    expect(sent).toEqual([false, true, true]);
    client.stop();
  });
});
