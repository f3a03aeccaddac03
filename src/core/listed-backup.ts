/**
 * Rows of lists, read only as far as their order needs. A page of 50 over six lists is 300 rows or more, of which 50
 * are shown: checking and mapping the others would be most of the work.
 */
import { type BackupFilter, matchesFilter, matchesTime } from './filter.ts';
import type { Instant } from './instant.ts';
import type { Backup, LocalId } from './model.ts';
import type { SortKey } from './order.ts';
import { inTurns } from './turns.ts';

export interface ListedBackup extends SortKey {
  readonly localId: LocalId;
  /** The whole row, checked and mapped at the first call. Throws PROVIDER_INVALID_RESPONSE where it is not as it must be. */
  open(): Backup;
}

/** A row that was read whole already. */
export const listed = (backup: Backup): ListedBackup => new Row(backup, backup.localId, backup, itself);

const itself = (backup: Backup): Backup => backup;

/** `read` makes it of what the product gave, once at most unless it throws. One function serves a whole list. */
export const lazily = <Raw>(key: SortKey, localId: LocalId, raw: Raw, read: (raw: Raw) => Backup): ListedBackup =>
  new Row(key, localId, raw, read);

/** A class, since lists are long and a closure for each row is garbage to collect. */
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
 * Opens the rows that a filter looks into, in as many turns of the event loop as that takes, so that `isWanted` only
 * compares. Throws as `inTurns` does.
 */
export async function openFor(rows: readonly ListedBackup[], filter: BackupFilter, signal: AbortSignal): Promise<void> {
  if (!isByTimeOnly(filter)) await inTurns(rows, (row) => void row.open(), signal);
}

/** Like `matchesFilter`, without opening a row that a filter by time alone, or none, can decide on. */
export function isWanted(row: ListedBackup, filter: BackupFilter): boolean {
  return isByTimeOnly(filter) ? matchesTime(row.sortedAt, filter) : matchesFilter(row.open(), filter);
}

const isByTimeOnly = ({ entityIds, statuses, types, triggers, search }: BackupFilter): boolean =>
  !entityIds && !statuses && !types && !triggers && search === null;
