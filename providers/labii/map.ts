/** Labii's rows as our backups. Pure. */
import { formatInstant, type Instant, parseInstant } from '../../src/core/instant.ts';
import { type Backup, type BackupStatus, type LocalId, noSize, type ProtectedEntity } from '../../src/core/model.ts';
import type { SentStart } from '../../src/core/provider.ts';
import type { Generation, OrganizationConfig } from './config.ts';
import type { BackupRow } from './wire.ts';

export interface LabiiDetails {
  readonly sid: string;
  /** The size as Labii writes it, rounded. */
  readonly databaseSize: string | null;
  /** Labii lets this account change the backup; null where it did not say. */
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

/** v1 has no word for it: a backup is in its list once it is finished. */
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
}

export const toLocalId = (organizationSid: string, sid: string): LocalId => `${organizationSid}.${sid}`;

/** What the order of lists needs of a row; null where the row lacks it, and is read whole to say what is wrong. */
export function toPlaceInOrder(row: unknown, { provider, organizationSid }: RowOrigin) {
  const { sid, date_created: created } = (row ?? {}) as { readonly sid?: unknown; readonly date_created?: unknown };
  if (typeof sid !== 'string' || sid === '' || sid.length > 100 || typeof created !== 'string') return null;
  return {
    provider,
    sortedAt: toSortedAt(parseInstant(created)),
    externalId: sid,
    localId: toLocalId(organizationSid, sid),
  };
}

/** A row without a time never gets one: at the end of the order it keeps one place. */
const toSortedAt = (createdAt: Instant | null): Instant => createdAt ?? 0;

export function toBackup(row: BackupRow, { provider, generation, organizationSid }: RowOrigin): LabiiBackup {
  const isV1 = generation === 'v1';
  const word = isV1 ? listed : row.status || 'no status';
  const status = statuses.get(word) ?? 'UNKNOWN';
  const createdAt = row.date_created ? parseInstant(row.date_created) : null;
  const databaseSize = (isV1 ? row.database_size : row.file_size) || null;
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
    sortedAt: toSortedAt(createdAt),
    startedAt: isV1 ? toStart(row.name ?? '', createdAt) : createdAt,
    endedAt: isV1 ? createdAt : null,
    size: { ...noSize, originalBytes: toOriginalBytes(databaseSize, status) },
    itemCount: null,
    isRemoved: false,
    progress: null,
    errorMessage: null,
    warnings: [],
    details: { sid: row.sid, databaseSize, canChange: row.change_permission ?? null },
  };
}

/** A start that v1 has not answered yet, nor shows: it answers when the backup is over. */
export function toPendingBackup(
  { entityId, sentAt }: Pick<SentStart, 'entityId' | 'sentAt'>,
  localId: LocalId,
  provider: string,
): LabiiBackup {
  const row = { sid: localId, date_created: formatInstant(sentAt), status: 'In Progress' };
  const backup = toBackup(row, { provider, generation: 'current', organizationSid: entityId });
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

/** From the name, where that is a time from which a run may have lasted until its row was made. */
function toStart(name: string, endedAt: Instant | null): Instant | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.gz)?$/.exec(name) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const startedAt = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (startedAt === null || endedAt === null) return null;
  return startedAt <= endedAt && endedAt - startedAt <= longestRun ? startedAt : null;
}

/** A run that is not over, or failed, is shown with "0 bytes", which is not the size of anything. */
function toOriginalBytes(text: string | null, status: BackupStatus): number | null {
  const bytes = text === null ? null : toBytes(text);
  return bytes === 0 && status !== 'SUCCEEDED' ? null : bytes;
}

const units = ['BYTE', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** `\s` takes the no-break space that Django puts before the unit, and between thousands in some languages. */
const sizeText = /^(\d[\d.,\s]*?)\s*(byte|KB|MB|GB|TB|PB)s?$/i;

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
