/**
 * Pages over a product that filters and sorts by time (Flosum, vProtect): "at or before this time, newest first".
 * The cost of a page does not grow with its depth, since the key's time is the bound.
 */
import { GatewayError } from '../../../src/core/errors.ts';
import type { Instant } from '../../../src/core/instant.ts';
import { isWanted, type ListedBackup, openFor } from '../../../src/core/listed-backup.ts';
import { comparator, type ScanDirection } from '../../../src/core/order.ts';
import { type BackupPage, enoughOf, type PageQuery, type Problem } from '../../../src/core/provider.ts';
import { disordered } from './disorder.ts';

/** The requested rows. Bounds are inclusive; null for no bound. */
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
  /** Maximum number of rows in one reply of the product. */
  readonly maxLimit: number;
  /** One list call. */
  readonly fetch: (window: TimeWindow, signal: AbortSignal) => Promise<TimedRows>;
}

export interface TimedRows {
  readonly rows: readonly ListedBackup[];
  /** Rows of the whole window; null if the product does not say: then an empty page is the end. */
  readonly total: number | null;
  /** A later page of the same window gives all of these again, and what lies further on, whatever the limit. */
  readonly isCumulative?: boolean;
}

/**
 * Bounds are asked a little wider than meant, and what is too much is dropped here: whether a product takes its
 * bounds as inclusive, and how precise they are, is not documented.
 */
const marginMicroseconds = 1_000_000;

/** Rows of one time that a small page has room for at its end. */
const sharedTimes = 4;

/** Pages without a new row after which a product is not asked for another: it may find nothing new for some. */
const maxIdlePages = { widening: 500, numbered: 20 } as const;

/** The most rows that are read for one page before it says INCOMPLETE. */
export const maxScannedRows = 10_000;

/** How often a window is read by page numbers until two readings agree. The last one is shown in any case. */
export const maxReadings = 6;

/**
 * Each call begins at the time where the last one ended, so that rows which come and go meanwhile move nothing. Only
 * where one moment holds more rows than the product gives at once are they read by page numbers.
 */
export async function readTimeBound(
  source: TimeBoundSource,
  query: PageQuery,
  signal: AbortSignal,
): Promise<BackupPage> {
  // Rows without a time stand above all of these: before one of them there is nothing to be found here.
  if (query.direction === 'ascending' && query.after?.sortedAt === null) return { rows: [], isEnd: true, problems: [] };
  const scan = createScan(query);
  let window = toWindow(query);
  // One more shows that the last time is complete; after a key, some rows within the margin are known already.
  // A page that may be short is small: some more rows save the second call where the last ones share a time.
  const more = query.after === null ? (query.enough === undefined ? 1 : sharedTimes) : 9;
  let limit = Math.min(enoughOf(query) + more, source.maxLimit);
  let page = 0;
  let idlePages = 0;
  for (;;) {
    const answer = await source.fetch({ ...window, page, limit }, signal);
    await openFor(answer.rows, query.filter, signal);
    // Where the window begins next is where the furthest row stands: rows before it that come later are not seen.
    if (!answer.isCumulative && !isInOrder(answer.rows, query.direction)) scan.doubt(source);
    const isNew = scan.add(answer.rows);
    const found = scan.find(answer.total === null ? answer.rows.length === 0 : answer.rows.length >= answer.total);
    if (found) return found;
    idlePages = isNew ? 0 : idlePages + 1;
    if (scan.isLong() || idlePages === maxIdlePages.widening) return scan.stop(tooLong(source));
    const edge = scan.edge();
    if (answer.isCumulative) {
      page++;
    } else if (isPast(edge, window)) {
      window = startingAt(edge, window);
      // A filter that the product does not know may find little: the further it goes, the more it reads at once.
      limit = Math.min(limit * 2, source.maxLimit);
    } else {
      const numbered = await readByNumbers(source, window, signal);
      await openFor(numbered.rows, query.filter, signal);
      scan.add(numbered.rows);
      const whole = numbered.problem ? scan.stop(numbered.problem) : scan.find(numbered.isEnd);
      if (whole) return whole;
      if (scan.isLong()) return scan.stop(tooLong(source));
      window = startingAt(scan.edge(), window);
    }
  }
}

