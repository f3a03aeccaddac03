/** Maps Labii's rows to the model. Pure. */
import { formatInstant, type Instant, parseInstant } from '../../src/core/instant.ts';
import { type Backup, type BackupStatus, type LocalId, noSize, type ProtectedEntity } from '../../src/core/model.ts';
import { noTime } from '../../src/core/order.ts';
import type { SentStart } from '../../src/core/provider-commands.ts';
import { createTimeReader, type TimeReader } from '../../src/core/time-reader.ts';
import type { Generation, OrganizationConfig } from './config.ts';
import { type BackupRow, backupRow, sid } from './wire.ts';

export interface LabiiDetails {
  readonly sid: string;
  /** The size as Labii writes it, rounded. */
  readonly databaseSize: string | null;
  /** Whether Labii lets this account change the backup; null if it does not say. */
  readonly canChange: boolean | null;
}

export interface LabiiEntityDetails {
  readonly sid: string;
}

export type LabiiBackup = Backup<LabiiDetails>;

const statuses = new Map<string, BackupStatus>([
  ['In Progress', 'RUNNING'],
  ['Completed', 'SUCCEEDED'],
  ['Error', 'FAILED'],
]);

/** The status of every row of v1, which has no status field and lists only finished backups. */
const listed = 'Completed';

/** Every status that a row can have. */
export const knownStatuses: Readonly<Record<Generation, ReadonlySet<BackupStatus>>> = {
  v1: new Set(['SUCCEEDED']),
  current: new Set([...statuses.values(), 'UNKNOWN']),
};

export interface RowOrigin {
  readonly provider: string;
  readonly generation: Generation;
  /** A row does not name its organisation. */
  readonly organizationSid: string;
  readonly times: TimeReader;
}

export const toLocalId = (organizationSid: string, sid: string): LocalId => `${organizationSid}.${sid}`;

/** What the order of lists needs of a row; null where it has no sid. `hasTime`: false where its time cannot be read. */
export function toPlaceInOrder(row: unknown, { provider, organizationSid, times }: RowOrigin) {
  const fields = (row ?? {}) as { readonly sid?: unknown; readonly date_created?: unknown };
  const externalId = sid(fields.sid, () => undefined);
  if (externalId === null) return null;
  const createdAt = times.read(fields.date_created);
  const key = { provider, sortedAt: createdAt ?? noTime, externalId };
  return { key, localId: toLocalId(organizationSid, externalId), hasTime: createdAt !== null };
}

export function toBackup(row: BackupRow, { provider, generation, organizationSid, times }: RowOrigin): LabiiBackup {
  const unreadable = [...row.unreadable];
  const isV1 = generation === 'v1';
  const word = isV1 ? listed : row.status || 'no status';
  if (!isV1 && !row.status && !unreadable.includes('status')) unreadable.push('status');
  const status = statuses.get(word) ?? 'UNKNOWN';
  const createdAt = times.read(row.date_created);
  if (createdAt === null && !unreadable.includes('date_created')) unreadable.push('date_created');
  const sizeField = isV1 ? 'database_size' : 'file_size';
  const databaseSize = row[sizeField] || null;
  if (databaseSize !== null && toBytes(databaseSize) === null) unreadable.push(sizeField);
  return {
    kind: 'labii',
    provider,
    localId: toLocalId(organizationSid, row.sid),
    externalId: row.sid,
    entityId: organizationSid,
    name: row.name || null,
    description: row.description || null,
    type: 'FULL',
    status,
    upstreamStatus: word,
    trigger: 'UNKNOWN',
    // A row without a time never gets one, so it keeps a place at the end of the order.
    sortedAt: createdAt ?? noTime,
    startedAt: isV1 ? toStart(row.name ?? '', createdAt) : createdAt,
    endedAt: isV1 ? createdAt : null,
    size: { ...noSize, originalBytes: toOriginalBytes(databaseSize, status) },
    itemCount: null,
    isRemoved: false,
    progress: null,
    errorMessage: null,
    warnings: [],
    details: { sid: row.sid, databaseSize, canChange: row.change_permission },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** A running start of v1, which neither answers nor lists a backup before it ends. */
export function toPendingBackup(
  { entityId, sentAt }: Pick<SentStart, 'entityId' | 'sentAt'>,
  localId: LocalId,
  provider: string,
): LabiiBackup {
  const row = backupRow({ sid: localId, date_created: formatInstant(sentAt), status: 'In Progress' }) as BackupRow;
  const times = createTimeReader('UTC');
  const backup = toBackup(row, { provider, generation: 'current', organizationSid: entityId, times });
  return { ...backup, localId };
}

export const toEntity = ({ sid, name }: OrganizationConfig, provider: string): ProtectedEntity<LabiiEntityDetails> => ({
  kind: 'labii',
  provider,
  externalId: sid,
  name,
  details: { sid },
});

const longestRun = 24 * 3_600_000_000;

/** The start time in a name; null if it cannot be the start of this run. */
function toStart(name: string, endedAt: Instant | null): Instant | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.gz)?$/.exec(name) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const startedAt = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (startedAt === null || endedAt === null) return null;
  return startedAt <= endedAt && endedAt - startedAt <= longestRun ? startedAt : null;
}

/** Null for the "0 bytes" of a run that has not ended or has failed: it is not a measured size. */
function toOriginalBytes(text: string | null, status: BackupStatus): number | null {
  const bytes = text === null ? null : toBytes(text);
  return bytes === 0 && status !== 'SUCCEEDED' ? null : bytes;
}

const units = ['BYTE', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** `\s` takes the no-break space that Django puts before the unit, and between thousands in some languages. */
const sizeText = /^(\d[\d.,\s]{0,30}?)\s{0,3}(byte|KB|MB|GB|TB|PB)s?$/i;

/**
 * Whole bytes of a size as Django writes it: steps of 1024, one decimal, marks of the reader's language. It is as
 * exact as one decimal is. Null where the text is none.
 */
export function toBytes(text: string): number | null {
  const [, digits = '', unit = ''] = sizeText.exec(text.trim()) ?? [];
  const [, whole = '', decimals = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/s.exec(digits) ?? [];
  const value = Number(`${whole.replace(/\D/g, '')}.${decimals}`);
  const bytes = Math.round(value * 1024 ** units.indexOf(unit.toUpperCase()));
  return digits !== '' && Number.isSafeInteger(bytes) ? bytes : null;
}
