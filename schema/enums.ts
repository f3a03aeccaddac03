import { type ErrorCode, errorCodes } from '../src/core/errors.ts';
import { type ProtectionStatus, protectionStatuses } from '../src/core/lists/protection.ts';
import {
  type BackupStatus,
  type BackupTrigger,
  type BackupType,
  backupStatuses,
  backupTriggers,
  backupTypes,
  type DataPresence,
  dataPresences,
} from '../src/core/model.ts';
import { type Capability, capabilities, type ProviderHealth } from '../src/core/provider.ts';
import { type Builder, describe } from './builder.ts';
import type { ProductSchema } from './product.ts';

const errorCodeDescriptions: Record<ErrorCode, string> = {
  BAD_USER_INPUT:
    'Something in the request is wrong; the message says what, `field` where. The same request will fail again.',
  NOT_FOUND: 'What a command was aimed at does not exist, or this viewer may not see it.',
  CONFLICT: 'Something else is in the way now, such as a backup that is already running. Try again when it is over.',
  UNSUPPORTED: 'This product has no such function; see `Provider.capabilities`.',
  UNAUTHENTICATED: 'No valid credentials came with the request.',
  FORBIDDEN: 'The viewer is known, and may not do this.',
  RATE_LIMITED: 'Too many requests to this gateway; `retryAfterSeconds` says when to come back.',
  PROVIDER_UNAVAILABLE: 'The product cannot be reached, or failed. Asking again later may help.',
  PROVIDER_TIMEOUT: 'The product did not answer in time. Asking again may help.',
  PROVIDER_UNAUTHENTICATED: 'The product refuses the credentials that this gateway is configured with.',
  PROVIDER_FORBIDDEN: 'The product does not let the configured account do this.',
  PROVIDER_RATE_LIMITED: 'The product asks us to slow down; `retryAfterSeconds` says for how long.',
  PROVIDER_INVALID_RESPONSE:
    'The product answered with something that its contract does not know: a login page, cut or foreign JSON.',
  STORAGE_UNAVAILABLE:
    'The database of this gateway cannot be used, so that no command is accepted; nothing was sent. Asking again later may help.',
  OUTCOME_UNKNOWN:
    'A command was sent and its answer was lost: it may have been carried out. Look before sending it again.',
  INCOMPLETE:
    'A stated limit of a scan was reached, rows were skipped while a provider was down, or a filter could not be applied to rows whose values the product does not tell: the answer is right, and not whole.',
  INTERNAL: 'A fault of this gateway. The message says no more; its log does.',
};

const statusDescriptions: Record<BackupStatus, string> = {
  QUEUED: 'Accepted by the product, not started yet.',
  RUNNING: 'Going on.',
  CANCELLING: 'Going on, and asked to stop through this gateway.',
  SUCCEEDED: 'Ended well.',
  SUCCEEDED_WITH_WARNINGS: 'Ended and usable, but something deserves a look: `warnings`, `errorMessage` or the log.',
  FAILED: 'Ended without a usable result.',
  CANCELLED: 'Stopped by somebody before its end.',
  SKIPPED: 'Stood down by a rule before it began, such as a hook that said not now.',
  UNKNOWN: 'The product uses a word that this gateway does not know: see `upstreamStatus`.',
};

const typeDescriptions: Record<BackupType, string> = {
  FULL: 'Everything.',
  INCREMENTAL: 'What changed since an earlier backup.',
  SYNTHETIC: 'A full backup that the product put together from earlier ones.',
  SYNCHRONIZATION: 'A full backup kept in step with its source.',
  TEMPLATE: 'What a template selects.',
  ARCHIVE: 'Records moved out of the source.',
  IMPORT: 'Data that was brought in from elsewhere.',
  UNKNOWN: 'The product did not say, or uses a word that this gateway does not know.',
};

const triggerDescriptions: Record<BackupTrigger, string> = {
  MANUAL: 'Somebody, or some program, asked for it.',
  SCHEDULED: 'A schedule or a plan of the product.',
  UNKNOWN: 'The product does not say.',
};

const presenceDescriptions: Record<DataPresence, string> = {
  PRESENT: 'The product lists it. That it can be restored is proven only by a restore.',
  REMOVED: 'The product says that it is gone, or lists what is there without it.',
  UNKNOWN: 'The product does not tell, could not be asked, or the backup did not end well.',
};

const capabilityDescriptions: Record<Capability, string> = {
  CREATE_BACKUP: 'A backup can be started with the product’s own settings: `createBackup`.',
  START_BACKUP: 'A backup can be started with the entity’s defaults: `startBackup`.',
  CANCEL_BACKUP: 'A running backup can be stopped: `cancelBackup`.',
  WATCH_PROGRESS: 'It says how far a running backup is: `backupProgress`.',
  READ_LOG: 'It has log lines: `Backup.log`, `Backup.logUrl` and `backupLog`.',
  UPDATE_DESCRIPTION: 'The description of a backup can be changed.',
  UPDATE_WARNINGS: 'The warnings of a backup can be replaced.',
  ACKNOWLEDGE_WARNINGS: 'The warnings of a backup can be marked as seen.',
};

const healthDescriptions: Record<ProviderHealth['status'], string> = {
  UP: 'The newest request was answered.',
  DEGRADED: 'The newest request failed, and one within the last minute did not.',
  DOWN: 'Requests fail.',
  UNKNOWN: 'Nothing has been asked since the gateway started.',
};

const protectionDescriptions: Record<ProtectionStatus, string> = {
  PROTECTED: 'Its newest success is as young as expected: `dueAt` is still to come. Always proven.',
  OVERDUE: 'The next success did not come until `dueAt`. Always proven.',
  NEVER_BACKED_UP: 'It has no success whose data is still there, whatever is expected. Always proven.',
  NO_EXPECTATION:
    'It has a success, of whatever age, and the configuration does not say how often one is expected (`expectEvery`): nobody can say whether that is enough.',
  UNKNOWN:
    'Nobody can tell: the provider could not be asked, or not far enough. Whoever looks for what is not protected should ask for this, too.',
};

export function defineEnums(builder: Builder, products: readonly ProductSchema[]) {
  const kinds = products.map(({ kind, description }) => [kind.toUpperCase(), { value: kind, description }] as const);
  return {
    ProviderKind: builder.enumType('ProviderKind', {
      description: 'Which product a provider is.',
      values: Object.fromEntries(kinds) as Record<string, { value: string; description: string }>,
    }),
    ProtectionStatus: builder.enumType('ProtectionStatus', {
      description: 'Whether a thing is protected right now.',
      values: describe(protectionStatuses, protectionDescriptions),
    }),
    ErrorCode: builder.enumType('ErrorCode', {
      description:
        'One closed list, the same in `userErrors`, in `problems` and in `extensions.code` of GraphQL errors.',
      values: describe(errorCodes, errorCodeDescriptions),
    }),
    BackupStatus: builder.enumType('BackupStatus', {
      description: 'How a backup stands, in the same words for every product.',
      values: describe(backupStatuses, statusDescriptions),
    }),
    BackupType: builder.enumType('BackupType', {
      description: 'What a backup holds, in the same words for every product.',
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
    Capability: builder.enumType('Capability', {
      description: 'What a provider can do beyond listing. Whatever is not listed answers UNSUPPORTED.',
      values: describe(capabilities, capabilityDescriptions),
    }),
    ProviderStatus: builder.enumType('ProviderStatus', {
      description: 'How a provider has been answering.',
      values: describe(['UP', 'DEGRADED', 'DOWN', 'UNKNOWN'], healthDescriptions),
    }),
  };
}
