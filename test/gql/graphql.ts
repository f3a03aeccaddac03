/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** An action on a backup. */
export type BackupAction =
  /** Mark the warnings of the backup as seen: `acknowledgeBackupWarnings`. */
  | 'ACKNOWLEDGE_WARNINGS'
  /** Stop the backup: `cancelBackup`. */
  | 'CANCEL'
  /** Run it again: `retryBackup`. Of Borg UI a backup that failed or was cancelled, and that was started by hand; of other products one whose settings this gateway recorded. */
  | 'RETRY'
  /** Change the description: `updateBackupDescription`. */
  | 'UPDATE_DESCRIPTION'
  /** Replace the warnings: `updateBackupWarnings`. */
  | 'UPDATE_WARNINGS';

/** Selects backups. A list matches any of its values; several fields must all match; an empty list matches nothing. */
export type BackupFilter = {
  /** Only backups of the product BORG that also match this. Providers of other products are left out, and named in `problems` unless `kinds` or `providers` leave them out, too; with the filters of several products, the backups of each match its own. Not for `backupChanges`. */
  borg?: BorgBackupFilter | null | undefined;
  /** Only backups with one of these presences of their data. UNKNOWN includes every backup that did not succeed. Flosum and Labii never tell it: without UNKNOWN, `problems` names them. It costs what the field `dataPresence` costs, for every row that is read. */
  dataPresence?: Array<DataPresence> | null | undefined;
  /** Only backups that ended at or after this time, by `endedAt`. vProtect, and the current generation of Labii, do not tell when a backup ended: `problems` names them. */
  endedAfter?: string | null | undefined;
  /** Only backups that ended before this time (exclusive), likewise. */
  endedBefore?: string | null | undefined;
  /** Only backups of these entities, by id. */
  entities?: Array<string> | null | undefined;
  /** Only backups of entities whose name or external id contains this text, ignoring case; at most 80 characters. An entity that its product no longer lists is not found. It costs a list of the entities. Not for `backupChanges`. */
  entitySearch?: string | null | undefined;
  /** Only backups whose `errorMessage` contains this text, ignoring case; at most 80 characters. Flosum and Labii do not tell it in lists: `problems` names them if a backup that failed may be left out. */
  errorSearch?: string | null | undefined;
  /** Only backups of the product FLOSUM that also match this. Providers of other products are left out, and named in `problems` unless `kinds` or `providers` leave them out, too; with the filters of several products, the backups of each match its own. Not for `backupChanges`. */
  flosum?: FlosumBackupFilter | null | undefined;
  /** Only these products. */
  kinds?: Array<ProviderKind> | null | undefined;
  /** Only backups of the product LABII that also match this. Providers of other products are left out, and named in `problems` unless `kinds` or `providers` leave them out, too; with the filters of several products, the backups of each match its own. Not for `backupChanges`. */
  labii?: LabiiBackupFilter | null | undefined;
  /** Only backups that occupy at least so many bytes in their storage, by `size.storedBytes`. Flosum and Labii do not tell it: `problems` names them. */
  minStoredBytes?: number | null | undefined;
  /** Only these providers, by name. An unknown name is BAD_USER_INPUT. */
  providers?: Array<string> | null | undefined;
  /** Only backups whose name or description contains this text, ignoring case; at most 80 characters. */
  search?: string | null | undefined;
  /** Only backups at or after this time, by `sortedAt`; a queued backup counts as now. */
  startedAfter?: string | null | undefined;
  /** Only backups before this time (exclusive), by `sortedAt`; a queued backup counts as now. */
  startedBefore?: string | null | undefined;
  /** Only backups with one of these statuses. */
  statuses?: Array<BackupStatus> | null | undefined;
  /** Only backups with one of these triggers. */
  triggers?: Array<BackupTrigger> | null | undefined;
  /** Only backups of these types. */
  types?: Array<BackupType> | null | undefined;
  /** Only backups of the product VPROTECT that also match this. Providers of other products are left out, and named in `problems` unless `kinds` or `providers` leave them out, too; with the filters of several products, the backups of each match its own. Not for `backupChanges`. */
  vprotect?: VProtectBackupFilter | null | undefined;
};

/** Order of backups. Backups with equal values are ordered by provider name, then by external id. */
export type BackupOrder = {
  /** Ascending or descending. */
  direction: OrderDirection;
  /** The field to order by. */
  field: BackupOrderField;
};

/** A field by which backups can be ordered. */
export type BackupOrderField =
  /** By `durationSeconds`; backups without one come last, in both directions. From the history: no product is asked, and the connection’s `asOf` says when they were. */
  | 'DURATION'
  /** By `endedAt`; backups without one come last, in both directions. From the history: no product is asked, and the connection’s `asOf` says when they were. */
  | 'ENDED_AT'
  /** By `name`, ignoring case, up to 200 characters; backups without one come last, in both directions. From the history: no product is asked, and the connection’s `asOf` says when they were. */
  | 'NAME'
  /** By `size.storedBytes`, or `size.originalBytes` where that is not known; backups without a size come last, in both directions. From the history: no product is asked, and the connection’s `asOf` says when they were. */
  | 'SIZE'
  /** By `sortedAt`: the start, or the nearest time of the backup that the product keeps and that does not change. */
  | 'STARTED_AT';

/** Kind of what started a backup. */
export type BackupOriginKind =
  /** A viewer of this gateway requested it, at most 30 days ago. */
  | 'GATEWAY'
  /** A schedule of the product started it. */
  | 'SCHEDULE'
  /** The product started it by itself. */
  | 'SYSTEM'
  /** The product tells what started it, but not of which kind: a plan of Borg UI runs by schedule or by hand. */
  | 'UNKNOWN'
  /** A user of the product requested it. */
  | 'USER';

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

/** What started a backup. */
export type BackupTrigger =
  /** A person or a program requested it. */
  | 'MANUAL'
  /** A schedule or a plan of the product started it. */
  | 'SCHEDULED'
  /** The product does not tell. */
  | 'UNKNOWN';