/** What was read so far for one page. */
function createScan(query: PageQuery) {
  const seen = new Map<string, ListedBackup>();
  let doubts: readonly Problem[] = [];
  const sorted = () => [...seen.values()].sort(comparator(query.direction));
  return {
    /** Whether any was not there yet. */
    add(rows: readonly ListedBackup[]): boolean {
      const before = seen.size;
      for (const row of rows) seen.set(row.localId, row);
      return seen.size > before;
    },
    /** The page, if it is full or nothing follows. */
    find(isEnd: boolean): BackupPage | null {
      const found = cut(sorted(), isEnd, query);
      return found.isEnd || found.rows.length >= enoughOf(query) ? { ...found, problems: doubts } : null;
    },
    stop: (problem: Problem): BackupPage => ({ ...cut(sorted(), false, query), problems: [problem, ...doubts] }),
    /** The list is not in the requested order, so rows may be missing. */
    doubt({ provider, entityId }: TimeBoundSource): void {
      doubts = [disordered(provider, entityId)];
    },
    isLong: () => seen.size >= maxScannedRows,
    /** Time of the furthest row. */
    edge: (): Instant | null => sorted().at(-1)?.sortedAt ?? null,
  };
}

/** Rows without a time may be anywhere in the list. */
function isInOrder(rows: readonly ListedBackup[], direction: ScanDirection): boolean {
  const times = rows.flatMap(({ sortedAt }) =>
    sortedAt === null ? [] : [direction === 'ascending' ? sortedAt : -sortedAt],
  );
  return times.every((time, index) => index === 0 || time >= (times[index - 1] as number) - marginMicroseconds);
}

type Bounds = Pick<TimeWindow, 'direction' | 'from' | 'to'>;

/** Whether a window that begins at this time is a smaller one. */
function isPast(edge: Instant | null, { direction, from, to }: Bounds): boolean {
  if (edge === null) return false;
  return direction === 'descending'
    ? to === null || edge + marginMicroseconds < to
    : from === null || edge - marginMicroseconds > from;
}

function startingAt(edge: Instant | null, window: Bounds): Bounds {
  if (edge === null) return window;
  return window.direction === 'descending'
    ? { ...window, to: edge + marginMicroseconds }
    : { ...window, from: edge - marginMicroseconds };
}

interface NumberedRows {
  readonly rows: readonly ListedBackup[];
  readonly isEnd: boolean;
  readonly problem: Problem | null;
}

/**
 * Page after page of one window, until there is a time that leads on. When a row goes between two calls, the rows
 * after it move up, and one of them slips past: so it is read until two readings agree.
 */
async function readByNumbers(source: TimeBoundSource, window: Bounds, signal: AbortSignal): Promise<NumberedRows> {
  let before = '';
  for (let reading = 1; ; reading++) {
    const numbered = await readNumbersOnce(source, window, signal);
    if (numbered.problem) return numbered;
    const now = [numbered.isEnd, ...numbered.rows.map(({ localId }) => localId)].join();
    if (now === before) return numbered;
    if (reading === maxReadings) return { ...numbered, problem: tooBusy(source) };
    before = now;
  }
}

async function readNumbersOnce(source: TimeBoundSource, window: Bounds, signal: AbortSignal): Promise<NumberedRows> {
  const rows = new Map<string, ListedBackup>();
  let limit = source.maxLimit;
  let count = 0;
  let idlePages = 0;
  for (let page = 0; ; page++) {
    const answer = await source.fetch({ ...window, page, limit }, signal);
    // A product may give fewer than asked and not be at its end: its own size is then the size of a page.
    if (page === 0 && answer.rows.length > 0) limit = Math.min(limit, answer.rows.length);
    const before = rows.size;
    for (const row of answer.rows) rows.set(row.localId, row);
    count += answer.rows.length;
    idlePages = rows.size === before ? idlePages + 1 : 0;
    const isEnd = answer.rows.length === 0 || (answer.total !== null && count >= answer.total);
    const isOver = isEnd || isPast(answer.rows.at(-1)?.sortedAt ?? null, window);
    // A product without pages returns the same one each time.
    const isStuck = rows.size >= maxScannedRows || idlePages === maxIdlePages.numbered;
    if (isOver || isStuck) return { rows: [...rows.values()], isEnd, problem: isOver ? null : tooLong(source) };
  }
}

function toWindow({ direction, after, filter }: PageQuery): Bounds {
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

const incomplete = ({ provider, entityId }: TimeBoundSource, message: string): Problem => ({
  provider,
  entityId,
  error: new GatewayError('INCOMPLETE', message),
});

const tooLong = (source: TimeBoundSource): Problem =>
  incomplete(
    source,
    `${source.provider} cannot filter by all that was asked, and ${maxScannedRows} rows were read without filling the page. Narrow it by time.`,
  );

const tooBusy = (source: TimeBoundSource): Problem =>
  incomplete(
    source,
    `The list of ${source.provider} changed each time that it was read, so rows may be missing. Ask again.`,
  );
