/** What the examples without a screen do, each with its own client; `run.ts` runs one of them. */
import type { FollowLogSubscription, LatestBackupsQuery, StartBackupMutation } from './gql/graphql.ts';

export type Page = NonNullable<LatestBackupsQuery['backups']>;
export type Started = StartBackupMutation['startBackup'];
export type LogEvent = FollowLogSubscription['backupLog'];

/** Every method rejects with what the gateway says is wrong. */
export interface Example {
  /** The newest backups, or those after `endCursor` of a page; a client with a cache gives what it has before, as well. */
  latest(first: number, after?: string | null): Promise<Page>;
  /** Starts a backup. The same key is the same command, however often it is sent. */
  start(entityId: string, key: string): Promise<Started>;
  /**
   * Every line of a log, once and in order, over any number of lost connections. Resolves after BackupFinished. Absent
   * where the client has no subscriptions.
   */
  follow?(id: string, onEvent: (event: LogEvent) => void): Promise<void>;
  close(): void | Promise<void>;
}

/** `token` is only needed where the gateway asks for one. */
export type MakeExample = (url: string, token?: string) => Example;

/** Where there are errors, the first of them is thrown: these examples want all or nothing. */
export function dataOf<Data>(data: Data | null | undefined, errors?: readonly { readonly message: string }[]): Data {
  if (errors?.[0]) throw new Error(errors[0].message);
  if (data === null || data === undefined) throw new Error('The gateway sent no data.');
  return data;
}
