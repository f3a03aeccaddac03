/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** State of a backup, in the same words for every product. */
export type BackupStatus =
  /** Stopped before its end. */
  | 'CANCELLED'
  /** Still running; this gateway has asked the product to stop it. */
  | 'CANCELLING'
  /** Ended without a usable result. */
  | 'FAILED'
  /** Accepted by the product, not started yet. */
  | 'QUEUED'
  /** In progress. */
  | 'RUNNING'
  /** Not run, because of a rule, such as a hook that declined the run. */
  | 'SKIPPED'
  /** Ended successfully. */
  | 'SUCCEEDED'
  /** Ended with a usable result and with something to check: see `warnings`, `errorMessage` or the log. */
  | 'SUCCEEDED_WITH_WARNINGS'
  /** The product reports a status that this gateway does not know: see `upstreamStatus`. */
  | 'UNKNOWN';

/** A function of a provider beyond listing. A function that is not listed answers UNSUPPORTED. */
export type Capability =
  /** Marks the warnings of a backup as seen: `acknowledgeBackupWarnings`. */
  | 'ACKNOWLEDGE_WARNINGS'
  /** Stops a running backup: `cancelBackup`. */
  | 'CANCEL_BACKUP'
  /** Starts a backup with the product’s own settings: `createBackup`. */
  | 'CREATE_BACKUP'
  /** Reads log lines: `Backup.log`, `Backup.logUrl` and `backupLog`. */
  | 'READ_LOG'
  /** Starts a backup with the default settings of the entity: `startBackup`. */
  | 'START_BACKUP'
  /** Changes the description of a backup: `updateBackupDescription`. */
  | 'UPDATE_DESCRIPTION'
  /** Replaces the warnings of a backup: `updateBackupWarnings`. */
  | 'UPDATE_WARNINGS'
  /** Reports the progress of a running backup: `backupProgress`. */
  | 'WATCH_PROGRESS';

/** The kind of an error. The list is closed, and the same in `userErrors`, in `problems` and in `extensions.code` of GraphQL errors. */
export type ErrorCode =
  /** The request is wrong. The message tells what to change, and `field` where. The same request fails again. */
  | 'BAD_USER_INPUT'
  /** Another action is in the way, such as a backup that already runs. Retry after it has ended. */
  | 'CONFLICT'
  /** The viewer is authenticated and may not do this. */
  | 'FORBIDDEN'
  /** The answer is correct but not complete: a scan reached its limit, rows were skipped while a provider was down, or a filter could not be applied because the product does not tell the value. */
  | 'INCOMPLETE'
  /** An unexpected error of this gateway. The log has the details, under the request id. */
  | 'INTERNAL'
  /** The object of a command does not exist, or this viewer may not see it. */
  | 'NOT_FOUND'
  /** A command was sent and its answer was lost: the product may have carried it out. Check before you send it again. */
  | 'OUTCOME_UNKNOWN'
  /** The product does not allow this to the configured account. */
  | 'PROVIDER_FORBIDDEN'
  /** The product answered with something that is not part of its contract, such as a login page or truncated JSON. */
  | 'PROVIDER_INVALID_RESPONSE'
  /** The product limits our requests; `retryAfterSeconds` tells for how long. */
  | 'PROVIDER_RATE_LIMITED'
  /** The product did not answer in time. A retry may succeed. */
  | 'PROVIDER_TIMEOUT'
  /** The product refused the configured credentials. */
  | 'PROVIDER_UNAUTHENTICATED'
  /** The product cannot be reached, or it failed. A later retry may succeed. */
  | 'PROVIDER_UNAVAILABLE'
  /** Too many requests to this gateway; `retryAfterSeconds` tells when to retry. */
  | 'RATE_LIMITED'
  /** The database of this gateway cannot be used, so commands are refused before anything is sent. A later retry may succeed. */
  | 'STORAGE_UNAVAILABLE'
  /** The request has no valid credentials. */
  | 'UNAUTHENTICATED'
  /** The product does not have this function; see `Provider.capabilities`. */
  | 'UNSUPPORTED';

/** What is known about the outcome of a command. */
export type OperationStatus =
  /** The command was certainly not carried out; `error` tells why. */
  | 'FAILED'
  /** The answer was lost and nothing proves the outcome; `candidates` lists backups that the command may have started. The command is not sent again. */
  | 'OUTCOME_UNKNOWN'
  /** The command was sent, or is about to be; the gateway is finding out its outcome. */
  | 'PENDING'
  /** The command was carried out, with proof; `backup` is its result. */
  | 'SUCCEEDED';

/** Why lines or events are missing. */
export type StreamGapReason =
  /** The gateway dropped them from its bounded replay log before they were requested. */
  | 'EVICTED'
  /** The cursor belongs to another log, or to a time before this gateway started: what lies between is not known, and lines may repeat. */
  | 'RESTARTED'
  /** Only in `backupChanges`: a provider does not tell a value that the filter needs, so changes of its backups are left out; `problem` names the provider. Sent once for each provider. */
  | 'UNFILTERABLE'
  /** The product deleted them before they could be read. */
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