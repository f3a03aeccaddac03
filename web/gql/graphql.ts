/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Selects audit entries, by what the viewer may see of them. A list matches any of its values; several fields must all match. One page looks through at most 20,000 entries: it may have fewer than asked while `hasNextPage` is true. */
export type AuditFilter = {
  /** Only these mutations, such as `startBackup`. An unknown name is BAD_USER_INPUT. */
  commands?: Array<string> | null | undefined;
  /** Only entries with one of these outcomes. */
  outcomes?: Array<AuditOutcome> | null | undefined;
  /** Only commands for these providers, by name. An unknown name is BAD_USER_INPUT. */
  providers?: Array<string> | null | undefined;
  /** Only commands that were received at or after this time. */
  since?: string | null | undefined;
  /** Only commands that were received before this time. */
  until?: string | null | undefined;
  /** Only commands of these viewers, by `viewerId`. */
  viewers?: Array<string> | null | undefined;
};

/** Outcome of a command, as the client was told. */
export type AuditOutcome =
  /** The command was sent, and the product has not reported the result yet; `operation` will tell it. */
  | 'ACCEPTED'
  /** The command was carried out. */
  | 'DONE'
  /** The command was not carried out, because the product or this gateway failed; `code` tells why. */
  | 'FAILED'
  /** The command was carried out for some of its targets; `code` of the other targets tells why not. */
  | 'PARTLY_DONE'
  /** The command was not carried out, because of the viewer’s rights or its input; `code` tells why. */
  | 'REFUSED'
  /** The command has not been answered yet. */
  | 'UNDER_WAY'
  /** The answer of the product was lost, or this gateway stopped before it arrived. If there is an `operation`, it tells what was found out later. */
  | 'UNKNOWN';

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

/** What is unusual of a backup. */
export type BackupAnomalyKind =
  /** It took much longer. In seconds. */
  | 'DURATION_LONG'
  /** It has far fewer records or files. */
  | 'ITEM_DROP'
  /** It is much smaller: at the source if that is known, otherwise as stored. In bytes. */
  | 'SIZE_DROP'
  /** It is much larger, likewise. In bytes. */
  | 'SIZE_JUMP';

/** State of one copy of the data of a backup. */
export type BackupCopyStatus =
  /** The data could not be written there. */
  | 'FAILED'
  /** The data is being written or removed. */
  | 'IN_PROGRESS'
  /** The product lists the data there. */
  | 'PRESENT'
  /** The data was there, and was removed. */
  | 'REMOVED'
  /** The product does not tell, or uses a word that this gateway does not know. */
  | 'UNKNOWN';

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

/** What totals are grouped by. */
export type BackupGroupBy =
  /** Days of `timeZone`, from midnight: 23 or 25 hours if clocks change. */
  | 'DAY'
  /** Each entity; backups that do not tell theirs are a group of their provider. */
  | 'ENTITY'
  /** Each product. */
  | 'KIND'
  /** Months of `timeZone`, from the first day 00:00. */
  | 'MONTH'
  /** Each provider. */
  | 'PROVIDER'
  /** Each status. */
  | 'STATUS'
  /** Each trigger. */
  | 'TRIGGER'
  /** Each type. */
  | 'TYPE'
  /** Weeks of `timeZone`, from Monday 00:00. */
  | 'WEEK';

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

/** A command for an entity. */
export type EntityAction =
  /** Start a backup with the product’s own settings: `createBackup`. */
  | 'CREATE_BACKUP'
  /** Start a backup with default settings: `startBackup`. */
  | 'START_BACKUP';

/** What ran of an entity on one day: the best that happened. */
export type EntityDayStatus =
  /** Backups were cancelled or skipped, and nothing else ran. */
  | 'CANCELLED'
  /** At least one failed, and none succeeded or is running. */
  | 'FAILED'
  /** Nothing started, and a success was due: with an interval, the last one was too long ago; with a schedule, it had a slot on this day. Never before the first stored backup of the entity. */
  | 'MISSED'
  /** Nothing started, and none was due. */
  | 'NONE'
  /** At least one is queued or running, and none succeeded. */
  | 'RUNNING'
  /** At least one backup succeeded. */
  | 'SUCCEEDED'
  /** At least one succeeded, and each of those with warnings. */
  | 'SUCCEEDED_WITH_WARNINGS'
  /** Not known: the history does not reach back to this day, has gaps, or the provider has not answered since, and no success is stored. Also if all its backups have the status UNKNOWN. */
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

