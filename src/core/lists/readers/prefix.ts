/**
 * Pages over a product that answers only "the newest N rows" (Borg UI). It lists by id while our order is by
 * time, so a row may sit a few places away from where it belongs: we look that far past the window and sort.
 */
import { GatewayError } from '../../errors.ts';
import { comparator, compareKeys } from '../../order.ts';
import type { BackupPage, PageQuery, Problem } from '../../provider.ts';
import { isWanted, type ListedBackup } from '../listed.ts';

export interface PrefixSource {
  /** The configured name, for problems. */
  readonly provider: string;
  /** The newest rows, at most `limit`. `isWhole`: the product has no others. */
  readonly fetch: (limit: number, signal: AbortSignal) => Promise<{ rows: readonly ListedBackup[]; isWhole: boolean }>;
}

/** How many places a row may sit from its place in our order. */
export const maxDisorder = 50;

/** The most rows that are read for one page: about 7 MB of Borg UI's JSON. */
export const maxRows = 10_000;

/**
 * One request where the window lies within `query.offset` and the disorder bound; twice as many rows with each
 * further one, until the page is full, the list ends, or the ceiling is reached (INCOMPLETE).
 */
export async function readPrefix(source: PrefixSource, query: PageQuery, signal: AbortSignal): Promise<BackupPage> {
  // Backwards from no key, the oldest rows come first: nothing is known before the list was read to its end.
  const isFromEnd = query.direction === 'ascending' && query.after === null;
  let limit = isFromEnd ? maxRows : Math.min(query.offset + query.limit + maxDisorder, maxRows);
  for (;;) {
    const { rows, isWhole } = await source.fetch(limit, signal);
    const page = cutPage(rows, isWhole, query);
    if (page.isEnd || page.rows.length === query.limit) return { ...page, problems: [] };
    if (limit === maxRows) return { ...page, problems: [ceilingProblem(source.provider)] };
    limit = Math.min(limit * 2, maxRows);
  }
}

function cutPage(unsorted: readonly ListedBackup[], isWhole: boolean, query: PageQuery) {
  const { after, direction, filter, limit } = query;
  const sorted = [...unsorted].sort(compareKeys);
  // What is further back may still hold rows that belong among the last ones that we see.
  const certain = isWhole ? sorted : sorted.slice(0, Math.max(0, sorted.length - maxDisorder));
  const oldest = certain.at(-1);
  if (direction === 'ascending') {
    const reachesKey = after !== null && oldest !== undefined && compareKeys(oldest, after) >= 0;
    if (!isWhole && !reachesKey) return { rows: [], positions: [], isEnd: false };
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
  };
}

/** Everything after this row is older than the filter asks for. */
const isOlder = (oldest: ListedBackup | undefined, startedAfter: number | null): boolean =>
  startedAfter !== null && oldest !== undefined && oldest.sortedAt !== null && oldest.sortedAt < startedAfter;

const ceilingProblem = (provider: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} can only be read from its newest backup on, and the first ${maxRows} were read. Narrow the filter, or ask newest first.`,
  ),
});
