/**
 * Rows of lists, read only as far as their order needs. A page of 50 over six lists is 300 rows or more, of which 50
 * are shown: checking and mapping the others would be most of the work.
 */
import { type BackupFilter, isWithin, matchesFilter } from './filter.ts';
import type { Backup, LocalId } from './model.ts';
import { type SortKey, toSortKey } from './order.ts';

export interface ListedBackup extends SortKey {
  readonly localId: LocalId;
  /** The whole row, checked and mapped at the first call. Throws PROVIDER_INVALID_RESPONSE where it is not as it must be. */
  readonly open: () => Backup;
}

/** A row that was read whole already. */
export const listed = (backup: Backup): ListedBackup => ({
  ...toSortKey(backup),
  localId: backup.localId,
  open: () => backup,
});

/** The same row, shown as `show` makes it; its place must stay. */
export function shownAs(row: ListedBackup, show: (backup: Backup) => Backup): ListedBackup {
  return lazily(row, row.localId, () => show(row.open()));
}

/** `read` is called once at most, unless it throws. */
export function lazily(
  { sortedAt, provider, externalId }: SortKey,
  localId: LocalId,
  read: () => Backup,
): ListedBackup {
  let backup: Backup | null = null;
  return { sortedAt, provider, externalId, localId, open: () => (backup ??= read()) };
}

/** Like `matchesFilter`, without opening a row that a filter by time alone, or none, can decide on. */
export function isWanted(row: ListedBackup, filter: BackupFilter): boolean {
  const { entityIds, statuses, types, triggers, search } = filter;
  const isByTimeOnly = !entityIds && !statuses && !types && !triggers && search === null;
  return isByTimeOnly ? isWithin(row.sortedAt, filter) : matchesFilter(row.open(), filter);
}