/** Order of entities. */
export type ProtectedEntityOrder = {
  /** Ascending or descending. */
  direction: OrderDirection;
  /** The field to order by. */
  field: ProtectedEntityOrderField;
};

/** Field that a list of entities is ordered by. */
export type ProtectedEntityOrderField =
  /** End of the newest success, as `Protection.lastSuccessAt` tells it; an entity without any counts as the oldest. Those for which it cannot be determined are last in both directions; one that may have a newer success is placed by the known one. `problems` tells why. It reads and costs what the filter `lastSuccessBefore` does. */
  | 'LAST_SUCCESS'
  /** Name, ignoring case; equal names by provider name, then by external id. */
  | 'NAME'
  /** Name of the provider, then external id. */
  | 'PROVIDER';

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

/** Rights of a viewer. */
export type ViewerRole =
  /** May read, watch, start, cancel and edit backups. */
  | 'OPERATOR'
  /** May read and watch. */
  | 'READER';

export type ChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ChangesSubscription = { backupChanges:
    | { __typename: 'BackupFinished', cursor: string, backup:
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
       }
    | { __typename: 'BackupStarted', cursor: string, backup:
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
       }
    | { __typename: 'BackupUpdated', cursor: string, backup:
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
       }
    | { __typename: 'StreamGap', cursor: string }
    | { __typename: 'StreamStalled', cursor: string, since: string, problem: { code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null } }
   };

type RunningRow_BorgBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null };

type RunningRow_FlosumBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null };

type RunningRow_LabiiBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null };

type RunningRow_VProtectBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null };

export type RunningRowFragment =
  | RunningRow_BorgBackup_Fragment
  | RunningRow_FlosumBackup_Fragment
  | RunningRow_LabiiBackup_Fragment
  | RunningRow_VProtectBackup_Fragment
;

export type ProblemRowFragment = { code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null };

export type SystemsQueryVariables = Exact<{ [key: string]: never; }>;


export type SystemsQuery = { providers: Array<{ id: string, name: string, kind: ProviderKind, capabilities: Array<Capability>, limits: { requests: number, downloads: number, commands: number, queue: number, timeoutSeconds: number, cacheSeconds: number } | null, history: { from: string | null, asOf: string | null, rows: number, progress: number | null, isComplete: boolean, problem: string | null } | null, health: { status: ProviderStatus, checkedAt: string | null, latencyMs: number | null, problem: { code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null } | null } }> };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { name: string, role: ViewerRole, providers: Array<{ name: string, kind: ProviderKind, capabilities: Array<Capability> }> } };

export type DayCellFragment = { date: string, status: EntityDayStatus, succeeded: number, failed: number };

export type OperationEventsSubscriptionVariables = Exact<{
  id: string;
}>;


export type OperationEventsSubscription = { operationChanges: { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
     | null } };

