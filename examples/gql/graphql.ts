/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** How a backup stands, in the same words for every product. */
export type BackupStatus =
  /** Stopped by somebody before its end. */
  | 'CANCELLED'
  /** Going on, and asked to stop through this gateway. */
  | 'CANCELLING'
  /** Ended without a usable result. */
  | 'FAILED'
  /** Accepted by the product, not started yet. */
  | 'QUEUED'
  /** Going on. */
  | 'RUNNING'
  /** Stood down by a rule before it began, such as a hook that said not now. */
  | 'SKIPPED'
  /** Ended well. */
  | 'SUCCEEDED'
  /** Ended and usable, but something deserves a look: `warnings`, `errorMessage` or the log. */
  | 'SUCCEEDED_WITH_WARNINGS'
  /** The product uses a word that this gateway does not know: see `upstreamStatus`. */
  | 'UNKNOWN';

/** What a provider can do beyond listing. Whatever is not listed answers UNSUPPORTED. */
export type Capability =
  /** The warnings of a backup can be marked as seen. */
  | 'ACKNOWLEDGE_WARNINGS'
  /** A running backup can be stopped: `cancelBackup`. */
  | 'CANCEL_BACKUP'
  /** A backup can be started with the product’s own settings: `createBackup`. */
  | 'CREATE_BACKUP'
  /** It has log lines: `Backup.log`, `Backup.logUrl` and `backupLog`. */
  | 'READ_LOG'
  /** A backup can be started with the entity’s defaults: `startBackup`. */
  | 'START_BACKUP'
  /** The description of a backup can be changed. */
  | 'UPDATE_DESCRIPTION'
  /** The warnings of a backup can be replaced. */
  | 'UPDATE_WARNINGS'
  /** It says how far a running backup is: `backupProgress`. */
  | 'WATCH_PROGRESS';

/** One closed list, the same in `userErrors`, in `problems` and in `extensions.code` of GraphQL errors. */
export type ErrorCode =
  /** Something in the request is wrong; the message says what, `field` where. The same request will fail again. */
  | 'BAD_USER_INPUT'
  /** Something else is in the way now, such as a backup that is already running. Try again when it is over. */
  | 'CONFLICT'
  /** The viewer is known, and may not do this. */
  | 'FORBIDDEN'
  /** A stated limit of a scan was reached, rows were skipped while a provider was down, or a filter could not be applied to rows whose values the product does not tell: the answer is right, and not whole. */
  | 'INCOMPLETE'
  /** A fault of this gateway. The message says no more; its log does. */
  | 'INTERNAL'
  /** What a command was aimed at does not exist, or this viewer may not see it. */
  | 'NOT_FOUND'
  /** A command was sent and its answer was lost: it may have been carried out. Look before sending it again. */
  | 'OUTCOME_UNKNOWN'
  /** The product does not let the configured account do this. */
  | 'PROVIDER_FORBIDDEN'
  /** The product answered with something that its contract does not know: a login page, cut or foreign JSON. */
  | 'PROVIDER_INVALID_RESPONSE'
  /** The product asks us to slow down; `retryAfterSeconds` says for how long. */
  | 'PROVIDER_RATE_LIMITED'
  /** The product did not answer in time. Asking again may help. */
  | 'PROVIDER_TIMEOUT'
  /** The product refuses the credentials that this gateway is configured with. */
  | 'PROVIDER_UNAUTHENTICATED'
  /** The product cannot be reached, or failed. Asking again later may help. */
  | 'PROVIDER_UNAVAILABLE'
  /** Too many requests to this gateway; `retryAfterSeconds` says when to come back. */
  | 'RATE_LIMITED'
  /** The database of this gateway cannot be used, so that no command is accepted; nothing was sent. Asking again later may help. */
  | 'STORAGE_UNAVAILABLE'
  /** No valid credentials came with the request. */
  | 'UNAUTHENTICATED'
  /** This product has no such function; see `Provider.capabilities`. */
  | 'UNSUPPORTED';

/** What is known of the outcome of a command. */
export type OperationStatus =
  /** Not done, for certain: `error` says why. */
  | 'FAILED'
  /** The answer was lost and nothing proves what happened: `candidates` may be ours. It is not sent again. */
  | 'OUTCOME_UNKNOWN'
  /** Sent, or about to be; what became of it is being looked up. */
  | 'PENDING'
  /** Done, with proof: `backup` is ours. */
  | 'SUCCEEDED';

/** Why lines or events are missing. */
export type StreamGapReason =
  /** They fell out of this gateway’s bounded replay log before they were asked for. */
  | 'EVICTED'
  /** The cursor is of another log, or of a time that this gateway does not remember: what lies between is not known, and lines may repeat. */
  | 'RESTARTED'
  /** Only of `backupChanges`: a provider does not tell what the filter asks of some or all of its backups, and their changes are left out; `problem` says which provider. It is told once for each provider. */
  | 'UNFILTERABLE'
  /** The product let go of them before they could be read. */
  | 'UPSTREAM_TRUNCATED';

export type LatestBackupsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type LatestBackupsQuery = { backups: { edges: Array<{ node:
        | { id: string, name: string | null, status: BackupStatus, startedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, capabilities: Array<Capability> } }
        | { id: string, name: string | null, status: BackupStatus, startedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, capabilities: Array<Capability> } }
        | { id: string, name: string | null, status: BackupStatus, startedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, capabilities: Array<Capability> } }
        | { id: string, name: string | null, status: BackupStatus, startedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, capabilities: Array<Capability> } }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, problems: Array<{ code: ErrorCode, message: string, provider: { name: string } }> } | null };

export type StartBackupMutationVariables = Exact<{
  entityId: string | number;
  key: string;
}>;


export type StartBackupMutation = { startBackup: { operation: { id: string, status: OperationStatus } | null, backup:
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
     | null, userErrors: Array<{ code: ErrorCode, message: string }> } };

export type FollowLogSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type FollowLogSubscription = { backupLog:
    | { __typename: 'BackupFinished', cursor: string, backup:
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
       }
    | { __typename: 'LogLinesAppended', cursor: string, lines: Array<{ number: number | null, raw: string, text: string }> }
    | { __typename: 'StreamGap', cursor: string, fromLine: number | null, toLine: number | null, reason: StreamGapReason }
    | { __typename: 'StreamStalled', cursor: string, problem: { message: string } }
   };


export const LatestBackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LatestBackups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"capabilities"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<LatestBackupsQuery, LatestBackupsQueryVariables>;
export const StartBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<StartBackupMutation, StartBackupMutationVariables>;
export const FollowLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LogLinesAppended"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"raw"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fromLine"}},{"kind":"Field","name":{"kind":"Name","value":"toLine"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FollowLogSubscription, FollowLogSubscriptionVariables>;