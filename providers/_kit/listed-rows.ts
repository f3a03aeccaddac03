/** Rows of a product's list. The fields that decide the order are parsed first, the rest when a row is opened. */
import { type ListedBackup, lazily } from '../../src/core/listed-backup.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import type { SortKey } from '../../src/core/order.ts';
import { inTurns } from '../../src/core/turns.ts';
import type { RowReport } from '../../src/core/unreadable-rows.ts';

export interface RowReading {
  /** The place of the row in the order; null if it has no readable id. */
  readonly toPlace: (row: unknown) => RowPlace | null;
  readonly toBackup: (row: unknown) => Backup;
  /** The entity whose list it is, for the report of rows without an id; null if not known. */
  readonly entityId: LocalId | null;
}

interface RowPlace {
  readonly key: SortKey;
  readonly localId: LocalId;
  /** False if its time cannot be read. */
  readonly hasTime: boolean;
}

/** Yields to the event loop between batches of rows. Throws as `inTurns` does. */
export async function toListedRows(
  rows: readonly unknown[],
  { toPlace, toBackup, entityId }: RowReading,
  report: RowReport,
  signal: AbortSignal,
): Promise<ListedBackup[]> {
  const open = (row: unknown) => report.opened(toBackup(row));
  const listed: ListedBackup[] = [];
  const add = (row: unknown) => {
    const place = toPlace(row);
    if (place) listed.push(...report.place(lazily(place.key, place.localId, row, open), place.hasTime));
    else report.lose(entityId, row);
  };
  await inTurns(rows, add, signal);
  return listed;
}