export type OperationRowFragment = { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type AuditLogQueryVariables = Exact<{
  after?: string | null | undefined;
  filter: AuditFilter;
}>;


export type AuditLogQuery = { auditLog: { nodes: Array<{ id: string, at: string, command: string | null, count: number, outcome: AuditOutcome, code: ErrorCode | null, viewerName: string, targets: Array<{ id: string, provider: { name: string } | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, backup:
          | { id: string, entity:
              | { name: string }
              | { name: string }
              | { name: string }
              | { name: string }
             | null }
          | { id: string, entity:
              | { name: string }
              | { name: string }
              | { name: string }
              | { name: string }
             | null }
          | { id: string, entity:
              | { name: string }
              | { name: string }
              | { name: string }
              | { name: string }
             | null }
          | { id: string, entity:
              | { name: string }
              | { name: string }
              | { name: string }
              | { name: string }
             | null }
         | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AuditRowFragment = { id: string, at: string, command: string | null, count: number, outcome: AuditOutcome, code: ErrorCode | null, viewerName: string, targets: Array<{ id: string, provider: { name: string } | null, entity:
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
     | null, backup:
      | { id: string, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null }
      | { id: string, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null }
      | { id: string, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null }
      | { id: string, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null }
     | null }> };

export type UnusualFragment = { kind: BackupAnomalyKind, expected: number, actual: number, basedOn: number };

export type BackupQueryVariables = Exact<{
  id: string;
}>;


export type BackupQuery = { backup:
    | { allowedActions: Array<BackupAction>, logUrl: string | null, errorMessage: string | null, id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, type: BackupType, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, anomalies: Array<{ kind: BackupAnomalyKind, expected: number, actual: number, basedOn: number }> | null, entity:
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
       | null, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }>, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> }
    | { allowedActions: Array<BackupAction>, logUrl: string | null, errorMessage: string | null, id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, type: BackupType, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, anomalies: Array<{ kind: BackupAnomalyKind, expected: number, actual: number, basedOn: number }> | null, entity:
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
       | null, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }>, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> }
    | { allowedActions: Array<BackupAction>, logUrl: string | null, errorMessage: string | null, id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, type: BackupType, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, anomalies: Array<{ kind: BackupAnomalyKind, expected: number, actual: number, basedOn: number }> | null, entity:
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
       | null, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }>, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> }
    | { allowedActions: Array<BackupAction>, logUrl: string | null, errorMessage: string | null, id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, type: BackupType, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, anomalies: Array<{ kind: BackupAnomalyKind, expected: number, actual: number, basedOn: number }> | null, entity:
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
        | { allowedActions: Array<EntityAction>, id: string, name: string }
       | null, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null }>, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> }
   | null };

export type ProgressEventsSubscriptionVariables = Exact<{
  id: string;
}>;


export type ProgressEventsSubscription = { backupProgress:
    | { __typename: 'BackupFinished', backup:
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
       }
    | { __typename: 'BackupUpdated', backup:
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
        | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
            | { id: string, name: string }
           | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
       }
    | { __typename: 'StreamStalled', problem: { code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null } }
   };

export type CancelBackupMutationVariables = Exact<{
  id: string;
}>;


export type CancelBackupMutation = { cancelBackup: { operation: { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
        | { id: string }
        | { id: string }
        | { id: string }
        | { id: string }
       | null } | null, userErrors: Array<{ code: ErrorCode, message: string }> } };

export type RetryBackupMutationVariables = Exact<{
  id: string;
  key: string;
}>;


export type RetryBackupMutation = { retryBackup: { operation: { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
        | { id: string }
        | { id: string }
        | { id: string }
        | { id: string }
       | null } | null, userErrors: Array<{ code: ErrorCode, message: string }> } };

type BackupFacts_BorgBackup_Fragment = { type: BackupType, externalId: string, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> };

type BackupFacts_FlosumBackup_Fragment = { type: BackupType, externalId: string, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> };

type BackupFacts_LabiiBackup_Fragment = { type: BackupType, externalId: string, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> };

type BackupFacts_VProtectBackup_Fragment = { type: BackupType, externalId: string, upstreamStatus: string, endedAt: string | null, durationSeconds: number | null, itemCount: number | null, description: string | null, dataPresence: DataPresence, startedBy: { kind: BackupOriginKind, name: string | null } | null, size: { originalBytes: number | null, storedBytes: number | null }, copies: Array<{ destination: string | null, status: BackupCopyStatus, expiresAt: string | null }> | null, warnings: Array<{ message: string, acknowledged: boolean }> };

export type BackupFactsFragment =
  | BackupFacts_BorgBackup_Fragment
  | BackupFacts_FlosumBackup_Fragment
  | BackupFacts_LabiiBackup_Fragment
  | BackupFacts_VProtectBackup_Fragment
;

export type LogEventsSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type LogEventsSubscription = { backupLog:
    | { __typename: 'BackupFinished', cursor: string }
    | { __typename: 'LogLinesAppended', cursor: string, lines: Array<{ number: number | null, at: string | null, level: LogLevel, text: string }> }
    | { __typename: 'StreamGap', cursor: string, fromLine: number | null, toLine: number | null, reason: StreamGapReason }
    | { __typename: 'StreamStalled', cursor: string, problem: { message: string } }
   };

type BackupRow_BorgBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type BackupRow_FlosumBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type BackupRow_LabiiBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type BackupRow_VProtectBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
    | { id: string, name: string, allowedActions: Array<EntityAction> }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

export type BackupRowFragment =
  | BackupRow_BorgBackup_Fragment
  | BackupRow_FlosumBackup_Fragment
  | BackupRow_LabiiBackup_Fragment
  | BackupRow_VProtectBackup_Fragment
;

export type BackupsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter: BackupFilter;
  lastKnown: boolean;
  orderBy: BackupOrder;
}>;


