/**
 * Follows the log of one backup over graphql-ws: every line once and in order, over any number of lost connections and
 * restarts of the gateway. `node examples/graphql-ws.ts ws://127.0.0.1:4000/graphql BACKUP_ID` (Node 22.18 or newer).
 */
import { type Client, createClient } from 'graphql-ws';

const query = /* GraphQL */ `
  subscription Follow($id: ID!, $after: String) {
    backupLog(id: $id, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on LogLinesAppended { lines { number raw text } }
      ... on StreamGap { fromLine toLine reason }
      ... on StreamStalled { problem { message } }
      ... on BackupFinished { backup { status } }
    }
  }
`;

export type LogEvent = { readonly cursor: string } & (
  | {
      readonly __typename: 'LogLinesAppended';
      readonly lines: readonly { readonly number: number | null; readonly raw: string; readonly text: string }[];
    }
  | {
      readonly __typename: 'StreamGap';
      readonly fromLine: number | null;
      readonly toLine: number | null;
      readonly reason: string;
    }
  | { readonly __typename: 'StreamStalled'; readonly problem: { readonly message: string } }
  | { readonly __typename: 'BackupFinished'; readonly backup: { readonly status: string } }
);

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

/** Tries for ever, and soon: a restart of the gateway takes seconds. */
export const createFollower = (url: string, webSocketImpl?: unknown): Client =>
  createClient({
    url,
    webSocketImpl,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** retries, 5_000))),
  });

if (process.argv[1]?.endsWith('examples/graphql-ws.ts')) {
  const [, , url = 'ws://127.0.0.1:4000/graphql', id = ''] = process.argv;
  const client = createFollower(url);
  await followLog(client, id, (event) => {
    if (event.__typename !== 'LogLinesAppended') process.stderr.write(`${JSON.stringify(event)}\n`);
    else for (const line of event.lines) process.stdout.write(`${line.text}\n`);
  });
  await client.dispose();
}
