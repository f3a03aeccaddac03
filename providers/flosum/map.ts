/** Maps Flosum's rows to the model. Pure. */
import { type Instant, isInstant, toInstant } from '../../src/core/instant.ts';
import {
  type Backup,
  type BackupStatus,
  type BackupType,
  isFinished,
  type LocalId,
  noSize,
  type ProtectedEntity,
} from '../../src/core/model.ts';
import { noTime } from '../../src/core/order.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { serial } from '../../src/core/tolerant-reader.ts';
import type { BackupRow, ConnectionRow } from './wire.ts';

export interface FlosumDetails {
  /** Number of the job, which is another than that of the backup; empty where it cannot be read. */
  readonly jobId: string;
  readonly recordCount: number | null;
  /** What was done, in the product's own words; empty where it cannot be read. */
  readonly operationType: string;
  readonly isArchive: boolean;
}

export const orgTypes = ['PRODUCTION', 'SANDBOX', 'UNKNOWN'] as const;
export type OrgType = (typeof orgTypes)[number];

export interface SalesforceOrgDetails {
  readonly connectionId: string;
  readonly externalConnectionId: string | null;
  readonly userName: string | null;
  /** Only the reply of one connection has this and the next; null in lists. */
  readonly userFullName: string | null;
  readonly salesforceOrgId: string | null;
  readonly orgType: OrgType;
}

export type FlosumBackup = Backup<FlosumDetails>;
export type SalesforceOrg = ProtectedEntity<SalesforceOrgDetails>;

/** Whether an `Exception` is a failure is not documented; nothing else would be one. */
export const statuses: ReadonlyMap<string, BackupStatus> = new Map([
  ['In Progress', 'RUNNING'],
  ['Exception', 'FAILED'],
  ['Completed', 'SUCCEEDED'],
  ['Aborted', 'CANCELLED'],
]);

export const toStatus = (word: string): BackupStatus => statuses.get(word) ?? 'UNKNOWN';

interface Operation {
  readonly type: BackupType;
  readonly isArchive: boolean;
}

const operations = new Map<string, Operation>([
  ['Composite Backup', { type: 'FULL', isArchive: false }],
  ['Composite & Sync Backup', { type: 'SYNCHRONIZATION', isArchive: false }],
  ['Templated Backup', { type: 'TEMPLATE', isArchive: false }],
  ['Templated Archive', { type: 'ARCHIVE', isArchive: true }],
  ['Import Backup', { type: 'IMPORT', isArchive: false }],
  ['Import Archive', { type: 'IMPORT', isArchive: true }],
]);
const unknownOperation: Operation = { type: 'UNKNOWN', isArchive: false };

/** What is written at the end of a name, so that the backup of a start can be told from all others. */
export const nonceMark = (nonce: string): string => ` gw-${nonce}`;
const markAtEnd = / gw-([A-Za-z0-9]{8})$/;

/** The nonce in a name; null where it has none. */
export const nonceOf = (name: string | null | undefined): string | null => markAtEnd.exec(name ?? '')?.[1] ?? null;

/** What the order of lists needs of a row; null where it has no id. `hasTime`: false where its time cannot be read. */
export function toPlaceInOrder(row: unknown, { provider, connectionId, times }: RowPlace) {
  const fields = (row ?? {}) as { readonly id?: unknown; readonly startedDate?: unknown };
  const id = serial(fields.id, () => undefined);
  if (id === null) return null;
  const startedAt = times.read(fields.startedDate);
  const sortedAt = startedAt ?? noTime;
  const externalId = String(id);
  const key = { provider, sortedAt, externalId };
  return { key, localId: toRowId(connectionId, externalId, sortedAt), hasTime: startedAt !== null };
}

const toRowId = (connectionId: string, rowId: string, sortedAt: Instant): LocalId =>
  toLocalId({ connectionId, rowId, startMs: Math.floor(sortedAt / 1000) });

/** Where a row belongs, which the row itself does not say, and how its times are read. */
export interface RowPlace {
  readonly provider: string;
  readonly connectionId: string;
  readonly times: TimeReader;
}