export type BackupsQuery = { backups: { asOf: string | null, nodes: Array<
      | { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, observedAt: string | null, allowedActions: Array<BackupAction>, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
          | { id: string, name: string, allowedActions: Array<EntityAction> }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type BackupsForCsvQueryVariables = Exact<{
  after?: string | null | undefined;
  filter: BackupFilter;
}>;


export type BackupsForCsvQuery = { backups: { nodes: Array<
      | { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
      | { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
         | null, provider: { name: string }, failureReason: { category: FailureCategory } | null }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

type CsvRow_BorgBackup_Fragment = { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { name: string }
    | { name: string }
    | { name: string }
    | { name: string }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type CsvRow_FlosumBackup_Fragment = { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { name: string }
    | { name: string }
    | { name: string }
    | { name: string }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type CsvRow_LabiiBackup_Fragment = { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { name: string }
    | { name: string }
    | { name: string }
    | { name: string }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

type CsvRow_VProtectBackup_Fragment = { id: string, status: BackupStatus, type: BackupType, sortedAt: string | null, endedAt: string | null, durationSeconds: number | null, size: { originalBytes: number | null, storedBytes: number | null }, entity:
    | { name: string }
    | { name: string }
    | { name: string }
    | { name: string }
   | null, provider: { name: string }, failureReason: { category: FailureCategory } | null };

export type CsvRowFragment =
  | CsvRow_BorgBackup_Fragment
  | CsvRow_FlosumBackup_Fragment
  | CsvRow_LabiiBackup_Fragment
  | CsvRow_VProtectBackup_Fragment
;

export type AcknowledgeWarningsMutationVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AcknowledgeWarningsMutation = { acknowledgeBackupWarnings: { backups: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    > | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type EntitiesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter: ProtectedEntityFilter;
  orderBy: ProtectedEntityOrder;
  timeZone: string;
}>;


export type EntitiesQuery = { protectedEntities: { nodes: Array<
      | { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
      | { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
      | { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
      | { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

type EntityRow_BorgRepository_Fragment = { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null };

type EntityRow_LabiiOrganization_Fragment = { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null };

type EntityRow_SalesforceOrg_Fragment = { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null };

type EntityRow_VProtectEntity_Fragment = { id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null };

export type EntityRowFragment =
  | EntityRow_BorgRepository_Fragment
  | EntityRow_LabiiOrganization_Fragment
  | EntityRow_SalesforceOrg_Fragment
  | EntityRow_VProtectEntity_Fragment
;

export type StartBackupsMutationVariables = Exact<{
  entityIds: Array<string> | string;
  key: string;
}>;


export type StartBackupsMutation = { startBackups: { results: Array<{ entityId: string, operation: { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null } | null, userErrors: Array<{ message: string }> }>, userErrors: Array<{ message: string }> } };

export type EntityQueryVariables = Exact<{
  id: string;
  timeZone: string;
}>;


export type EntityQuery = { node:
    | { __typename: 'AuditEntry' }
    | { __typename: 'BorgBackup' }
    | { __typename: 'BorgRepository', id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, trend: Array<{ externalId: string, startedAt: string, type: BackupType, durationSeconds: number | null, originalBytes: number | null, storedBytes: number | null, itemCount: number | null }> | null, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
    | { __typename: 'FlosumBackup' }
    | { __typename: 'LabiiBackup' }
    | { __typename: 'LabiiOrganization', id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, trend: Array<{ externalId: string, startedAt: string, type: BackupType, durationSeconds: number | null, originalBytes: number | null, storedBytes: number | null, itemCount: number | null }> | null, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
    | { __typename: 'Operation' }
    | { __typename: 'Provider' }
    | { __typename: 'SalesforceOrg', id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, trend: Array<{ externalId: string, startedAt: string, type: BackupType, durationSeconds: number | null, originalBytes: number | null, storedBytes: number | null, itemCount: number | null }> | null, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
    | { __typename: 'VProtectBackup' }
    | { __typename: 'VProtectEntity', id: string, name: string, isPresent: boolean | null, allowedActions: Array<EntityAction>, trend: Array<{ externalId: string, startedAt: string, type: BackupType, durationSeconds: number | null, originalBytes: number | null, storedBytes: number | null, itemCount: number | null }> | null, provider: { name: string }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, expectedEverySeconds: number | null, expectedSchedule: string | null, lastKnown: { status: ProtectionStatus, asOf: string } | null }, days: Array<{ date: string, status: EntityDayStatus, succeeded: number, failed: number }> | null }
   | null };

export type TrendRowFragment = { externalId: string, startedAt: string, type: BackupType, durationSeconds: number | null, originalBytes: number | null, storedBytes: number | null, itemCount: number | null };

export type FailedQueryVariables = Exact<{
  filter: BackupFilter;
}>;


export type FailedQuery = { backups: { nodes: Array<
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean } } | null };

type FailedRow_BorgBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null };

type FailedRow_FlosumBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null };

type FailedRow_LabiiBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null };

type FailedRow_VProtectBackup_Fragment = { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, endedAt: string | null, entity:
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
    | { id: string, name: string }
   | null, provider: { name: string, kind: ProviderKind }, failureReason: { category: FailureCategory, message: string | null, remedy: string | null } | null };

export type FailedRowFragment =
  | FailedRow_BorgBackup_Fragment
  | FailedRow_FlosumBackup_Fragment
  | FailedRow_LabiiBackup_Fragment
  | FailedRow_VProtectBackup_Fragment
;

export type UnprotectedQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type UnprotectedQuery = { protectedEntities: { nodes: Array<
      | { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } }
      | { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } }
      | { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } }
      | { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

type UnprotectedRow_BorgRepository_Fragment = { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } };

type UnprotectedRow_LabiiOrganization_Fragment = { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } };

type UnprotectedRow_SalesforceOrg_Fragment = { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } };

type UnprotectedRow_VProtectEntity_Fragment = { id: string, name: string, externalId: string, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus, lastSuccessAt: string | null, dueAt: string | null, failuresSinceLastSuccess: number | null, lastKnown: { status: ProtectionStatus, asOf: string } | null } };

export type UnprotectedRowFragment =
  | UnprotectedRow_BorgRepository_Fragment
  | UnprotectedRow_LabiiOrganization_Fragment
  | UnprotectedRow_SalesforceOrg_Fragment
  | UnprotectedRow_VProtectEntity_Fragment
;

export type EntityIdsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type EntityIdsQuery = { protectedEntities: { totalCount: number | null, nodes: Array<
      | { id: string }
      | { id: string }
      | { id: string }
      | { id: string }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RunningQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RunningQuery = { backups: { nodes: Array<
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
      | { id: string, name: string | null, externalId: string, status: BackupStatus, startedAt: string | null, sortedAt: string | null, entity:
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
          | { id: string, name: string }
         | null, provider: { name: string, kind: ProviderKind }, progress: { percent: number | null, processedBytes: number | null, totalBytes: number | null, processedItems: number | null, bytesPerSecond: number | null, secondsRemaining: number | null, updatedAt: string } | null }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CreateBackupMutationVariables = Exact<{
  input: CreateBackupInput;
}>;


export type CreateBackupMutation = { createBackup: { operation: { id: string, kind: OperationKind, status: OperationStatus, error: { code: ErrorCode, message: string } | null, backup:
        | { id: string }
        | { id: string }
        | { id: string }
        | { id: string }
       | null } | null, userErrors: Array<{ code: ErrorCode, message: string }> } };

export type StartableQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type StartableQuery = { protectedEntities: { nodes: Array<
      | { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
      | { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
      | { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
      | { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
    >, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, pageInfo: { hasNextPage: boolean } } | null };

type StartRow_BorgRepository_Fragment = { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } };

type StartRow_LabiiOrganization_Fragment = { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } };

type StartRow_SalesforceOrg_Fragment = { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } };

type StartRow_VProtectEntity_Fragment = { id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } };

export type StartRowFragment =
  | StartRow_BorgRepository_Fragment
  | StartRow_LabiiOrganization_Fragment
  | StartRow_SalesforceOrg_Fragment
  | StartRow_VProtectEntity_Fragment
;

export type StartEntityQueryVariables = Exact<{
  id: string;
}>;


export type StartEntityQuery = { node:
    | { __typename: 'AuditEntry' }
    | { __typename: 'BorgBackup' }
    | { __typename: 'BorgRepository', id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
    | { __typename: 'FlosumBackup' }
    | { __typename: 'LabiiBackup' }
    | { __typename: 'LabiiOrganization', id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
    | { __typename: 'Operation' }
    | { __typename: 'Provider' }
    | { __typename: 'SalesforceOrg', id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
    | { __typename: 'VProtectBackup' }
    | { __typename: 'VProtectEntity', id: string, name: string, allowedActions: Array<EntityAction>, provider: { name: string, kind: ProviderKind }, protection: { status: ProtectionStatus } }
   | null };

export type StatisticsFiguresFragment = { count: number, successRate: number | null, averageDurationSeconds: number | null, timedCount: number, totalSize: { storedBytes: number | null, originalBytes: number | null }, sizedCount: { storedBytes: number, originalBytes: number }, byStatus: Array<{ status: BackupStatus, count: number }> };

export type StatisticsQueryVariables = Exact<{
  filter: BackupFilter;
  from: string;
  to: string;
  timeZone: string;
}>;


export type StatisticsQuery = { backupStatistics: { count: number, successRate: number | null, averageDurationSeconds: number | null, timedCount: number, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }>, totalSize: { storedBytes: number | null, originalBytes: number | null }, sizedCount: { storedBytes: number, originalBytes: number }, byStatus: Array<{ status: BackupStatus, count: number }> } | null, backupTimeline: { isComplete: boolean, points: Array<{ start: string, succeeded: number, failed: number, other: number, storedBytes: number | null, durationSeconds: number | null, timedCount: number }>, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }> } | null };

export type TotalsQueryVariables = Exact<{
  filter: BackupFilter;
  steps: Array<BackupGroupBy> | BackupGroupBy;
  timeZone: string;
}>;


export type TotalsQuery = { systems: { asOf: string | null, groups: Array<{ count: number, successRate: number | null, medianDurationSeconds: number | null, p95DurationSeconds: number | null, storedBytes: number | null, originalBytes: number | null, provider: { name: string } | null }>, problems: Array<{ code: ErrorCode, message: string, retryAfterSeconds: number | null, servedAsOf: string | null, provider: { name: string }, entity:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null }> } | null, growth: { groups: Array<{ start: string | null, storedBytes: number | null, provider: { name: string } | null }> } | null };

export const RunningRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunningRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"processedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"processedItems"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"secondsRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]} as unknown as DocumentNode<RunningRowFragment, unknown>;
export const ProblemRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ProblemRowFragment, unknown>;
export const OperationRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<OperationRowFragment, unknown>;
export const AuditRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AuditRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AuditEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"viewerName"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AuditRowFragment, unknown>;
export const UnusualFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Unusual"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupAnomaly"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}},{"kind":"Field","name":{"kind":"Name","value":"basedOn"}}]}}]} as unknown as DocumentNode<UnusualFragment, unknown>;
export const BackupFactsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BackupFacts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamStatus"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"itemCount"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"dataPresence"}},{"kind":"Field","name":{"kind":"Name","value":"startedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"copies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"}}]}}]}}]} as unknown as DocumentNode<BackupFactsFragment, unknown>;
export const BackupRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BackupRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}}]}}]}}]} as unknown as DocumentNode<BackupRowFragment, unknown>;
export const CsvRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CsvRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}}]}}]}}]} as unknown as DocumentNode<CsvRowFragment, unknown>;
export const DayCellFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DayCell"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityDay"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]} as unknown as DocumentNode<DayCellFragment, unknown>;
export const EntityRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isPresent"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastKnown"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expectedEverySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expectedSchedule"}}]}},{"kind":"Field","name":{"kind":"Name","value":"days"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"30"}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DayCell"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DayCell"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityDay"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]} as unknown as DocumentNode<EntityRowFragment, unknown>;
export const TrendRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrendRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrendPoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"itemCount"}}]}}]} as unknown as DocumentNode<TrendRowFragment, unknown>;
export const FailedRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FailedRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]} as unknown as DocumentNode<FailedRowFragment, unknown>;
export const UnprotectedRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UnprotectedRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastKnown"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"failuresSinceLastSuccess"}}]}}]}}]} as unknown as DocumentNode<UnprotectedRowFragment, unknown>;
export const StartRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StartRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<StartRowFragment, unknown>;
export const StatisticsFiguresFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StatisticsFigures"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"successRate"}},{"kind":"Field","name":{"kind":"Name","value":"averageDurationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"timedCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalSize"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sizedCount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]} as unknown as DocumentNode<StatisticsFiguresFragment, unknown>;
export const ChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Changes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupStarted"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunningRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"processedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"processedItems"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"secondsRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ChangesSubscription, ChangesSubscriptionVariables>;
export const SystemsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Systems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"capabilities"}},{"kind":"Field","name":{"kind":"Name","value":"limits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requests"}},{"kind":"Field","name":{"kind":"Name","value":"downloads"}},{"kind":"Field","name":{"kind":"Name","value":"commands"}},{"kind":"Field","name":{"kind":"Name","value":"queue"}},{"kind":"Field","name":{"kind":"Name","value":"timeoutSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cacheSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"history"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"rows"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"problem"}}]}},{"kind":"Field","name":{"kind":"Name","value":"health"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<SystemsQuery, SystemsQueryVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"capabilities"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const OperationEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OperationEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operationChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<OperationEventsSubscription, OperationEventsSubscriptionVariables>;
export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AuditRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AuditRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AuditEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"command"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"viewerName"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const BackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Backup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"BackupFacts"}},{"kind":"Field","name":{"kind":"Name","value":"anomalies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Unusual"}}]}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"logUrl"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunningRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"processedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"processedItems"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"secondsRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BackupFacts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamStatus"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"itemCount"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"dataPresence"}},{"kind":"Field","name":{"kind":"Name","value":"startedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"copies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"warnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Unusual"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupAnomaly"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}},{"kind":"Field","name":{"kind":"Name","value":"basedOn"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<BackupQuery, BackupQueryVariables>;
export const ProgressEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ProgressEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFinished"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunningRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"processedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"processedItems"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"secondsRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ProgressEventsSubscription, ProgressEventsSubscriptionVariables>;
export const CancelBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<CancelBackupMutation, CancelBackupMutationVariables>;
export const RetryBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<RetryBackupMutation, RetryBackupMutationVariables>;
export const LogEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LogEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LogLinesAppended"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fromLine"}},{"kind":"Field","name":{"kind":"Name","value":"toLine"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamStalled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LogEventsSubscription, LogEventsSubscriptionVariables>;
export const BackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Backups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"lastKnown"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupOrder"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"lastKnown"},"value":{"kind":"Variable","name":{"kind":"Name","value":"lastKnown"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BackupRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BackupRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<BackupsQuery, BackupsQueryVariables>;
export const BackupsForCsvDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BackupsForCsv"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CsvRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CsvRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"size"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<BackupsForCsvQuery, BackupsForCsvQueryVariables>;
export const AcknowledgeWarningsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcknowledgeWarnings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acknowledgeBackupWarnings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<AcknowledgeWarningsMutation, AcknowledgeWarningsMutationVariables>;
export const EntitiesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Entities"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntityFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntityOrder"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"lastKnown"},"value":{"kind":"BooleanValue","value":true}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EntityRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DayCell"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityDay"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isPresent"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastKnown"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expectedEverySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expectedSchedule"}}]}},{"kind":"Field","name":{"kind":"Name","value":"days"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"30"}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DayCell"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<EntitiesQuery, EntitiesQueryVariables>;
export const StartBackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBackups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"entityIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityIds"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<StartBackupsMutation, StartBackupsMutationVariables>;
export const EntityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Entity"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EntityRow"}},{"kind":"Field","name":{"kind":"Name","value":"trend"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"60"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TrendRow"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DayCell"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityDay"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isPresent"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastKnown"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expectedEverySeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expectedSchedule"}}]}},{"kind":"Field","name":{"kind":"Name","value":"days"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"30"}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DayCell"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrendRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrendPoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"itemCount"}}]}}]} as unknown as DocumentNode<EntityQuery, EntityQueryVariables>;
export const FailedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Failed"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FailedRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FailedRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"endedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FailedQuery, FailedQueryVariables>;
export const UnprotectedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Unprotected"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"protection"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"OVERDUE"},{"kind":"EnumValue","value":"NEVER_BACKED_UP"},{"kind":"EnumValue","value":"NO_EXPECTATION"},{"kind":"EnumValue","value":"UNKNOWN"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"UnprotectedRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"UnprotectedRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastKnown"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"failuresSinceLastSuccess"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<UnprotectedQuery, UnprotectedQueryVariables>;
export const EntityIdsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EntityIds"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"200"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<EntityIdsQuery, EntityIdsQueryVariables>;
export const RunningDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Running"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"statuses"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"QUEUED"},{"kind":"EnumValue","value":"RUNNING"},{"kind":"EnumValue","value":"CANCELLING"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RunningRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RunningRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Backup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sortedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"processedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"totalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"processedItems"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"secondsRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<RunningQuery, RunningQueryVariables>;
export const CreateBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"operation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OperationRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OperationRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Operation"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"backup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<CreateBackupMutation, CreateBackupMutationVariables>;
export const StartableDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Startable"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"protectedEntities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"StartRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StartRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<StartableQuery, StartableQueryVariables>;
export const StartEntityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StartEntity"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"StartRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StartRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProtectedEntity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"allowedActions"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"protection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<StartEntityQuery, StartEntityQueryVariables>;
export const StatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Statistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backupStatistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"StatisticsFigures"}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"backupTimeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"bucket"},"value":{"kind":"EnumValue","value":"DAY"}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"points"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"succeeded"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"other"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"timedCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StatisticsFigures"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"successRate"}},{"kind":"Field","name":{"kind":"Name","value":"averageDurationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"timedCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalSize"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sizedCount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<StatisticsQuery, StatisticsQueryVariables>;
export const TotalsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Totals"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"steps"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BackupGroupBy"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"systems"},"name":{"kind":"Name","value":"backupTotals"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"PROVIDER"}]}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"successRate"}},{"kind":"Field","name":{"kind":"Name","value":"medianDurationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"p95DurationSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"originalBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"problems"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProblemRow"}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"growth"},"name":{"kind":"Name","value":"backupTotals"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"steps"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProblemRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProblem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"servedAsOf"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<TotalsQuery, TotalsQueryVariables>;