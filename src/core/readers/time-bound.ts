/**
 * Pages over a product that filters and sorts by time (Flosum, vProtect): "at or before this time, newest first".
 * The cost of a page does not grow with its depth, since the key's time is the bound.
 */
import { GatewayError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { isWanted, type ListedBackup } from '../listed.ts';
import { comparator, type ScanDirection } from '../order.ts';
import type { BackupPage, PageQuery } from '../provider.ts';

/** What the product is asked for. Bounds are inclusive; null: none. */
export interface TimeWindow {
  readonly direction: ScanDirection;
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** From 0. */
  readonly page: number;
  readonly limit: number;
}

export interface TimeBoundSource {
  /** The configured name, for problems. */
  readonly provider: string;
  /** The entity whose backups these are, where each entity is listed on its own. */
  readonly entityId: string | null;
  /** The most rows that the product gives at once. */
  readonly maxLimit: number;
  /**
   * One list call. `total`: how many rows the window has in all; null where the product does not say, and then an
   * empty page is its end.
   */
  readonly fetch: (
    window: TimeWindow,
    signal: AbortSignal,
  ) => Promise<{ rows: readonly ListedBackup[]; total: number | null }>;
}

/**
 * Bounds are asked a little wider than meant, and what is too much is dropped here: whether a product takes its
 * bounds as inclusive, and how precise they are, is not documented.
 */
const marginMicroseconds = 1_000_000;

/** Pages without a new row after which a product is not asked for another. */
const maxIdlePages = 500;

/** The most rows that are read for one page before it says INCOMPLETE. */
export const maxScannedRows = 10_000;

export async function readTimeBound(
  source: TimeBoundSource,
  query: PageQuery,
  signal: AbortSignal,
): Promise<BackupPage> {
  const window = toWindow(query);
  const compare = comparator(query.direction);
  const seen = new Map<string, ListedBackup>();
  let idlePages = 0;
  // One more shows that the last time is complete; after a key, some rows within the margin are known already.
  let limit = Math.min(query.limit + (query.after === null ? 1 : 9), source.maxLimit);
  for (let page = 0; ; page++) {
    const { rows, total } = await source.fetch({ ...window, page, limit }, signal);
    const known = seen.size;
    for (const row of rows) seen.set(row.localId, row);
    const isEnd = total === null ? rows.length === 0 : seen.size >= total || rows.length === 0;
    const found = cut([...seen.values()].sort(compare), isEnd, query);
    if (found.isEnd || found.rows.length === query.limit) return { ...found, problems: [] };
    // An adapter may widen its span with each page, and find nothing new for some; a product that does not know pages
    // gives the same one for ever.
    idlePages = seen.size === known ? idlePages + 1 : 0;
    if (idlePages === maxIdlePages || seen.size >= maxScannedRows) return { ...found, problems: [scanProblem(source)] };
    // A product may give fewer than asked and not be at its end: its own size is then the size of a page.
    if (page === 0 && rows.length < limit && rows.length > 0) limit = rows.length;
  }
}

function toWindow({ direction, after, filter }: PageQuery): Pick<TimeWindow, 'direction' | 'from' | 'to'> {
  const { startedAfter, startedBefore } = filter;
  const key = after?.sortedAt ?? null;
  const isDescending = direction === 'descending';
  const to = isDescending ? earliest(startedBefore, key) : startedBefore;
  const from = isDescending ? startedAfter : latest(startedAfter, key);
  return {
    direction,
    from: from === null ? null : from - marginMicroseconds,
    to: to === null ? null : to + marginMicroseconds,
  };
}

const earliest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
const latest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

function cut(sorted: readonly ListedBackup[], isEnd: boolean, query: PageQuery): Pick<BackupPage, 'rows' | 'isEnd'> {
  const compare = comparator(query.direction);
  const edge = sorted.at(-1)?.sortedAt;
  // How a product orders equal times is its own affair: the last ones are complete only once another time was seen.
  const complete = isEnd ? sorted : sorted.filter(({ sortedAt }) => sortedAt !== edge);
  const matching = complete.filter(
    (row) => (query.after === null || compare(row, query.after) > 0) && isWanted(row, query.filter),
  );
  return { rows: matching.slice(0, query.limit), isEnd: isEnd && matching.length <= query.limit };
}

const scanProblem = ({ provider, entityId }: TimeBoundSource) => ({
  provider,
  entityId,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} cannot filter by all that was asked, and ${maxScannedRows} rows were read without filling the page. Narrow it by time.`,
  ),
});
