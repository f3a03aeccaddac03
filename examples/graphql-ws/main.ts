/** graphql-ws alone: queries, mutations and subscriptions over one socket. */
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { dataOf, type LogEvent, type MakeExample } from '../example.ts';
import type { LatestBackupsQuery, StartBackupMutation } from '../gql/graphql.ts';
import { followLog as document, latestBackups, startBackup } from '../operations.ts';
import { createSocket } from './socket.ts';

const query = print(document);

/** Resolves when the stream completes, after BackupFinished. Rejects with what the gateway says is wrong. */
export function followLog(client: Client, id: string, onEvent: (event: LogEvent) => void): Promise<void> {
  const variables: { id: string; after: string | null } = { id, after: null };
  return new Promise((resolve, reject) => {
    client.subscribe<{ backupLog: LogEvent }>(
      { query, variables },
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
}

/** The first and only answer to a query or a mutation. */
async function ask<Data>(client: Client, query: string, variables: Record<string, unknown>): Promise<Data> {
  const { value } = await client.iterate<Data>({ query, variables }).next();
  return dataOf(value?.data, value?.errors);
}

export const makeExample: MakeExample = (url, token) => {
  const client = createSocket(url, token);
  return {
    async latest(first, after = null) {
      const { backups } = await ask<LatestBackupsQuery>(client, print(latestBackups), { first, after });
      return dataOf(backups);
    },
    async start(entityId, key) {
      return (await ask<StartBackupMutation>(client, print(startBackup), { entityId, key })).startBackup;
    },
    follow: (id, onEvent) => followLog(client, id, onEvent),
    close: () => client.dispose(),
  };
};
