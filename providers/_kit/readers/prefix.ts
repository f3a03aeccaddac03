/**
 * Pages over a product that answers only "the newest N rows" (Borg UI). It lists by id while our order is by
 * time, so a row may sit a few places away from where it belongs: we look that far past the window and sort.
 */
import { GatewayError } from '../../../src/core/errors.ts';
import { isWanted, type ListedBackup, openFor } from '../../../src/core/listed-backup.ts';
import { comparator, compareKeys } from '../../../src/core/order.ts';
import { type BackupPage, enoughOf, type PageQuery, type Problem } from '../../../src/core/provider.ts';
import { disordered, displacements, ListOrder, lastTies, maxDisorder } from './disorder.ts';

export { maxDisorder } from './disorder.ts';

export interface PrefixSource {
  /** The configured name, for problems. */
  readonly provider: string;
  /** Reads the newest rows, at most `limit`. `isWhole`: the product has no other rows. */
  readonly fetch: (limit: number, signal: AbortSignal) => Promise<{ rows: readonly ListedBackup[]; isWhole: boolean }>;
  /** Shared by the reads of one list; without it, each page is read as if it were the first. */
  readonly memory?: PrefixMemory;
}

/** The order of one list, as earlier reads saw it. */
export interface PrefixMemory {
  /** How many places further down than it belongs a row was listed. */
  lateness: number;
  /** An earlier read reached the end of the list. */
  isWhole: boolean;
  /** Null: always reads ahead. */
  readonly order: ListOrder | null;
}

export const createPrefixMemory = (order: ListOrder | null = new ListOrder()): PrefixMemory => ({
  lateness: 0,
  isWhole: false,
  order,
});

/** Rows that lie further down than this are not looked for, but named as missing. */
const maxLateness = 500;

/** The most rows that are read for one page: about 7 MB of Borg UI's JSON. */
export const maxRows = 10_000;

/**
 * One request where the window lies within `query.offset` and the disorder bound; twice as many rows with each
 * further one, until the page is full, the list ends, or the ceiling is reached (INCOMPLETE). A list whose order is
 * confirmed is read no further than the page and one row. A list in which rows lie further from their place is read so
 * much further, as soon as that is known; what an earlier page could not know of is INCOMPLETE.
 */
export async function readPrefix(source: PrefixSource, query: PageQuery, signal: AbortSignal): Promise<BackupPage> {
  const memory = source.memory ?? { ...createPrefixMemory(null), isWhole: true };
  // Backwards from no key, the oldest rows come first: nothing is known before the list was read to its end. Further
  // up, whatever lies too far down is found only where that is known.
  // Before a row that waits there are only others that wait, which are listed first.
  const isUnknown = !memory.isWhole && query.after?.sortedAt !== null;
  const isFromEnd = query.direction === 'ascending' && (query.after === null || isUnknown);
  let limit = isFromEnd ? maxRows : Math.min(query.offset + enoughOf(query) + aheadOf(memory), maxRows);
  for (;;) {
    const { rows, isWhole } = await source.fetch(limit, signal);
    await openFor(rows, query.filter, signal);
    memory.order?.see(rows);
    const isAssumed = memory.order?.isConfirmed ?? false;
    const places = displacements(rows);
    memory.lateness = places.reduce((most, place) => Math.max(most, place), memory.lateness);
    memory.isWhole ||= isWhole || limit === maxRows;
    const { isLate, ...cut } = cutPage(rows, places, isWhole, query, isAssumed ? null : disorderOf(memory));
    const page = { ...cut, ...(isAssumed && !isWhole ? { isOrderAssumed: true } : {}) };
    const isBeyond = !isWhole && memory.lateness > maxLateness;
    const isMistaken = (query.isOrderAssumed ?? false) && (memory.order?.isDisordered ?? false);
    const problems = isLate || isBeyond || isMistaken ? [disordered(source.provider, null)] : [];
    if (page.isEnd || page.rows.length >= enoughOf(query)) return { ...page, problems };
    if (limit === maxRows) return { ...page, problems: [ceilingProblem(source.provider), ...problems] };
    limit = Math.min(limit * 2, maxRows);
  }
}

/** Rows to read past the page: one shows that the last time is complete. */
const aheadOf = (memory: PrefixMemory): number => (memory.order?.isConfirmed ? 1 : disorderOf(memory));

const disorderOf = ({ lateness }: PrefixMemory): number => Math.max(maxDisorder, Math.min(lateness, maxLateness));

function cutPage(
  unsorted: readonly ListedBackup[],
  places: readonly number[],
  isWhole: boolean,
  query: PageQuery,
  /** Null: the list is in order of time. */
  disorder: number | null,
) {
  const { after, direction, filter, limit } = query;
  const sorted = [...unsorted].sort(compareKeys);
  // What is further back may still hold rows that belong among the last ones that we see.
  const uncertain = isWhole ? 0 : (disorder ?? lastTies(sorted));
  const certain = sorted.slice(0, Math.max(0, sorted.length - uncertain));
  const oldest = certain.at(-1);
  if (direction === 'ascending') {
    const reachesKey = after !== null && oldest !== undefined && compareKeys(oldest, after) >= 0;
    if (!isWhole && !reachesKey) return { rows: [], positions: [], isEnd: false, isLate: false };
  }
  const compare = comparator(direction);
  const matching = certain
    .map((row, index) => ({ row, position: index + 1 }))
    .filter(({ row }) => (after === null || compare(row, after) > 0) && isWanted(row, filter));
  if (direction === 'ascending') matching.reverse();
  const isRangeRead = direction === 'ascending' || isWhole || isOlder(oldest, filter.startedAfter);
  const shown = matching.slice(0, limit);
  return {
    rows: shown.map(({ row }) => row),
    positions: shown.map(({ position }) => position),
    isEnd: isRangeRead && matching.length <= limit,
    isLate: direction === 'descending' && after !== null && hasLateRow(sorted, places, query),
  };
}

/**
 * A row before the key that an earlier page did not know of: it lies too far down, deeper than that page had to read, and
 * more rows lie before the key than that page counted.
 */
function hasLateRow(sorted: readonly ListedBackup[], places: readonly number[], query: PageQuery): boolean {
  const { after, offset, filter } = query;
  const isBefore = (row: ListedBackup) => after !== null && compareKeys(row, after) <= 0;
  const before = sorted.filter(isBefore).length;
  if (before <= offset) return false;
  return sorted.slice(0, before).some((row, index) => {
    const place = places[index] ?? 0;
    return place > maxDisorder && index + place >= offset + maxDisorder && isWanted(row, filter);
  });
}

/** Whether every row after this one is older than the filter accepts. */
const isOlder = (oldest: ListedBackup | undefined, startedAfter: number | null): boolean =>
  startedAfter !== null && oldest !== undefined && oldest.sortedAt !== null && oldest.sortedAt < startedAfter;

const ceilingProblem = (provider: string): Problem => ({
  provider,
  entityId: null,
  isBound: true,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} can only be read from its newest backup on, and the first ${maxRows} were read. Narrow the filter, or ask newest first.`,
  ),
});
