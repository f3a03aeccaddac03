/** Maps vProtect's rows to the model. Pure: the time of reading is an argument. */
import type { Instant } from '../../src/core/instant.ts';
import {
  type Backup,
  type BackupStatus,
  type BackupType,
  type Copy,
  copyStatuses,
  type DataPresence,
  type ProtectedEntity,
} from '../../src/core/model.ts';
import { noTime } from '../../src/core/order.ts';
import { toSentence } from './errors.ts';
import type { BackupRow, EntityRow, LocationRow } from './wire.ts';

export const entityTypes = [
  'APP',
  'CLOUD',
  'CLOUD_GROUP',
  'CLOUD_SITE',
  'CLOUD_TEAMS',
  'CLOUD_USER',
  'OS',
  'OS_AGENT',
  'STORAGE',
  'VM',
  'UNKNOWN',
] as const;
export type EntityType = (typeof entityTypes)[number];

export interface VProtectEntityDetails {
  readonly guid: string;
  /** UNKNOWN: a word that we do not know; null: the product did not say. */
  readonly entityType: EntityType | null;
  /** Of the backup policy; null if it has none, or the product did not say. */
  readonly policyGuid: string | null;
  readonly policyName: string | null;
  /** Of the rules of that policy; null if the product did not say. */
  readonly ruleGuids: readonly string[] | null;
}

export interface VProtectDetails {
  readonly guid: string;
  readonly snapshotTime: Instant | null;
  readonly backupTime: Instant | null;
  /** The product's display texts. */
  readonly statusDescription: string | null;
  readonly typeDescription: string | null;
  /** Null: the product did not say. */
  readonly warningsAcknowledged: boolean | null;
  /** Of the backup that it builds on. Null: it builds on none, or the product did not say. */
  readonly parentGuid: string | null;
}

export type VProtectBackup = Backup<VProtectDetails>;
export type VProtectEntity = ProtectedEntity<VProtectEntityDetails>;

const statuses = new Map<string, BackupStatus>([
  ['QUEUED', 'QUEUED'],
  ['INPROGRESS', 'RUNNING'],
  ['SUCCESS', 'SUCCEEDED'],
  ['SUCCESS_REMOVED', 'SUCCEEDED'],
  ['PARTIAL_SUCCESS', 'SUCCEEDED_WITH_WARNINGS'],
  ['FAILED', 'FAILED'],
]);

/** Every status that a row can have. Whether a failed backup was cancelled is known from its tasks. */
export const knownStatuses: ReadonlySet<BackupStatus> = new Set([...statuses.values(), 'CANCELLED', 'UNKNOWN']);

export const statusWords: readonly string[] = [...statuses.keys()];

/** The status words of the server for a status of ours; null if words cannot express it. */
export function toStatusWords(status: BackupStatus): readonly string[] | null {
  if (status === 'UNKNOWN') return null;
  // Before its snapshot it has no time, and so counts as waiting; what was cancelled says FAILED.
  if (status === 'QUEUED') return ['QUEUED', 'INPROGRESS'];
  if (status === 'CANCELLED') return ['FAILED'];
  return statusWords.filter((word) => statuses.get(word) === status);
}

const typeWords: ReadonlySet<string> = new Set(['FULL', 'INCREMENTAL', 'SYNTHETIC', 'SYNCHRONIZATION']);

export const isKnownType = (type: string): type is BackupType => typeWords.has(type);

export const toType = (word: string | undefined): BackupType => (word && isKnownType(word) ? word : 'UNKNOWN');

/** The product may still change it. */
export const isGoing = ({ status }: BackupRow): boolean => status?.name === 'QUEUED' || status?.name === 'INPROGRESS';

/** It has no snapshot time, or one that cannot be read. */
export const isTimeless = ({ snapshotTime }: BackupRow): boolean => snapshotTime === null;

/** The product knows when it was, and we do not. */
export const isUnplaced = ({ unreadable }: BackupRow): boolean => unreadable.includes('snapshotTime');

