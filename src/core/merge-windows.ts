/** Merges windows of sorted lists. A window is the part of a list that was read so far. */
import { compareIds, type ScanDirection, type SortKey } from './order.ts';

export interface MergeWindow<Row extends SortKey> {
  /** In order. */
  readonly rows: readonly Row[];
  /** More rows follow that can be read. */
  readonly isOpen: boolean;
  /** Unread rows that cannot be read now follow this key; null: none do. */
  readonly horizon?: SortKey | null;
}

export interface Taken<Row extends SortKey> {
  readonly rows: readonly Row[];
  /** The window of each row. */
  readonly sources: readonly number[];
  /** Number of rows taken of each window. */
  readonly used: readonly number[];
  /** Windows that must be read further before the next row is certain; empty if there are enough rows or no more. */
  readonly short: readonly number[];
}

/** Takes the first `size` rows of all windows, or those before which no unread row can come. */
export function takeFirst<Row extends SortKey>(
  windows: readonly MergeWindow<Row>[],
  size: number,
  direction: ScanDirection,
): Taken<Row> {
  const rows: Row[] = [];
  const sources: number[] = [];
  const used = new Array<number>(windows.length).fill(0);
  const heads = createHeads(windows, used, direction);
  const short = () =>
    windows.flatMap(({ isOpen, rows: read }, index) => (isOpen && used[index] === read.length ? [index] : []));
  if (size > 0 && windows.some(({ isOpen, rows: read }) => isOpen && read.length === 0)) {
    return { rows, sources, used, short: short() };
  }
  while (rows.length < size) {
    const source = heads.first();
    if (source === null) break;
    const { rows: read, isOpen } = windows[source] as MergeWindow<Row>;
    const row = read[used[source] as number] as Row;
    if (heads.isHidden(row)) break;
    rows.push(row);
    sources.push(source);
    used[source] = (used[source] as number) + 1;
    heads.advance(source);
    if (isOpen && used[source] === read.length && rows.length < size) return { rows, sources, used, short: short() };
  }
  return { rows, sources, used, short: [] };
}

/** The next row of each window. */
function createHeads<Row extends SortKey>(
  windows: readonly MergeWindow<Row>[],
  used: readonly number[],
  direction: ScanDirection,
) {
  const sign = direction === 'descending' ? -1 : 1;
  /** Time of the next row along the walk; NaN: there is none. */
  const placeOf = (row: SortKey | undefined): number =>
    row ? sign * (row.sortedAt ?? Number.POSITIVE_INFINITY) : Number.NaN;
  const places = windows.map(({ rows }) => placeOf(rows[0]));
  const horizons = windows.flatMap(({ horizon }, index) => (horizon ? [{ horizon, index }] : []));
  const rowAt = (index: number) => windows[index]?.rows[used[index] as number] as Row;
  const isBefore = (a: SortKey, b: SortKey) => compareEqualTimes(a, b) * -sign < 0;

  return {
    /** The window with the first row; null: all are used up. */
    first(): number | null {
      let found = -1;
      for (let index = 0; index < places.length; index++) {
        const place = places[index] as number;
        if (Number.isNaN(place)) continue;
        const least = found < 0 ? Number.NaN : (places[found] as number);
        if (found < 0 || place < least || (place === least && isBefore(rowAt(index), rowAt(found)))) found = index;
      }
      return found < 0 ? null : found;
    },
    advance(index: number): void {
      places[index] = placeOf(rowAt(index));
    },
    /** Whether the row is behind the horizon of a used-up window: unread rows may come before it. */
    isHidden: (row: SortKey): boolean =>
      horizons.some(({ horizon, index }) => {
        if (!Number.isNaN(places[index] as number)) return false;
        const [own, other] = [placeOf(row), placeOf(horizon)];
        return own > other || (own === other && isBefore(horizon, row));
      }),
  };
}

/** As in a list of newest first, for rows of the same time. */
function compareEqualTimes(a: SortKey, b: SortKey): number {
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
  return compareIds(b.externalId, a.externalId);
}