/** What a backup contains, in the same words for every product. */
export type BackupType =
  /** Records that were moved out of the source. */
  | 'ARCHIVE'
  /** All data. */
  | 'FULL'
  /** Data that was imported from elsewhere. */
  | 'IMPORT'
  /** Changes since an earlier backup. */
  | 'INCREMENTAL'
  /** A full backup that is kept in step with its source. */
  | 'SYNCHRONIZATION'
  /** A full backup that the product assembled from earlier backups. */
  | 'SYNTHETIC'
  /** The data that a template selects. */
  | 'TEMPLATE'
  /** The product does not tell, or uses a word that this gateway does not know. */
  | 'UNKNOWN';

/** Selects backups of Borg UI; both fields must match. */
export type BorgBackupFilter = {
  /** Only backups that the backup plan with this number started. */
  backupPlanId?: string | null | undefined;
  /** Only backups that the schedule with this number started. */
  scheduledJobId?: string | null | undefined;
};

/** Input of `cancelBackup`. */
export type CancelBackupInput = {
  /** Id of the backup to stop. */
  id: string;
};

/** Settings for exactly one product. */
export type CreateBackupInput =
  {   /** Settings of a backup by a provider of kind BORG. */
  borg: CreateBorgBackupInput; flosum?: never; labii?: never; vprotect?: never; }
  |  { borg?: never;   /** Settings of a backup by a provider of kind FLOSUM. */
  flosum: CreateFlosumBackupInput; labii?: never; vprotect?: never; }
  |  { borg?: never; flosum?: never;   /** Settings of a backup by a provider of kind LABII. */
  labii: CreateLabiiBackupInput; vprotect?: never; }
  |  { borg?: never; flosum?: never; labii?: never;   /** Settings of a backup by a provider of kind VPROTECT. */
  vprotect: CreateVProtectBackupInput; };

/** Starts a backup of a Borg repository. Borg UI takes no other settings. */
export type CreateBorgBackupInput = {
  /** Id of a BorgRepository. */
  entityId: string;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. */
  idempotencyKey?: string | null | undefined;
};

/** Starts a backup of a Salesforce org. Flosum runs one job for each connection at a time; a second one is CONFLICT. */
export type CreateFlosumBackupInput = {
  /** Free text. Flosum does not return it: it is shown until the gateway restarts. */
  description?: string;
  /** Id of a SalesforceOrg. */
  entityId: string;
  /** The same key starts no second backup: it returns the operation of the first. */
  idempotencyKey?: string | null | undefined;
  /** The whole org, or the selection of a template. */
  mode?: FlosumBackupMode;
  /** Name of the backup. A short mark is added to it in Flosum, by which this gateway finds the backup; the mark is not shown here. */
  name: string;
  /** Kinds of data to back up; all by default. */
  settings?: FlosumBackupSettingsInput | null | undefined;
  /** Number of the template in Flosum. Required with TEMPLATE, refused otherwise. */
  templateId?: number | null | undefined;
};

/** Starts a backup of a Labii organisation. Labii takes no other settings and may bill the backup. */
export type CreateLabiiBackupInput = {
  /** Id of a LabiiOrganization. */
  entityId: string;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. */
  idempotencyKey?: string | null | undefined;
};

/** Starts a backup of one vProtect entity. If the configuration has no destination and no rules, give one of them. */
export type CreateVProtectBackupInput = {
  /** GUID of the backup destination; by default the configured destination, or the configured rules. */
  destinationGuid?: string | null | undefined;
  /** Id of a VProtectEntity. */
  entityId: string;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. */
  idempotencyKey?: string | null | undefined;
  /** 0 to 100. Tasks with a higher priority start first. */
  priority?: number;
  /** GUIDs of backup rules of a policy, which have their own destination. Not together with `destinationGuid`. */
  ruleGuids?: Array<string> | null | undefined;
  /** The kind of backup to request. `Backup.type` tells what vProtect made. */
  type?: VProtectExportType;
};

/** Whether the data of a backup is still there. */
export type DataPresence =
  /** The product lists the data. Only a restore proves that it can be restored. */
  | 'PRESENT'
  /** The product tells that the data was removed, or lists the existing data without it. */
  | 'REMOVED'
  /** The product does not tell, could not be asked, or the backup did not succeed. */
  | 'UNKNOWN';

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

/** Kind of the reason why a backup failed. */
export type FailureCategory =
  /** A person, a program or the product stopped it. */
  | 'CANCELLED'
  /** The product could not log in to the source or the destination. */
  | 'CREDENTIALS'
  /** A limit of the source, the product or its licence was reached. */
  | 'LIMIT'
  /** Another job or process holds a lock. */
  | 'LOCKED'
  /** The source, the destination or an agent of the product could not be reached. */
  | 'NETWORK'
  /** The destination is full, or a quota of it is used up. */
  | 'NO_SPACE'
  /** The words of the product are in none of the tables. */
  | 'OTHER'
  /** The product is logged in and lacks a permission. */
  | 'PERMISSION'
  /** What is to be backed up could not be read. */
  | 'SOURCE';

/** Selects backups of Flosum. */
export type FlosumBackupFilter = {
  /** Only backups with the metadata of the org (true), or only those without it (false). Flosum applies it, and does not document its effect on a list. Not verified. */
  includeMetadata?: boolean | null | undefined;
};

/** How much of the org to back up. */
export type FlosumBackupMode =
  /** Everything that the settings do not exclude. */
  | 'FULL'
  /** The selection of a Flosum template, named by `templateId`. */
  | 'TEMPLATE';

/** Kinds of data to back up; all by default. */
export type FlosumBackupSettingsInput = {
  /** Big objects, which Salesforce stores separately because of their size. */
  includeBigObjects?: boolean;
  /** Objects that contain files, such as attachments and documents. */
  includeBinaryObjects?: boolean;
  /** Records of custom metadata types. */
  includeCustomMetadataTypeObjects?: boolean;
  /** Feeds: posts and comments on records. */
  includeFeedObjects?: boolean;
  /** Field history: who changed which value, and when. */
  includeHistoryObjects?: boolean;
  /** Metadata of the org, such as objects, layouts and code. */
  includeMetadata?: boolean;
  /** Share objects: who may see which record. */
  includeShareObjects?: boolean;
  /** Tags on records. */
  includeTagObjects?: boolean;
};

