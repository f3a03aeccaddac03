/** Flosum's words and numbers as ours. Pure. */
import { type Instant, parseInstant } from '../../src/core/instant.ts';
import {
  type Backup,
  type BackupStatus,
  type BackupType,
  isFinished,
  type LocalId,
  noSize,
  type ProtectedEntity,
} from '../../src/core/model.ts';
import type { BackupRow, ConnectionDetails, ConnectionRow } from './wire.ts';

export interface FlosumDetails {
  /** Number of the job, which is another than that of the backup. */
  readonly jobId: string;
  readonly recordCount: number | null;
  /** What was done, in the product's own words. */
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

/** What the order of lists needs of a row; null where the row lacks it, and is read whole to say what is wrong. */
export function toPlaceInOrder(row: unknown, { provider, connectionId }: RowPlace) {
  const { id, startedDate } = (row ?? {}) as { readonly id?: unknown; readonly startedDate?: unknown };
  if (!Number.isSafeInteger(id) || typeof startedDate !== 'string') return null;
  const sortedAt = toSortedAt(parseInstant(startedDate));
  const rowId = String(id);
  return { provider, sortedAt, externalId: rowId, localId: toRowId(connectionId, rowId, sortedAt) };
}

/** A row without a readable time comes last, and stays there: null would put it above all others for ever. */
const toSortedAt = (startedAt: Instant | null): Instant => startedAt ?? 0;

const toRowId = (connectionId: string, rowId: string, sortedAt: Instant): LocalId =>
  toLocalId({ connectionId, rowId, startMs: Math.floor(sortedAt / 1000) });

/** Where a row belongs, which the row itself does not say. */
export interface RowPlace {
  readonly provider: string;
  readonly connectionId: string;
}

export function toBackup(row: BackupRow, { provider, connectionId }: RowPlace): FlosumBackup {
  const status = toStatus(row.jobStatus);
  const isOver = isFinished(status);
  const startedAt = parseInstant(row.startedDate);
  const { type, isArchive } = operations.get(row.operationType) ?? unknownOperation;
  const recordCount = toCount(row.records, isOver);
  const sortedAt = toSortedAt(startedAt);
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
    endedAt: isOver ? toEnd(startedAt, row.duration) : null,
    size: { ...noSize, originalBytes: toCount(row.size, isOver) },
    itemCount: recordCount,
    isRemoved: false,
    progress: null,
    errorMessage: null,
    warnings: [],
    details: { jobId: String(row.jobId), recordCount, operationType: row.operationType, isArchive },
  };
}

/** Zero is "not counted yet" while it runs, and may be the truth afterwards. What is not whole is no count. */
function toCount(value: number | null | undefined, isOver: boolean): number | null {
  if (value == null || !Number.isSafeInteger(value) || value < 0) return null;
  return value > 0 || isOver ? value : null;
}

const durationText = /^(\d{1,5}):([0-5]\d):([0-5]\d)$/;

/** Null for a duration of another form than hours, minutes and seconds: days or fractions were never seen. */
function toEnd(startedAt: Instant | null, duration: string | null | undefined): Instant | null {
  const [, hours, minutes, seconds] = durationText.exec(duration ?? '') ?? [];
  if (startedAt === null || hours === undefined) return null;
  return startedAt + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000;
}

/** What finds a row again by one dated list call: there is no call for a single backup. */
export interface RowAddress {
  readonly connectionId: string;
  readonly rowId: string;
  readonly startMs: number;
}

const toLocalId = ({ connectionId, rowId, startMs }: RowAddress): LocalId => `${connectionId}.${rowId}.${startMs}`;

/** A number as the product counts: plain, from 1, and exact. Anything else is the id of nothing. */
export const isNumberId = (id: string): boolean => /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id));

const localIdText = /^([1-9]\d{0,15})\.([1-9]\d{0,15})\.(0|[1-9]\d{0,14})$/;

/** Null where it is no id that this product's rows can have. */
export function parseLocalId(id: LocalId): RowAddress | null {
  const [, connectionId = '', rowId = '', start = ''] = localIdText.exec(id) ?? [];
  if (!isNumberId(connectionId) || !isNumberId(rowId)) return null;
  return Number(start) <= latestMs ? { connectionId, rowId, startMs: Number(start) } : null;
}

/** The last moment that RFC 3339 can write. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const orgTypeOf = (word: string | null | undefined): OrgType => orgTypes.find((type) => type === word) ?? 'UNKNOWN';

export function toEntity(row: ConnectionRow | ConnectionDetails, provider: string): SalesforceOrg {
  const connectionId = String(row.id);
  return {
    kind: 'flosum',
    provider,
    externalId: connectionId,
    name: row.name || row.userName || connectionId,
    details: {
      connectionId,
      externalConnectionId: row.externalId == null ? null : String(row.externalId),
      userName: row.userName || null,
      userFullName: ('userFullName' in row && row.userFullName) || null,
      salesforceOrgId: ('salesforceOrgId' in row && row.salesforceOrgId) || null,
      orgType: orgTypeOf(row.salesforceOrgType),
    },
  };
}
