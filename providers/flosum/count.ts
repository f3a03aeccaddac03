/** Counts the matching backups of one connection: by the product's total if that is exact, else row by row. */
import type { BackupFilter } from '../../src/core/filter.ts';
import { isWanted, openFor } from '../../src/core/listed-backup.ts';
import { maxScannedRows, type TimeBoundSource } from '../_kit/readers/time-bound.ts';
import { isCountedExactly } from './filter.ts';

type Fetch = TimeBoundSource['fetch'];

/** Margin of the bounds that are sent. Rows outside the filter are not counted. */
const marginMicroseconds = 1_000_000;

/** Null if there are too many rows to look at. */
export async function countRows(
  fetch: Fetch,
  filter: BackupFilter,
  maxLimit: number,
  signal: AbortSignal,
): Promise<number | null> {
  const { startedAfter, startedBefore } = filter;
  const window = {
    direction: 'descending' as const,
    from: startedAfter === null ? null : startedAfter - marginMicroseconds,
    to: startedBefore === null ? null : startedBefore + marginMicroseconds,
  };
  if (isCountedExactly(filter)) return (await fetch({ ...window, page: 0, limit: 1 }, signal)).total;
  const matching = new Set<string>();
  let limit = maxLimit;
  let seen = 0;
  for (let page = 0; ; page++) {
    const { rows, total } = await fetch({ ...window, page, limit }, signal);
    if (total === null || total > maxScannedRows) return null;
    await openFor(rows, filter, signal);
    for (const row of rows) if (isWanted(row, filter)) matching.add(row.localId);
    seen += rows.length;
    if (rows.length === 0 || seen >= total) return matching.size;
    // The service may return fewer rows than requested: that is then the size of its pages.
    if (page === 0) limit = rows.length;
  }
}