/** Selects backups of Labii. */
export type LabiiBackupFilter = {
  /** Only backups of these organisations, by Labii’s own id; case-sensitive. */
  organizationSids?: Array<string> | null | undefined;
};

/** Severity of a log line. */
export type LogLevel =
  /** Details for developers of the product. */
  | 'DEBUG'
  /** A failure. */
  | 'ERROR'
  /** Normal operation. */
  | 'INFO'
  /** The product does not tell. */
  | 'UNKNOWN'
  /** Something to check. */
  | 'WARNING';

/** Kind of the command. */
export type OperationKind =
  /** `cancelBackup`. */
  | 'CANCEL'
  /** `createBackup`. */
  | 'CREATE'
  /** `retryBackup`. */
  | 'RETRY'
  /** `startBackup`. */
  | 'START';

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

/** Direction of an order. */
export type OrderDirection =
  /** Oldest, smallest or shortest first; names from A to Z. */
  | 'ASC'
  /** Newest, largest or longest first; names from Z to A. */
  | 'DESC';

/** Selects protected entities. A list matches any of its values; several fields must all match. */
export type ProtectedEntityFilter = {
  /** Only these products. */
  kinds?: Array<ProviderKind> | null | undefined;
  /** Only entities with one of these labels, exactly as `ProtectedEntity.labels` shows them. Entities whose product does not tell labels are left out, and named in `problems`. */
  labels?: Array<string> | null | undefined;
  /** Only entities whose newest success ended before this time (exclusive), as `Protection.lastSuccessAt` tells it, or that have none. It reads and costs what `protection` does. An entity for which that cannot be determined is left out, and `problems` tells why. */
  lastSuccessBefore?: string | null | undefined;
  /** Only entities with one of these protection states now; this reads the state of every entity that matches the other fields, by what lists tell: removed data counts only where lists tell it (see `Protection.dataPresence`). An entity whose state cannot be determined is UNKNOWN, and `problems` tells why, even if UNKNOWN is not requested. */
  protection?: Array<ProtectionStatus> | null | undefined;
  /** Only these providers, by name. An unknown name is BAD_USER_INPUT. */
  providers?: Array<string> | null | undefined;
  /** Only entities whose name or external id contains this text, ignoring case; at most 80 characters. */
  search?: string | null | undefined;
};

/** Whether an entity is protected now. */
export type ProtectionStatus =
  /** No success whose data still exists, with or without an expectation. Always proven. */
  | 'NEVER_BACKED_UP'
  /** A success of any age exists, and the configuration does not say how often one is expected (`expectEvery`), so its age cannot be judged. */
  | 'NO_EXPECTATION'
  /** No success ended by `dueAt`. Always proven. */
  | 'OVERDUE'
  /** The newest success is recent enough: `dueAt` is in the future. Always proven. */
  | 'PROTECTED'
  /** The state cannot be determined: the provider could not be asked, or not completely. To find everything that may be unprotected, ask for this state too. */
  | 'UNKNOWN';

/** The product of a provider. */
export type ProviderKind =
  /** Borg UI: files, in Borg repositories. */
  | 'BORG'
  /** Flosum Backup & Archive: data and metadata of Salesforce orgs. */
  | 'FLOSUM'
  /** Labii: organisations of an electronic lab notebook. */
  | 'LABII'
  /** Storware vProtect: machines, applications, storage and cloud services. */
  | 'VPROTECT';

/** State of the connection to a provider. */
export type ProviderStatus =
  /** The newest request failed; another one succeeded within the last minute. */
  | 'DEGRADED'
  /** Requests fail. */
  | 'DOWN'
  /** No request was sent since the gateway started. */
  | 'UNKNOWN'
  /** The newest request succeeded. */
  | 'UP';

/** Input of `retryBackup`. */
export type RetryBackupInput = {
  /** Id of a backup that failed, was cancelled or was skipped. */
  id: string;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. */
  idempotencyKey?: string | null | undefined;
};

/** Input of `startBackup`. */
export type StartBackupInput = {
  /** Free text. UNSUPPORTED if the product has no descriptions. */
  description?: string | null | undefined;
  /** Id of the protected entity. */
  entityId: string;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. */
  idempotencyKey?: string | null | undefined;
  /** Name of the backup. UNSUPPORTED if the product has no names. */
  name?: string | null | undefined;
};

/** Input of `startBackups`. */
export type StartBackupsInput = {
  /** Ids of protected entities: 1 to 100, each once. No filter selects them, since a list may change meanwhile. */
  entityIds: Array<string>;
  /** A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used. Here the input is all ids in their order; with others it is CONFLICT. */
  idempotencyKey?: string | null | undefined;
};

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

/** Length of one point of a timeline. */
export type TimelineBucket =
  /** Days of `timeZone`, from midnight: 23 or 25 hours if clocks change. */
  | 'DAY'
  /** Full hours of `timeZone`. An hour that comes twice, since clocks go back, is two points. */
  | 'HOUR'
  /** Weeks of `timeZone`, from Monday 00:00. */
  | 'WEEK';

/** Selects backups of vProtect, by its own GUIDs; several fields must all match. vProtect applies these fields itself. A version that does not know one of them may ignore it, and then returns other backups as well. */
export type VProtectBackupFilter = {
  /** Only backups of entities of this cloud service provider. */
  cloudProviderGuid?: string | null | undefined;
  /** Only backups in this backup destination. */
  destinationGuid?: string | null | undefined;
  /** Only backups of entities of this kind. UNKNOWN matches nothing. */
  entityType?: VProtectEntityType | null | undefined;
  /** Only backups of machines on this hypervisor. */
  hypervisorGuid?: string | null | undefined;
  /** Only backups of machines of this hypervisor manager. */
  hypervisorManagerGuid?: string | null | undefined;
  /** Only backups by this node of vProtect. */
  nodeGuid?: string | null | undefined;
  /** True: only backups that vProtect can mount. */
  onlyMountable?: boolean | null | undefined;
  /** Only backups that build directly on this backup. */
  parentBackupGuid?: string | null | undefined;
  /** Only backups of entities with one of these backup policies. */
  policyGuids?: Array<string> | null | undefined;
  /** Only backups of the chain that begins with this backup. */
  rootBackupGuid?: string | null | undefined;
  /** Only backups by this rule of a policy. */
  ruleGuid?: string | null | undefined;
  /** Only backups of entities of this storage provider. */
  storageProviderGuid?: string | null | undefined;
  /** True: without backups that are hidden in vProtect. */
  withoutHidden?: boolean | null | undefined;
};

