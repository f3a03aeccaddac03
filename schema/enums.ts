import { type ErrorCode, errorCodes } from '../src/core/errors.ts';
import { type FailureCategory, failureCategories } from '../src/core/failure-reason.ts';
import {
  type BackupStatus,
  type BackupTrigger,
  type BackupType,
  backupStatuses,
  backupTriggers,
  backupTypes,
  type Copy,
  copyStatuses,
  type DataPresence,
  dataPresences,
  type Origin,
  originKinds,
} from '../src/core/model.ts';
import { type Capability, capabilities, type ProviderHealth } from '../src/core/provider.ts';
import { type ProtectionStatus, protectionStatuses } from '../src/lists/protection.ts';
import { type Builder, describe } from './builder.ts';
import type { ProductNames } from './product-names.ts';

const errorCodeDescriptions: Record<ErrorCode, string> = {
  BAD_USER_INPUT:
    'The request is wrong. The message tells what to change, and `field` where. The same request fails again.',
  NOT_FOUND: 'The object of a command does not exist, or this viewer may not see it.',
  CONFLICT: 'Another action is in the way, such as a backup that already runs. Retry after it has ended.',
  UNSUPPORTED: 'The product does not have this function; see `Provider.capabilities`.',
  UNAUTHENTICATED: 'The request has no valid credentials.',
  FORBIDDEN: 'The viewer is authenticated and may not do this.',
  RATE_LIMITED: 'Too many requests to this gateway; `retryAfterSeconds` tells when to retry.',
  PROVIDER_UNAVAILABLE: 'The product cannot be reached, or it failed. A later retry may succeed.',
  PROVIDER_TIMEOUT: 'The product did not answer in time. A retry may succeed.',
  PROVIDER_UNAUTHENTICATED: 'The product refused the configured credentials.',
  PROVIDER_FORBIDDEN: 'The product does not allow this to the configured account.',
  PROVIDER_RATE_LIMITED: 'The product limits our requests; `retryAfterSeconds` tells for how long.',
  PROVIDER_INVALID_RESPONSE:
    'The product answered with something that is not part of its contract, such as a login page or truncated JSON.',
  STORAGE_UNAVAILABLE:
    'The database of this gateway cannot be used, so commands are refused before anything is sent. A later retry may succeed.',
  OUTCOME_UNKNOWN:
    'A command was sent and its answer was lost: the product may have carried it out. Check before you send it again.',
  INCOMPLETE:
    'The answer is correct but not complete: a scan reached its limit, rows were skipped while a provider was down, or a filter could not be applied because the product does not tell the value.',
  INTERNAL: 'An unexpected error of this gateway. The log has the details, under the request id.',
};

const statusDescriptions: Record<BackupStatus, string> = {
  QUEUED: 'Accepted by the product, not started yet.',
  RUNNING: 'In progress.',
  CANCELLING: 'Still running; this gateway has asked the product to stop it.',
  SUCCEEDED: 'Ended successfully.',
  SUCCEEDED_WITH_WARNINGS:
    'Ended with a usable result and with something to check: see `warnings`, `errorMessage` or the log.',
  FAILED: 'Ended without a usable result.',
  CANCELLED: 'Stopped before its end.',
  SKIPPED: 'Not run, because of a rule, such as a hook that declined the run.',
  UNKNOWN: 'The product reports a status that this gateway does not know: see `upstreamStatus`.',
};

const typeDescriptions: Record<BackupType, string> = {
  FULL: 'All data.',
  INCREMENTAL: 'Changes since an earlier backup.',
  SYNTHETIC: 'A full backup that the product assembled from earlier backups.',
  SYNCHRONIZATION: 'A full backup that is kept in step with its source.',
  TEMPLATE: 'The data that a template selects.',
  ARCHIVE: 'Records that were moved out of the source.',
  IMPORT: 'Data that was imported from elsewhere.',
  UNKNOWN: 'The product does not tell, or uses a word that this gateway does not know.',
};

const triggerDescriptions: Record<BackupTrigger, string> = {
  MANUAL: 'A person or a program requested it.',
  SCHEDULED: 'A schedule or a plan of the product started it.',
  UNKNOWN: 'The product does not tell.',
};

const failureDescriptions: Record<FailureCategory, string> = {
  CREDENTIALS: 'The product could not log in to the source or the destination.',
  NETWORK: 'The source, the destination or an agent of the product could not be reached.',
  LOCKED: 'Another job or process holds a lock.',
  NO_SPACE: 'The destination is full, or a quota of it is used up.',
  PERMISSION: 'The product is logged in and lacks a permission.',
  LIMIT: 'A limit of the source, the product or its licence was reached.',
  SOURCE: 'What is to be backed up could not be read.',
  CANCELLED: 'A person, a program or the product stopped it.',
  OTHER: 'The words of the product are in none of the tables.',
};

const originDescriptions: Record<Origin['kind'], string> = {
  USER: 'A user of the product requested it.',
  SCHEDULE: 'A schedule of the product started it.',
  SYSTEM: 'The product started it by itself.',
  GATEWAY: 'A viewer of this gateway requested it, at most 30 days ago.',
  UNKNOWN: 'The product tells what started it, but not of which kind: a plan of Borg UI runs by schedule or by hand.',
};

