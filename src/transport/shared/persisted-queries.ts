/**
 * Automatic persisted queries are not supported: a client that sends only the hash of its document hears so in the words
 * of Apollo's protocol, and sends the document from then on.
 */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export const persistedQueryNotSupported = 'PERSISTED_QUERY_NOT_SUPPORTED';

export const refusePersistedQueries: Plugin = {
  onParams({ params }) {
    refusePersistedQuery(params);
  },
};

interface Params {
  readonly query?: string | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

export function refusePersistedQuery({ query, extensions }: Params): void {
  if (query || typeof extensions?.['persistedQuery'] !== 'object') return;
  throw new GraphQLError('PersistedQueryNotSupported', {
    // 200, as Apollo Server answers: some clients read no body of another status.
    extensions: { code: persistedQueryNotSupported, retryable: false, http: { status: 200 } },
  });
}
