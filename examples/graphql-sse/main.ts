/** graphql-sse: the same over plain HTTP, where no WebSocket gets through. Each operation is a request of its own. */
import { print } from 'graphql';
import { createClient } from 'graphql-sse';
import { dataOf, type LogEvent, type MakeExample } from '../example.ts';
import type { LatestBackupsQuery, StartBackupMutation } from '../gql/graphql.ts';
import { followLog, latestBackups, startBackup } from '../operations.ts';

export const makeExample: MakeExample = (url, token) => {
  let refusal: string | null = null;
  const client = createClient({
    url,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    async retry(retries) {
      if (refusal !== null) throw new Error(refusal);
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** retries, 5_000)));
    },
    // The client takes every answer that is no stream for a lost connection. What is refused is refused again.
    async fetchFn(...request: Parameters<typeof fetch>) {
      const response = await fetch(...request);
      refusal = response.status >= 400 && response.status < 500 ? await response.clone().text() : null;
      return response;
    },
  });
  async function ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const { value } = await client.iterate<Data>({ query, variables }).next();
    return dataOf(value?.data, value?.errors);
  }
  return {
    async latest(first, after = null) {
      return dataOf((await ask<LatestBackupsQuery>(print(latestBackups), { first, after })).backups);
    },
    async start(entityId, key) {
      return (await ask<StartBackupMutation>(print(startBackup), { entityId, key })).startBackup;
    },
    follow(id, onEvent) {
      const variables: { id: string; after: string | null } = { id, after: null };
      return new Promise((resolve, reject) => {
        client.subscribe<{ backupLog: LogEvent }>(
          { query: print(followLog), variables },
          {
            next({ data, errors }) {
              if (!data) return reject(new Error(errors?.[0]?.message ?? 'no data'));
              onEvent(data.backupLog);
              // The client sends this very object again when it has to connect again.
              variables.after = data.backupLog.cursor;
            },
            error: reject,
            complete: resolve,
          },
        );
      });
    },
    close: () => client.dispose(),
  };
};
