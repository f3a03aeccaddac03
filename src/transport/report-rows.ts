/** Rows of reports as text: CSV for spreadsheets, JSON Lines for programs. Both have the same columns. */
import { formatInstant, type Instant, secondsBetween } from '../core/instant.ts';
import type { Backup, ProtectedEntity } from '../core/model.ts';
import type { ProtectionRow } from '../lists/protection-report.ts';

type Cell = string | number | boolean | null | readonly string[];

export interface Columns<Row> {
  readonly [name: string]: (row: Row) => Cell;
}

const time = (instant: Instant | null | undefined): string | null =>
  instant === null || instant === undefined ? null : formatInstant(instant);

/** The global ids of clients. */
export interface RowIds {
  readonly ofBackup: (backup: Backup) => string;
  /** Of what was backed up; null if the product does not tell it. */
  readonly ofBackedUp: (backup: Backup) => string | null;
  readonly ofEntity: (entity: ProtectedEntity) => string;
}

export const backupColumns = ({ ofBackup, ofBackedUp }: RowIds): Columns<Backup> => ({
  id: ofBackup,
  provider: ({ provider }) => provider,
  product: ({ kind }) => kind.toUpperCase(),
  externalId: ({ externalId }) => externalId,
  entity: ofBackedUp,
  entityExternalId: ({ entityId }) => entityId,
  name: ({ name }) => name,
  description: ({ description }) => description,
  type: ({ type }) => type,
  status: ({ status }) => status,
  upstreamStatus: ({ upstreamStatus }) => upstreamStatus,
  trigger: ({ trigger }) => trigger,
  sortedAt: ({ sortedAt }) => time(sortedAt),
  startedAt: ({ startedAt }) => time(startedAt),
  endedAt: ({ endedAt }) => time(endedAt),
  durationSeconds: ({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt),
  originalBytes: ({ size }) => size.originalBytes,
  compressedBytes: ({ size }) => size.compressedBytes,
  deduplicatedBytes: ({ size }) => size.deduplicatedBytes,
  storedBytes: ({ size }) => size.storedBytes,
  itemCount: ({ itemCount }) => itemCount,
  errorMessage: ({ errorMessage }) => errorMessage,
  warnings: ({ warnings }) => warnings.map(({ message }) => message),
  unreadable: ({ unreadable = [] }) => unreadable,
  observedAt: ({ observedAt }) => time(observedAt),
});

export const protectionColumns = ({ ofEntity }: RowIds): Columns<ProtectionRow> => ({
  id: ({ entity }) => ofEntity(entity),
  provider: ({ entity }) => entity.provider,
  product: ({ entity }) => entity.kind.toUpperCase(),
  externalId: ({ entity }) => entity.externalId,
  name: ({ entity }) => entity.name,
  labels: ({ entity }) => entity.labels ?? [],
  isPresent: ({ entity }) => entity.isPresent ?? null,
  status: ({ protection }) => protection.status,
  lastSuccessAt: ({ protection }) => time(protection.lastSuccessAt),
  expectedEverySeconds: ({ protection }) => protection.expectedEverySeconds,
  expectedSchedule: ({ protection }) => protection.expectedSchedule,
  dueAt: ({ protection }) => time(protection.dueAt),
  failuresSinceLastSuccess: ({ protection }) => protection.failuresSinceLastSuccess,
  dataPresence: ({ protection }) => protection.dataPresence,
  problem: ({ protection }) => protection.problem?.error.message ?? null,
  lastKnownStatus: ({ lastKnown }) => lastKnown?.status ?? null,
  lastKnownAt: ({ lastKnown }) => time(lastKnown?.asOf),
  nextRunAt: ({ entity }) => time(entity.nextRunAt),
  unreadable: ({ entity }) => entity.unreadable ?? [],
});

export interface Writer<Row> {
  readonly head: string;
  readonly line: (row: Row) => string;
}

export function csvWriter<Row>(columns: Columns<Row>): Writer<Row> {
  const cells = Object.values(columns);
  return {
    head: `${Object.keys(columns).join(',')}\r\n`,
    line: (row) => `${cells.map((cell) => toCsv(cell(row))).join(',')}\r\n`,
  };
}

export function jsonWriter<Row>(columns: Columns<Row>): Writer<Row> {
  const cells = Object.entries(columns);
  return {
    head: '',
    line: (row) => `${JSON.stringify(Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)])))}\n`,
  };
}

/** RFC 4180. A spreadsheet would take such a text for a formula. */
function toCsv(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join('\n');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
