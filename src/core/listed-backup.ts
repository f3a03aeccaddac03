/**
 * Rows of lists, parsed lazily: first only the sort key. A page of 50 over six lists reads 300 rows or more; validating
 * and mapping the rows that are not shown would be most of the work.
 */
import { type BackupFilter, matchesFilter, matchesTime, needsRows } from './filter.ts';
import type { Instant } from './instant.ts';
import type { Backup, LocalId } from './model.ts';
import type { SortKey } from './order.ts';
import { inTurns } from './turns.ts';

export interface ListedBackup extends SortKey {
  readonly localId: LocalId;
  /**
   * Returns the whole row, validated and mapped at the first call. Throws PROVIDER_INVALID_RESPONSE if it is invalid.
   */
  open(): Backup;
}

/** Returns a row for a backup that is already mapped. */
export const listed = (backup: Backup): ListedBackup => new Row(backup, backup.localId, backup, itself);

const itself = (backup: Backup): Backup => backup;

/** Returns a row that calls `read` to map `raw`, at most once unless it throws. One function serves a whole list. */
export const lazily = <Raw>(key: SortKey, localId: LocalId, raw: Raw, read: (raw: Raw) => Backup): ListedBackup =>
  new Row(key, localId, raw, read);

/** A class, since a closure for each row of a long list would cost memory. */
class Row<Raw> implements ListedBackup {
  readonly sortedAt: Instant | null;
  readonly provider: string;
  readonly externalId: string;
  readonly localId: LocalId;
  readonly #raw: Raw;
  readonly #read: (raw: Raw) => Backup;
  #backup: Backup | null = null;

  constructor({ sortedAt, provider, externalId }: SortKey, localId: LocalId, raw: Raw, read: (raw: Raw) => Backup) {
    this.sortedAt = sortedAt;
    this.provider = provider;
    this.externalId = externalId;
    this.localId = localId;
    this.#raw = raw;
    this.#read = read;
  }

  open(): Backup {
    this.#backup ??= this.#read(this.#raw);
    return this.#backup;
  }
}

/**
 * Opens the rows that the filter needs, over several turns of the event loop, so that `isWanted` only compares. Throws
 * like `inTurns`.
 */
export async function openFor(rows: readonly ListedBackup[], filter: BackupFilter, signal: AbortSignal): Promise<void> {
  if (!isByTimeOnly(filter)) await inTurns(rows, (row) => void row.open(), signal);
}

/** Like `matchesFilter`, but does not open the row if its time is enough to decide. */
export function isWanted(row: ListedBackup, filter: BackupFilter): boolean {
  return isByTimeOnly(filter) ? matchesTime(row.sortedAt, filter) : matchesFilter(row.open(), filter);
}

function isByTimeOnly(filter: BackupFilter): boolean {
  const { entityIds, statuses, types, triggers, search } = filter;
  return !entityIds && !statuses && !types && !triggers && search === null && !needsRows(filter);
}