/** Kind of an entity of vProtect. */
export type VProtectEntityType =
  /** An application, such as a database that is dumped by a script. */
  | 'APP'
  /** An account of a cloud service, such as a Microsoft 365 organisation. */
  | 'CLOUD'
  /** A group of a cloud service. */
  | 'CLOUD_GROUP'
  /** A site of a cloud service. */
  | 'CLOUD_SITE'
  /** A team of a cloud service. */
  | 'CLOUD_TEAMS'
  /** A user of a cloud service. */
  | 'CLOUD_USER'
  /** An operating system. */
  | 'OS'
  /** A machine that is backed up through an agent in it. */
  | 'OS_AGENT'
  /** A storage: volumes or file shares. */
  | 'STORAGE'
  /** vProtect uses a word that this gateway does not know. */
  | 'UNKNOWN'
  /** A virtual machine. */
  | 'VM';

/** Kind of backup to request. */
export type VProtectExportType =
  /** All data. */
  | 'FULL'
  /** Changes since the last backup. vProtect silently makes a FULL backup if there is none to build on. */
  | 'INCREMENTAL';

export type AllEntitiesQueryVariables = Exact<{
  first?: number | null | undefined;
  kinds?: Array<ProviderKind> | ProviderKind | null | undefined;
}>;


export type AllEntitiesQuery = { protectedEntities: { totalCount: number | null, nodes: Array<
      | { __typename: 'BorgRepository' }
      | { __typename: 'LabiiOrganization' }
      | { __typename: 'SalesforceOrg' }
      | { __typename: 'VProtectEntity' }
    >, pageInfo: { hasNextPage: boolean }, problems: Array<{ code: ErrorCode, provider: { name: string } }> } | null };

export type ReportedQueryVariables = Exact<{
  guid: string;
  from: string;
  to: string;
}>;


export type ReportedQuery = { protectedEntity:
    | { reportedStatistics: { counts: Array<{ upstreamStatus: string, count: number, totalBytes: number | null }> | null, sizes: Array<{ at: string, bytes: number }> | null, timelineSizes: Array<{ at: string, bytes: number }> | null } | null }
    | Record<PropertyKey, never>
   | null };

export type EverythingQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: BackupFilter | null | undefined;
}>;