export function toBackup(row: BackupRow, { provider, connectionId, times }: RowPlace): FlosumBackup {
  const unreadable = [...row.unreadable];
  const status = toStatus(row.jobStatus ?? '');
  const isOver = isFinished(status);
  const startedAt = times.read(row.startedDate);
  if (startedAt === null && !unreadable.includes('startedDate')) unreadable.push('startedDate');
  const seconds = row.duration ? toSeconds(row.duration) : null;
  if (row.duration && seconds === null) unreadable.push('duration');
  const { type, isArchive } = operations.get(row.operationType ?? '') ?? unknownOperation;
  const recordCount = toCount(row.records, isOver);
  // A row without a readable time comes last: null would put it first in every list.
  const sortedAt = startedAt ?? noTime;
  return {
    kind: 'flosum',
    provider,
    localId: toRowId(connectionId, String(row.id), sortedAt),
    externalId: String(row.id),
    entityId: connectionId,
    name: row.name?.replace(markAtEnd, '') || null,
    description: null,
    type,
    status,
    upstreamStatus: row.jobStatus || 'none',
    trigger: 'UNKNOWN',
    sortedAt,
    startedAt,
    endedAt: isOver && startedAt !== null && seconds !== null ? toInstant(startedAt + seconds * 1_000_000) : null,
    size: { ...noSize, originalBytes: toCount(row.size, isOver) },
    itemCount: recordCount,
    isRemoved: false,
    progress: null,
    errorMessage: null,
    warnings: [],
    details: {
      jobId: row.jobId === null ? '' : String(row.jobId),
      recordCount,
      operationType: row.operationType ?? '',
      isArchive,
    },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** Zero is "not counted yet" while it runs, and may be the truth afterwards. */
const toCount = (value: number | null, isOver: boolean): number | null => (value === 0 && !isOver ? null : value);

const durationText = /^(?:(\d{1,4})(?:\.| days?,? +))?(\d{1,5}):([0-5]\d):([0-5]\d)(?:\.\d{1,9})?$/;

/** Whole seconds of hours, minutes and seconds, also with days before them; null for a duration of another form. */
function toSeconds(duration: string): number | null {
  const [, days = '0', hours, minutes, seconds] = durationText.exec(duration.trim()) ?? [];
  if (hours === undefined) return null;
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** What finds a row again by one dated list call: there is no call for a single backup. */
export interface RowAddress {
  readonly connectionId: string;
  readonly rowId: string;
  readonly startMs: number;
}

const toLocalId = ({ connectionId, rowId, startMs }: RowAddress): LocalId => `${connectionId}.${rowId}.${startMs}`;

/** Whether a text is a valid id of the product: a whole number from 1 without signs or zeros before it. */
export const isNumberId = (id: string): boolean => /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id));

const localIdText = /^([1-9]\d{0,15})\.([1-9]\d{0,15})\.(0|-?[1-9]\d{0,14})$/;

/** Null where it is no id that this product's rows can have. */
export function parseLocalId(id: LocalId): RowAddress | null {
  const [, connectionId = '', rowId = '', start = ''] = localIdText.exec(id) ?? [];
  if (!isNumberId(connectionId) || !isNumberId(rowId)) return null;
  return isInstant(Number(start) * 1000) ? { connectionId, rowId, startMs: Number(start) } : null;
}

const orgTypeOf = (word: string | null): OrgType => orgTypes.find((type) => type === word) ?? 'UNKNOWN';

export function toEntity(row: ConnectionRow, provider: string): SalesforceOrg {
  const connectionId = String(row.id);
  return {
    kind: 'flosum',
    provider,
    externalId: connectionId,
    name: row.name || row.userName || connectionId,
    details: {
      connectionId,
      externalConnectionId: row.externalId === null ? null : String(row.externalId),
      userName: row.userName || null,
      userFullName: row.userFullName || null,
      salesforceOrgId: row.salesforceOrgId || null,
      orgType: orgTypeOf(row.salesforceOrgType),
    },
    ...(row.unreadable.length === 0 ? {} : { unreadable: row.unreadable }),
  };
}