const presenceDescriptions: Record<DataPresence, string> = {
  PRESENT: 'The product lists the data. Only a restore proves that it can be restored.',
  REMOVED: 'The product tells that the data was removed, or lists the existing data without it.',
  UNKNOWN: 'The product does not tell, could not be asked, or the backup did not succeed.',
};

const copyDescriptions: Record<Copy['status'], string> = {
  PRESENT: 'The product lists the data there.',
  REMOVED: 'The data was there, and was removed.',
  IN_PROGRESS: 'The data is being written or removed.',
  FAILED: 'The data could not be written there.',
  UNKNOWN: 'The product does not tell, or uses a word that this gateway does not know.',
};

const capabilityDescriptions: Record<Capability, string> = {
  CREATE_BACKUP: 'Starts a backup with the product’s own settings: `createBackup`.',
  START_BACKUP: 'Starts a backup with the default settings of the entity: `startBackup`.',
  CANCEL_BACKUP: 'Stops a running backup: `cancelBackup`.',
  WATCH_PROGRESS: 'Reports the progress of a running backup: `backupProgress`.',
  READ_LOG: 'Reads log lines: `Backup.log`, `Backup.logUrl` and `backupLog`.',
  UPDATE_DESCRIPTION: 'Changes the description of a backup: `updateBackupDescription`.',
  UPDATE_WARNINGS: 'Replaces the warnings of a backup: `updateBackupWarnings`.',
  ACKNOWLEDGE_WARNINGS: 'Marks the warnings of a backup as seen: `acknowledgeBackupWarnings`.',
};

const healthDescriptions: Record<ProviderHealth['status'], string> = {
  UP: 'The newest request succeeded.',
  DEGRADED: 'The newest request failed; another one succeeded within the last minute.',
  DOWN: 'Requests fail.',
  UNKNOWN: 'No request was sent since the gateway started.',
};

const protectionDescriptions: Record<ProtectionStatus, string> = {
  PROTECTED: 'The newest success is recent enough: `dueAt` is in the future. Always proven.',
  OVERDUE: 'No success ended by `dueAt`. Always proven.',
  NEVER_BACKED_UP: 'No success whose data still exists, with or without an expectation. Always proven.',
  NO_EXPECTATION:
    'A success of any age exists, and the configuration does not say how often one is expected (`expectEvery`), so its age cannot be judged.',
  UNKNOWN:
    'The state cannot be determined: the provider could not be asked, or not completely. To find everything that may be unprotected, ask for this state too.',
};

export function defineEnums(builder: Builder, products: readonly ProductNames[]) {
  const kinds = products.map(({ kind, description }) => [kind.toUpperCase(), { value: kind, description }] as const);
  return {
    ProviderKind: builder.enumType('ProviderKind', {
      description: 'The product of a provider.',
      values: Object.fromEntries(kinds) as Record<string, { value: string; description: string }>,
    }),
    ProtectionStatus: builder.enumType('ProtectionStatus', {
      description: 'Whether an entity is protected now.',
      values: describe(protectionStatuses, protectionDescriptions),
    }),
    ErrorCode: builder.enumType('ErrorCode', {
      description:
        'The kind of an error. The list is closed, and the same in `userErrors`, in `problems` and in `extensions.code` of GraphQL errors.',
      values: describe(errorCodes, errorCodeDescriptions),
    }),
    BackupStatus: builder.enumType('BackupStatus', {
      description: 'State of a backup, in the same words for every product.',
      values: describe(backupStatuses, statusDescriptions),
    }),
    BackupType: builder.enumType('BackupType', {
      description: 'What a backup contains, in the same words for every product.',
      values: describe(backupTypes, typeDescriptions),
    }),
    DataPresence: builder.enumType('DataPresence', {
      description: 'Whether the data of a backup is still there.',
      values: describe(dataPresences, presenceDescriptions),
    }),
    BackupTrigger: builder.enumType('BackupTrigger', {
      description: 'What started a backup.',
      values: describe(backupTriggers, triggerDescriptions),
    }),
    FailureCategory: builder.enumType('FailureCategory', {
      description: 'Kind of the reason why a backup failed.',
      values: describe(failureCategories, failureDescriptions),
    }),
    BackupCopyStatus: builder.enumType('BackupCopyStatus', {
      description: 'State of one copy of the data of a backup.',
      values: describe(copyStatuses, copyDescriptions),
    }),
    BackupOriginKind: builder.enumType('BackupOriginKind', {
      description: 'Kind of what started a backup.',
      values: describe(originKinds, originDescriptions),
    }),
    Capability: builder.enumType('Capability', {
      description: 'A function of a provider beyond listing. A function that is not listed answers UNSUPPORTED.',
      values: describe(capabilities, capabilityDescriptions),
    }),
    ProviderStatus: builder.enumType('ProviderStatus', {
      description: 'State of the connection to a provider.',
      values: describe(['UP', 'DEGRADED', 'DOWN', 'UNKNOWN'], healthDescriptions),
    }),
  };
}