export type EverythingQuery = { backups: { totalCount: number | null, nodes: Array<
      | { __typename: 'BorgBackup', id: string, sortedAt: string | null, status: BackupStatus, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }
      | { __typename: 'FlosumBackup', id: string, sortedAt: string | null, status: BackupStatus, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }
      | { __typename: 'LabiiBackup', id: string, sortedAt: string | null, status: BackupStatus, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }
      | { __typename: 'VProtectBackup', id: string, sortedAt: string | null, status: BackupStatus, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, problems: Array<{ code: ErrorCode, provider: { name: string }, entity:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
       | null }> } | null };

export type FourByIdsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FourByIdsQuery = { nodes: Array<
    | { __typename: 'AuditEntry', id: string }
    | { __typename: 'BorgBackup', status: BackupStatus, sortedAt: string | null, id: string }
    | { __typename: 'BorgRepository', id: string }
    | { __typename: 'FlosumBackup', status: BackupStatus, sortedAt: string | null, id: string }
    | { __typename: 'LabiiBackup', status: BackupStatus, sortedAt: string | null, id: string }
    | { __typename: 'LabiiOrganization', id: string }
    | { __typename: 'Operation', id: string }
    | { __typename: 'Provider', id: string }
    | { __typename: 'SalesforceOrg', id: string }
    | { __typename: 'VProtectBackup', status: BackupStatus, sortedAt: string | null, id: string }
    | { __typename: 'VProtectEntity', id: string }
   | null> };

export type SomeNodesQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type SomeNodesQuery = { nodes: Array<
    | { __typename: 'AuditEntry', id: string }
    | { __typename: 'BorgBackup', id: string }
    | { __typename: 'BorgRepository', id: string }
    | { __typename: 'FlosumBackup', id: string }
    | { __typename: 'LabiiBackup', id: string }
    | { __typename: 'LabiiOrganization', id: string }
    | { __typename: 'Operation', id: string }
    | { __typename: 'Provider', id: string }
    | { __typename: 'SalesforceOrg', id: string }
    | { __typename: 'VProtectBackup', id: string }
    | { __typename: 'VProtectEntity', id: string }
   | null> };

export type BackupsWithRelationsQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type BackupsWithRelationsQuery = { backups: { nodes: Array<
      | { id: string, provider: { name: string, health: { status: ProviderStatus } }, entity:
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
         | null }
      | { id: string, provider: { name: string, health: { status: ProviderStatus } }, entity:
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
         | null }
      | { id: string, provider: { name: string, health: { status: ProviderStatus } }, entity:
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
         | null }
      | { id: string, provider: { name: string, health: { status: ProviderStatus } }, entity:
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
          | { id: string, name: string, externalId: string }
         | null }
    > } | null };

export type CountedBackupsQueryVariables = Exact<{
  filter?: BackupFilter | null | undefined;
}>;


export type CountedBackupsQuery = { backups: { totalCount: number | null } | null };

export type WatchSubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchSubscription = { backupProgress:
    | { __typename: 'BackupFinished', backup:
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
       }
    | { __typename: 'BackupUpdated', backup:
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
       }
    | { __typename: 'StreamStalled' }
   };

export type WatchLogSubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchLogSubscription = { backupLog:
    | { __typename: 'BackupFinished' }
    | { __typename: 'LogLinesAppended', lines: Array<{ raw: string }> }
    | { __typename: 'StreamGap' }
    | { __typename: 'StreamStalled' }
   };

export type CancelItMutationVariables = Exact<{
  id: string;
}>;


export type CancelItMutation = { cancelBackup: { backup:
      | { status: BackupStatus }
      | { status: BackupStatus }
      | { status: BackupStatus }
      | { status: BackupStatus }
     | null, userErrors: Array<{ code: ErrorCode }> } };

export type LogOfQueryVariables = Exact<{
  id: string;
}>;


export type LogOfQuery = { backup:
    | { log: { isComplete: boolean, nodes: Array<{ raw: string }> } | null }
    | { log: { isComplete: boolean, nodes: Array<{ raw: string }> } | null }
    | { log: { isComplete: boolean, nodes: Array<{ raw: string }> } | null }
    | { log: { isComplete: boolean, nodes: Array<{ raw: string }> } | null }
   | null };

export type ChangesSubscriptionVariables = Exact<{
  filter?: BackupFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ChangesSubscription = { backupChanges:
    | { __typename: 'BackupFinished', cursor: string, backup:
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
        | { id: string, status: BackupStatus }
       }
    | { __typename: 'BackupStarted', cursor: string, backup:
        | { id: string, status: BackupStatus, provider: { name: string }, entity:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
           | null }
        | { id: string, status: BackupStatus, provider: { name: string }, entity:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
           | null }
        | { id: string, status: BackupStatus, provider: { name: string }, entity:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
           | null }
        | { id: string, status: BackupStatus, provider: { name: string }, entity:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
           | null }
       }
    | { __typename: 'BackupUpdated', cursor: string, backup:
        | { id: string, status: BackupStatus, description: string | null }
        | { id: string, status: BackupStatus, description: string | null }
        | { id: string, status: BackupStatus, description: string | null }
        | { id: string, status: BackupStatus, description: string | null }
       }
    | { __typename: 'StreamGap', cursor: string, reason: StreamGapReason }
    | { __typename: 'StreamStalled', cursor: string, problem: { code: ErrorCode, provider: { name: string } } }
   };

export type StartItMutationVariables = Exact<{
  entityId: string;
}>;


export type StartItMutation = { startBackup: { backup:
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
     | null, userErrors: Array<{ code: ErrorCode }> } };

export type DescribeMutationVariables = Exact<{
  id: string;
  description: string;
}>;


export type DescribeMutation = { updateBackupDescription: { backup:
      | { description: string | null }
      | { description: string | null }
      | { description: string | null }
      | { description: string | null }
     | null, userErrors: Array<{ code: ErrorCode }> } };

export type StartManyMutationVariables = Exact<{
  input: StartBackupsInput;
}>;


export type StartManyMutation = { startBackups: { results: Array<{ entityId: string, operation: { id: string, kind: OperationKind, status: OperationStatus, entity:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null } | null, userErrors: Array<{ code: ErrorCode, field: Array<string> | null }> }>, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RetryMutationVariables = Exact<{
  input: RetryBackupInput;
}>;


export type RetryMutation = { retryBackup: { operation: { id: string, kind: OperationKind, status: OperationStatus } | null, backup:
      | { id: string, externalId: string, startedBy: { kind: BackupOriginKind } | null }
      | { id: string, externalId: string, startedBy: { kind: BackupOriginKind } | null }
      | { id: string, externalId: string, startedBy: { kind: BackupOriginKind } | null }
      | { id: string, externalId: string, startedBy: { kind: BackupOriginKind } | null }
     | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type StartMutationVariables = Exact<{
  input: StartBackupInput;
}>;


export type StartMutation = { startBackup: { message: string | null, backup:
      | { id: string, status: BackupStatus, entity:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { id: string, status: BackupStatus, entity:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { id: string, status: BackupStatus, entity:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { id: string, status: BackupStatus, entity:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
     | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, retryable: boolean }> } };

export type CreateMutationVariables = Exact<{
  input: CreateBackupInput;
}>;


export type CreateMutation = { createBackup: { backup:
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
     | null, userErrors: Array<{ code: ErrorCode, field: Array<string> | null }> } };

export type CancelMutationVariables = Exact<{
  input: CancelBackupInput;
}>;


export type CancelMutation = { cancelBackup: { processTerminated: boolean | null, backup:
      | { id: string, status: BackupStatus, errorMessage: string | null, allowedActions: Array<BackupAction> }
      | { id: string, status: BackupStatus, errorMessage: string | null, allowedActions: Array<BackupAction> }
      | { id: string, status: BackupStatus, errorMessage: string | null, allowedActions: Array<BackupAction> }
      | { id: string, status: BackupStatus, errorMessage: string | null, allowedActions: Array<BackupAction> }
     | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type StatusQueryVariables = Exact<{
  id: string;
}>;


export type StatusQuery = { backup:
    | { status: BackupStatus, allowedActions: Array<BackupAction>, progress: { percent: number | null } | null }
    | { status: BackupStatus, allowedActions: Array<BackupAction>, progress: { percent: number | null } | null }
    | { status: BackupStatus, allowedActions: Array<BackupAction>, progress: { percent: number | null } | null }
    | { status: BackupStatus, allowedActions: Array<BackupAction>, progress: { percent: number | null } | null }
   | null };

export type FilteredByStatusQueryVariables = Exact<{
  statuses: Array<BackupStatus> | BackupStatus;
}>;


export type FilteredByStatusQuery = { backups: { nodes: Array<
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
    > } | null };

export type CreateLinkMutationVariables = Exact<{
  log: string;
}>;


export type CreateLinkMutation = { createDownloadLink: { url: string | null, expiresAt: string | null, userErrors: Array<{ code: ErrorCode, field: Array<string> | null }> } };

export type RunLabiiMutationVariables = Exact<{
  entityId: string;
}>;


export type RunLabiiMutation = { startBackup: { operation: { id: string, status: OperationStatus } | null, backup:
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
      | { id: string, status: BackupStatus }
     | null } };

export type ListedLabiiQueryVariables = Exact<{ [key: string]: never; }>;


export type ListedLabiiQuery = { backups: { nodes: Array<
      | { id: string, status: BackupStatus, endedAt: string | null }
      | { id: string, status: BackupStatus, endedAt: string | null }
      | { id: string, status: BackupStatus, endedAt: string | null }
      | { id: string, status: BackupStatus, endedAt: string | null }
    > } | null };

export type CancelMachineMutationVariables = Exact<{
  id: string;
}>;


export type CancelMachineMutation = { cancelBackup: { backup:
      | { status: BackupStatus }
      | { status: BackupStatus }
      | { status: BackupStatus }
      | { status: BackupStatus }
     | null, userErrors: Array<{ code: ErrorCode }> } };

export type CancelledMachinesQueryVariables = Exact<{
  id: string;
}>;


export type CancelledMachinesQuery = { backup:
    | { status: BackupStatus }
    | { status: BackupStatus }
    | { status: BackupStatus }
    | { status: BackupStatus }
   | null, cancelled: { nodes: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    > } | null, failed: { nodes: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    > } | null };

export type StartOnceMutationVariables = Exact<{
  entityId: string;
  key?: string | null | undefined;
}>;


export type StartOnceMutation = { startBackup: { message: string | null, operation: { id: string, status: OperationStatus, kind: OperationKind } | null, backup:
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
     | null, userErrors: Array<{ code: ErrorCode, field: Array<string> | null }> } };

export type UnsuccessfulBackupsQueryVariables = Exact<{
  kinds?: Array<ProviderKind> | ProviderKind | null | undefined;
}>;


export type UnsuccessfulBackupsQuery = { backups: { nodes: Array<
      | { id: string, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
    > } | null };

export type ReadLogQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  minLevel?: LogLevel | null | undefined;
  search?: string | null | undefined;
}>;


export type ReadLogQuery = { backup:
    | { errorMessage: string | null, failureReason: { category: FailureCategory, message: string | null } | null, log: { pageInfo: { hasPreviousPage: boolean, startCursor: string | null }, nodes: Array<{ number: number | null, text: string, level: LogLevel }> } | null }
    | { errorMessage: string | null, failureReason: { category: FailureCategory, message: string | null } | null, log: { pageInfo: { hasPreviousPage: boolean, startCursor: string | null }, nodes: Array<{ number: number | null, text: string, level: LogLevel }> } | null }
    | { errorMessage: string | null, failureReason: { category: FailureCategory, message: string | null } | null, log: { pageInfo: { hasPreviousPage: boolean, startCursor: string | null }, nodes: Array<{ number: number | null, text: string, level: LogLevel }> } | null }
    | { errorMessage: string | null, failureReason: { category: FailureCategory, message: string | null } | null, log: { pageInfo: { hasPreviousPage: boolean, startCursor: string | null }, nodes: Array<{ number: number | null, text: string, level: LogLevel }> } | null }
   | null };

export type LatestOfManyQueryVariables = Exact<{
  filter?: ProtectedEntityFilter | null | undefined;
}>;


export type LatestOfManyQuery = { protectedEntities: { nodes: Array<
      | { externalId: string, latestBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null, latestSuccessfulBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { externalId: string, latestBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null, latestSuccessfulBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { externalId: string, latestBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null, latestSuccessfulBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
      | { externalId: string, latestBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null, latestSuccessfulBackup:
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
          | { externalId: string }
         | null }
    > } | null };

export type RecordedLogSubscriptionVariables = Exact<{
  id: string;
}>;


export type RecordedLogSubscription = { backupLog:
    | { __typename: 'BackupFinished', backup:
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
       }
    | { __typename: 'LogLinesAppended', lines: Array<{ number: number | null, raw: string }> }
    | { __typename: 'StreamGap', fromLine: number | null, toLine: number | null, reason: StreamGapReason }
    | { __typename: 'StreamStalled' }
   };

export type StatisticsQueryVariables = Exact<{
  filter?: BackupFilter | null | undefined;
}>;


export type StatisticsQuery = { backupStatistics: { count: number, averageDurationSeconds: number | null, averageBytesPerSecond: number | null, isComplete: boolean, byStatus: Array<{ status: BackupStatus, count: number }>, byProvider: Array<{ count: number, provider: { name: string } }>, totalSize: { originalBytes: number | null, storedBytes: number | null }, problems: Array<{ code: ErrorCode }> } | null };

export type TimelineQueryVariables = Exact<{
  from: string;
  to: string;
  bucket: TimelineBucket;
  filter?: BackupFilter | null | undefined;
}>;


export type TimelineQuery = { backupTimeline: { isComplete: boolean, points: Array<{ start: string, end: string, succeeded: number, failed: number, other: number, originalBytes: number | null, durationSeconds: number | null }> } | null };

export type LatestQueryVariables = Exact<{
  provider: string;
  externalId: string;
}>;


export type LatestQuery = { protectedEntity:
    | { latestBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null, latestSuccessfulBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null }
    | { latestBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null, latestSuccessfulBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null }
    | { latestBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null, latestSuccessfulBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null }
    | { latestBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null, latestSuccessfulBackup:
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
        | { externalId: string, status: BackupStatus }
       | null }
   | null };

export type LogSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type LogSubscription = { backupLog:
    | { __typename: 'BackupFinished', cursor: string, backup:
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
        | { status: BackupStatus }
       }
    | { __typename: 'LogLinesAppended', cursor: string, lines: Array<{ number: number | null, text: string, raw: string, at: string | null, level: LogLevel }> }
    | { __typename: 'StreamGap', cursor: string, fromLine: number | null, toLine: number | null, reason: StreamGapReason }
    | { __typename: 'StreamStalled', cursor: string, problem: { code: ErrorCode } }
   };

export type LogPageQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LogPageQuery = { backup:
    | { log: { isComplete: boolean, nodes: Array<{ number: number | null, raw: string }>, gaps: Array<{ afterCursor: string | null, reason: StreamGapReason }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
    | { log: { isComplete: boolean, nodes: Array<{ number: number | null, raw: string }>, gaps: Array<{ afterCursor: string | null, reason: StreamGapReason }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
    | { log: { isComplete: boolean, nodes: Array<{ number: number | null, raw: string }>, gaps: Array<{ afterCursor: string | null, reason: StreamGapReason }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
    | { log: { isComplete: boolean, nodes: Array<{ number: number | null, raw: string }>, gaps: Array<{ afterCursor: string | null, reason: StreamGapReason }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
   | null };

export type ProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type ProgressSubscription = { backupProgress:
    | { __typename: 'BackupFinished', backup:
        | { status: BackupStatus, size: { originalBytes: number | null } }
        | { status: BackupStatus, size: { originalBytes: number | null } }
        | { status: BackupStatus, size: { originalBytes: number | null } }
        | { status: BackupStatus, size: { originalBytes: number | null } }
       }
    | { __typename: 'BackupUpdated', backup:
        | { status: BackupStatus, progress: { percent: number | null, currentItem: string | null } | null }
        | { status: BackupStatus, progress: { percent: number | null, currentItem: string | null } | null }
        | { status: BackupStatus, progress: { percent: number | null, currentItem: string | null } | null }
        | { status: BackupStatus, progress: { percent: number | null, currentItem: string | null } | null }
       }
    | { __typename: 'StreamStalled', problem: { code: ErrorCode, provider: { name: string } } }
   };

export type AcknowledgeManyMutationVariables = Exact<{
  ids: Array<string> | string;
  acknowledged: boolean;
}>;


export type AcknowledgeManyMutation = { acknowledgeBackupWarnings: { backups: Array<
      | { id: string, warnings: Array<{ acknowledged: boolean }> }
      | { id: string, warnings: Array<{ acknowledged: boolean }> }
      | { id: string, warnings: Array<{ acknowledged: boolean }> }
      | { id: string, warnings: Array<{ acknowledged: boolean }> }
    > | null, userErrors: Array<{ code: ErrorCode, field: Array<string> | null }> } };

export type BackupPageQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: BackupFilter | null | undefined;
  orderBy?: BackupOrder | null | undefined;
}>;


export type BackupPageQuery = { backups: { edges: Array<{ cursor: string, node:
        | { id: string, externalId: string, status: BackupStatus, sortedAt: string | null }
        | { id: string, externalId: string, status: BackupStatus, sortedAt: string | null }
        | { id: string, externalId: string, status: BackupStatus, sortedAt: string | null }
        | { id: string, externalId: string, status: BackupStatus, sortedAt: string | null }
       }>, nodes: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    >, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, problems: Array<{ code: ErrorCode }> } | null };

export type BackupDetailsQueryVariables = Exact<{
  id: string;
}>;


export type BackupDetailsQuery = { backup:
    | { __typename: 'BorgBackup', jobId: string, repository: string, id: string, externalId: string, name: string | null, type: BackupType, status: BackupStatus, upstreamStatus: string, trigger: BackupTrigger, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, isRemoved: boolean, errorMessage: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, compressedBytes: number | null, deduplicatedBytes: number | null, storedBytes: number | null } }
    | { __typename: 'FlosumBackup', id: string, externalId: string, name: string | null, type: BackupType, status: BackupStatus, upstreamStatus: string, trigger: BackupTrigger, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, isRemoved: boolean, errorMessage: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, compressedBytes: number | null, deduplicatedBytes: number | null, storedBytes: number | null } }
    | { __typename: 'LabiiBackup', id: string, externalId: string, name: string | null, type: BackupType, status: BackupStatus, upstreamStatus: string, trigger: BackupTrigger, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, isRemoved: boolean, errorMessage: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, compressedBytes: number | null, deduplicatedBytes: number | null, storedBytes: number | null } }
    | { __typename: 'VProtectBackup', id: string, externalId: string, name: string | null, type: BackupType, status: BackupStatus, upstreamStatus: string, trigger: BackupTrigger, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, isRemoved: boolean, errorMessage: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, compressedBytes: number | null, deduplicatedBytes: number | null, storedBytes: number | null } }
   | null };

export type OperationOutcomeQueryVariables = Exact<{
  id: string;
}>;


export type OperationOutcomeQuery = { operation: { __typename: 'Operation', id: string, status: OperationStatus, requestedAt: string, resolvedAt: string | null, provider: { name: string }, entity:
      | { externalId: string }
      | { externalId: string }
      | { externalId: string }
      | { externalId: string }
     | null, backup:
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
     | null, candidates: Array<
      | { externalId: string }
      | { externalId: string }
      | { externalId: string }
      | { externalId: string }
    >, error: { code: ErrorCode } | null } | null, node:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type ProtectionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ProtectedEntityFilter | null | undefined;
}>;


export type ProtectionsQuery = { protectedEntities: { totalCount: number | null, nodes: Array<
      | { externalId: string, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null } }
      | { externalId: string, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null } }
      | { externalId: string, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null } }
      | { externalId: string, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null } }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, problems: Array<{ code: ErrorCode, provider: { name: string }, entity:
        | { externalId: string }
        | { externalId: string }
        | { externalId: string }
        | { externalId: string }
       | null }> } | null };

export type OverdueQueryVariables = Exact<{
  filter?: BackupFilter | null | undefined;
}>;


export type OverdueQuery = { backupStatistics: { overdueEntities: number | null } | null };


export const AllEntitiesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AllEntities"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderKind"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kinds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<AllEntitiesQuery, AllEntitiesQueryVariables>;
export const ReportedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Reported"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"guid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"provider"},"value":{"kind":"StringValue","value":"machines","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"externalId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"guid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VProtectEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reportedStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upstreamStatus"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sizes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timelineSizes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReportedQuery, ReportedQueryVariables>;
export const EverythingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Everything"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<EverythingQuery, EverythingQueryVariables>;
export const FourByIdsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FourByIds"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}}]}}]}}]}}]} as unknown as DocumentNode<FourByIdsQuery, FourByIdsQueryVariables>;
export const SomeNodesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SomeNodes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<SomeNodesQuery, SomeNodesQueryVariables>;
export const BackupsWithRelationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BackupsWithRelations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BackupsWithRelationsQuery, BackupsWithRelationsQueryVariables>;
export const CountedBackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CountedBackups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<CountedBackupsQuery, CountedBackupsQueryVariables>;
export const WatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Watch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<WatchSubscription, WatchSubscriptionVariables>;
export const WatchLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"WatchLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LogLinesAppended"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raw"}}]}}]}}]}}]}}]} as unknown as DocumentNode<WatchLogSubscription, WatchLogSubscriptionVariables>;
export const CancelItDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelIt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<CancelItMutation, CancelItMutationVariables>;
export const LogOfDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LogOf"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"log"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raw"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}}]}}]}}]} as unknown as DocumentNode<LogOfQuery, LogOfQueryVariables>;
export const ChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Changes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupStarted"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ChangesSubscription, ChangesSubscriptionVariables>;
export const StartItDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartIt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<StartItMutation, StartItMutationVariables>;
export const DescribeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Describe"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"description"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateBackupDescription"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"description"},"value":{"kind":"Variable","name":{"kind":"Name","value":"description"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<DescribeMutation, DescribeMutationVariables>;
export const StartManyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartMany"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<StartManyMutation, StartManyMutationVariables>;
export const RetryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Retry"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"startedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<RetryMutation, RetryMutationVariables>;
export const StartDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Start"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}}]} as unknown as DocumentNode<StartMutation, StartMutationVariables>;
export const CreateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Create"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<CreateMutation, CreateMutationVariables>;
export const CancelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Cancel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processTerminated"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<CancelMutation, CancelMutationVariables>;
export const StatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Status"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}}]}}]}}]}}]} as unknown as DocumentNode<StatusQuery, StatusQueryVariables>;
export const FilteredByStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FilteredByStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupStatus"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"statuses"},"value":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<FilteredByStatusQuery, FilteredByStatusQueryVariables>;
export const CreateLinkDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateLink"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"log"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createDownloadLink"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"log"},"value":{"kind":"Variable","name":{"kind":"Name","value":"log"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<CreateLinkMutation, CreateLinkMutationVariables>;
export const RunLabiiDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RunLabii"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<RunLabiiMutation, RunLabiiMutationVariables>;
export const ListedLabiiDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListedLabii"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}}]}}]}}]}}]} as unknown as DocumentNode<ListedLabiiQuery, ListedLabiiQueryVariables>;
export const CancelMachineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelMachine"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<CancelMachineMutation, CancelMachineMutationVariables>;
export const CancelledMachinesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CancelledMachines"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"cancelled"},"name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"statuses"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"CANCELLED"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"failed"},"name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"statuses"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"FAILED"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<CancelledMachinesQuery, CancelledMachinesQueryVariables>;
export const StartOnceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartOnce"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<StartOnceMutation, StartOnceMutationVariables>;
export const UnsuccessfulBackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UnsuccessfulBackups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderKind"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"statuses"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"FAILED"},{"kind":"EnumValue","value":"SUCCEEDED_WITH_WARNINGS"}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"kinds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UnsuccessfulBackupsQuery, UnsuccessfulBackupsQueryVariables>;
export const ReadLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"minLevel"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"LogLevel"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"log"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"minLevel"},"value":{"kind":"Variable","name":{"kind":"Name","value":"minLevel"}}},{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadLogQuery, ReadLogQueryVariables>;
export const LatestOfManyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LatestOfMany"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntityFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"latestBackup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestSuccessfulBackup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LatestOfManyQuery, LatestOfManyQueryVariables>;
export const RecordedLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"RecordedLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LogLinesAppended"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"raw"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fromLine"}},{"kind":"Field","name":{"kind":"Name","value":"toLine"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<RecordedLogSubscription, RecordedLogSubscriptionVariables>;
export const StatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Statistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"byStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byProvider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalSize"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"averageDurationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"averageBytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<StatisticsQuery, StatisticsQueryVariables>;
export const TimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Timeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"bucket"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineBucket"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupTimeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"bucket"},"value":{"kind":"Variable","name":{"kind":"Name","value":"bucket"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"points"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"other"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}}]}}]}}]} as unknown as DocumentNode<TimelineQuery, TimelineQueryVariables>;
export const LatestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Latest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"provider"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"externalId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"provider"},"value":{"kind":"Variable","name":{"kind":"Name","value":"provider"}}},{"kind":"Argument","name":{"kind":"Name","value":"externalId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"externalId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latestBackup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestSuccessfulBackup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<LatestQuery, LatestQueryVariables>;
export const LogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Log"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LogLinesAppended"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"raw"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fromLine"}},{"kind":"Field","name":{"kind":"Name","value":"toLine"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LogSubscription, LogSubscriptionVariables>;
export const LogPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LogPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"log"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"raw"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"gaps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"afterCursor"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LogPageQuery, LogPageQueryVariables>;
export const ProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Progress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"currentItem"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProgressSubscription, ProgressSubscriptionVariables>;
export const AcknowledgeManyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcknowledgeMany"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"acknowledged"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acknowledgeBackupWarnings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"acknowledged"},"value":{"kind":"Variable","name":{"kind":"Name","value":"acknowledged"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acknowledged"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<AcknowledgeManyMutation, AcknowledgeManyMutationVariables>;
export const BackupPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BackupPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<BackupPageQuery, BackupPageQueryVariables>;
export const BackupDetailsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BackupDetails"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamStatus"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"itemCount"}},{"kind":"Field","name":{"kind":"Name","value":"isRemoved"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"compressedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"deduplicatedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BorgBackup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobId"}},{"kind":"Field","name":{"kind":"Name","value":"repository"}}]}}]}}]}}]} as unknown as DocumentNode<BackupDetailsQuery, BackupDetailsQueryVariables>;
export const OperationOutcomeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OperationOutcome"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"candidates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<OperationOutcomeQuery, OperationOutcomeQueryVariables>;
export const ProtectionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Protections"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntityFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedEverySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expectedSchedule"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"failuresSinceLastSuccess"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<ProtectionsQuery, ProtectionsQueryVariables>;
export const OverdueDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Overdue"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"overdueEntities"}}]}}]}}]} as unknown as DocumentNode<OverdueQuery, OverdueQueryVariables>;