/** A row of a list, or the details of one backup. */
export function toBackup(row: BackupRow, provider: string): VProtectBackup {
  const { snapshotTime, backupTime } = row;
  // The place of a row is where the product sorts it; without a readable time, the end.
  const at = isUnplaced(row) ? noTime : (snapshotTime ?? backupTime);
  const status = toStatus(row.status?.name ?? '', at);
  return {
    kind: 'vprotect',
    provider,
    localId: row.guid,
    externalId: row.guid,
    entityId: row.protectedEntity?.guid ?? null,
    name: null,
    description: row.description || null,
    type: toType(row.type?.name),
    status,
    upstreamStatus: row.status?.name ?? 'none',
    trigger: 'UNKNOWN',
    sortedAt: at ?? timeless(status),
    startedAt: snapshotTime,
    endedAt: null,
    size: { originalBytes: null, compressedBytes: null, deduplicatedBytes: null, storedBytes: toStored(row, status) },
    itemCount: row.effectiveBackupObjectsCount,
    isRemoved: isRemoved(row, status),
    progress: null,
    errorMessage: status === 'FAILED' ? toSentence(row.statusInfo) : null,
    warnings: toWarnings(row),
    details: {
      guid: row.guid,
      snapshotTime,
      backupTime,
      statusDescription: row.status?.description ?? null,
      typeDescription: row.type?.description ?? null,
      warningsAcknowledged: row.warningsAcknowledged,
      parentGuid: row.parentBackup?.guid ?? null,
    },
    ...(row.unreadable.length === 0 ? {} : { unreadable: row.unreadable }),
  };
}

/** Whether the data of a row is still there, by the places that the row lists; null where it lists none. */
export function toPresence({ backupLocations, unreadable }: BackupRow): DataPresence | null {
  const words = (backupLocations ?? []).map(({ status }) => status?.name ?? null);
  // One that cannot be read may be anywhere.
  if (unreadable.some((field) => field.startsWith('backupLocations'))) words.push(null);
  if (words.length === 0) return null;
  if (words.includes('PRESENT')) return 'PRESENT';
  return words.every((word) => word === 'REMOVED') ? 'REMOVED' : 'UNKNOWN';
}

/** A place of data; `expiresAt`: what the row of its backup tells, which matters only while the data is there. */
export function toCopy({ backupDestination, status }: LocationRow, expiresAt: Instant | null): Copy {
  const word = copyStatuses.find((one) => one === status?.name) ?? 'UNKNOWN';
  return {
    destination: backupDestination?.name ?? backupDestination?.guid ?? null,
    status: word,
    expiresAt: word === 'PRESENT' ? expiresAt : null,
  };
}

/** Its status says so, or all of the places where it was. */
const isRemoved = (row: BackupRow, status: BackupStatus): boolean =>
  row.status?.name === 'SUCCESS_REMOVED' || (status.startsWith('SUCCEEDED') && toPresence(row) === 'REMOVED');

/** One that is at work and has no snapshot yet waits for its place: a running one without a time would have none. */
function toStatus(word: string, at: Instant | null): BackupStatus {
  const status = statuses.get(word) ?? 'UNKNOWN';
  return status === 'RUNNING' && at === null ? 'QUEUED' : status;
}

/** Any other one without a time never will have one: the end of the order (1970) is a place that it keeps. */
const timeless = (status: BackupStatus): Instant | null => (status === 'QUEUED' ? null : noTime);

/** The product writes 0 for a backup that has stored nothing yet, or failed. */
const toStored = ({ size }: BackupRow, status: BackupStatus): number | null =>
  size === 0 && !status.startsWith('SUCCEEDED') ? null : size;

function toWarnings({ warnings, warningsAcknowledged }: BackupRow) {
  const messages = (warnings ?? []).map((text) => text.replace(/\s+/g, ' ').trim());
  return messages
    .filter((message) => message !== '')
    .map((message) => ({ message, acknowledged: warningsAcknowledged ?? false }));
}

interface InventoryRow extends EntityRow {
  readonly present?: boolean | null;
  readonly vmBackupPolicy?: (EntityRow & { readonly ruleGuids: readonly string[] | null }) | null;
  readonly tags?: readonly string[] | null;
  readonly unreadable?: readonly string[];
}

export function toEntity(
  { guid, name, type, present, vmBackupPolicy, tags, unreadable = [] }: InventoryRow,
  provider: string,
): VProtectEntity {
  const word = type?.name;
  const known = entityTypes.find((one) => one === word) ?? 'UNKNOWN';
  return {
    kind: 'vprotect',
    provider,
    externalId: guid,
    name: name || guid,
    ...(present == null ? {} : { isPresent: present }),
    ...(tags == null ? {} : { labels: tags }),
    details: {
      guid,
      entityType: word === undefined ? null : known,
      policyGuid: vmBackupPolicy?.guid ?? null,
      policyName: vmBackupPolicy?.name ?? null,
      ruleGuids: vmBackupPolicy?.ruleGuids ?? null,
    },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** The backup that its own task was cancelled of: the record says FAILED. */
export const asCancelled = (backup: VProtectBackup): VProtectBackup =>
  backup.status === 'FAILED' ? { ...backup, status: 'CANCELLED' } : backup;
