/** Joins a page of rows that the server sorts by time with the rows that it cannot. */
import { matchesFilter } from '../../src/core/filter.ts';
import { type ListedBackup, listed } from '../../src/core/listed-backup.ts';
import type { LocalId } from '../../src/core/model.ts';
import { comparator } from '../../src/core/order.ts';
import type { BackupPage, PageQuery, Problem } from '../../src/core/provider.ts';
import type { VProtectBackup } from './map.ts';

/** Rows without a snapshot time. */
interface UntimedRows {
  readonly rows: readonly VProtectBackup[];
  readonly problems: readonly Problem[];
}

/** A row after the last timed one is left to the next page: rows between them may be unread. */
export function joinRows(
  timed: BackupPage,
  extra: UntimedRows,
  { direction, after, filter, limit }: PageQuery,
): BackupPage {
  const compare = comparator(direction);
  const last = timed.rows.at(-1);
  const isCertain = (row: VProtectBackup) => timed.isEnd || (last !== undefined && compare(row, last) <= 0);
  const fitting = extra.rows
    .filter((row) => (after === null || compare(row, after) > 0) && matchesFilter(row, filter) && isCertain(row))
    .map(listed);
  // One that got its time between the two calls is where the timed ones say.
  const byId = new Map<LocalId, ListedBackup>([...fitting, ...timed.rows].map((row) => [row.localId, row]));
  const rows = [...byId.values()].sort(compare);
  return {
    rows: rows.slice(0, limit),
    isEnd: timed.isEnd && rows.length <= limit,
    problems: [...timed.problems, ...extra.problems],
  };
}
