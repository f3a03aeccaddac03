/** What Apollo's cache knows of the schema comes from the same run as the types. */
import { gql } from '@apollo/client';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../examples/apollo/main.ts';
import { startBorgGateway } from '../../support/gateway.ts';

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
