/**
 * Pages over a product that has page numbers only, and lists its rows nearly, but not quite, newest first (Labii).
 * A row may sit up to `maxDisorder` places from where it belongs: we read that far before and after the window, sort,
 * and show only what no unread row can come between.
 *
 * Why that is enough: of the rows that follow any place in the list, only the first `maxDisorder` in our order can be
 * newer than a row above that place; of those that lead up to it, only the last so many can be older than one below.
 *
 * A list whose order is confirmed is read no further than the page needs. Before the window it is read as far as before:
 * a row that is listed too far down then comes in the same read as the rows that it should come before.
 */
import { GatewayError } from '../../../src/core/errors.ts';
import type { BackupFilter } from '../../../src/core/filter.ts';
import { type Instant, now } from '../../../src/core/instant.ts';
import { isWanted, type ListedBackup } from '../../../src/core/listed-backup.ts';
import { comparator, compareKeys } from '../../../src/core/order.ts';
import { type BackupPage, enoughOf, type PageQuery, type Problem } from '../../../src/core/provider.ts';
import { disordered, firstTies, isDisordered, ListOrder, lastTies, maxDisorder } from './disorder.ts';
import {
  createLister,
  createMemory,
  ListChanged,
  type Lister,
  type Memory,
  type PageSource,
  pageAt,
  type Run,
  readDown,
} from './page-run.ts';

export { maxDisorder } from './disorder.ts';
export {
  createMemory as createPageMemory,
  type ListedPage,
  type PageSource,
} from './page-run.ts';

/** Reads one list. */
export type PageReader = (query: PageQuery, signal: AbortSignal) => Promise<BackupPage>;

/** The most rows that are read for one page before it says INCOMPLETE. */
export const maxScannedRows = 10_000;

/** How often a window is read again because the list changes meanwhile. The last reading is shown in any case. */
export const maxAttempts = 5;

/**
 * `memory`: hints of where times are in the list. They save calls, and never decide which rows are shown. `order`: what
 * is known of the list's order; null: always reads ahead.
 */
export function createPageReader(
  source: PageSource,
  maxRows = maxScannedRows,
  memory = createMemory(),
  order: ListOrder | null = new ListOrder(),
): PageReader {
  return async (query, signal) => {
    const isWanted = matchOnce(query.filter);
    for (let attempt = 1; ; attempt++) {
      const lister = createLister(source, memory, signal);
      const isStrict = attempt < maxAttempts;
      try {
        return await readWindow({ source, maxRows, memory, order, lister, query, isWanted, isStrict });
      } catch (error) {
        if (!(error instanceof ListChanged)) throw error;
      }
    }
  };
}

/** The run is cut after each page, so that every row of it comes again each time. */
function matchOnce(filter: BackupFilter): (row: ListedBackup) => boolean {
  const verdicts = new WeakMap<ListedBackup, boolean>();
  return (row) => {
    const known = verdicts.get(row);
    if (known !== undefined) return known;
    const verdict = isWanted(row, filter);
    verdicts.set(row, verdict);
    return verdict;
  };
}

interface Attempt {
  readonly source: PageSource;
  readonly maxRows: number;
  readonly memory: Memory;
  readonly order: ListOrder | null;
  readonly lister: Lister;
  readonly query: PageQuery;
  /** Whether the filter accepts a row. */
  readonly isWanted: (row: ListedBackup) => boolean;
  readonly isStrict: boolean;
}

/** Trusts the guess first. Where it led astray the place is searched, and where it was a little off, read from further up. */
async function readWindow(attempt: Attempt): Promise<BackupPage> {
  const { source, memory, order, lister, query } = attempt;
  const range = toRange(query);
  let place = await guessPlace(attempt, range);
  let isLocated = range.startsAt === null;
  for (let reach = maxDisorder; ; ) {
    const ahead = order?.isConfirmed && reach === maxDisorder ? 1 : reach;
    const above = range.isDescending ? 1 + reach : enoughOf(query) + ahead;
    const first = pageAt(place - above, memory.latest()?.size ?? source.pageSize);
    const { cut, run, isMissed } = await readFrom(attempt, range, first, isLocated ? null : place);
    const isMistaken = (query.isOrderAssumed ?? false) && (order?.isDisordered ?? false);
    const problems = isMistaken || isDisordered(run.rows) ? [disordered(source.provider, source.entityId)] : [];
    if (isWhole(cut, query)) return toPage(cut, query, run.hasChanged ? [tooBusy(source), ...problems] : problems);
    if (lister.rowCount() >= attempt.maxRows) return toPage(cut, query, [tooLong(attempt), ...problems]);
    if (isMissed && !isLocated) {
      place = await locate(attempt, range, place);
      isLocated = true;
    } else reach *= 2;
  }
}

interface Reading {
  readonly cut: Cut;
  readonly run: Run;
  /** All that was read lies on one side of where the range begins. */
  readonly isMissed: boolean;
}

/** Reads down as long as that may help. `place`: where the range should begin, if that is only a guess. */
async function readFrom(attempt: Attempt, range: Range, first: number, place: number | null): Promise<Reading> {
  const { query, order, lister, source, isStrict } = attempt;
  for await (const run of readDown(lister, first, isStrict)) {
    if (!run.hasChanged) order?.see(run.rows);
    const cut = cutRun(run, attempt.isWanted, range, order?.isConfirmed ?? false);
    const newer = run.rows.filter(range.isNewer).length;
    const isMissed = newer === 0 || newer === run.rows.length;
    const isPast = place !== null && run.top + run.rows.length > place + maxDisorder + source.pageSize;
    // Below the start of an ascending walk, or of a window that began too far down, there is nothing to find.
    const isTooLow = range.isDescending ? !cut.isStartSeen && run.rows.length > maxDisorder : cut.isStartSeen;
    const isOver = isWhole(cut, query) || isTooLow || run.isBottom || (isMissed && isPast);
    const isTooLong = range.isDescending && lister.rowCount() >= attempt.maxRows;
    if (isOver || isTooLong) return { cut, run, isMissed };
  }
  throw new Error('A run goes on for as long as it is read.');
}

interface Cut {
  /** In the order of the walk, without a gap. */
  readonly wanted: readonly { readonly row: ListedBackup; readonly position: number }[];
  /** No unread row can come before them. */
  readonly isStartSeen: boolean;
  /** Nothing that is wanted can come after them. */
  readonly isEndSeen: boolean;
  /** See `BackupPage`. */
  readonly isOrderAssumed: boolean;
}

const isWhole = ({ wanted, isStartSeen, isEndSeen }: Cut, query: PageQuery): boolean =>
  isStartSeen && (isEndSeen || wanted.length >= enoughOf(query));

/** `isOrdered`: beyond the run, only rows with the time of its last one can belong into it. */
function cutRun(
  run: Run,
  isAccepted: Attempt['isWanted'],
  { isDescending, isBefore, isBehind }: Range,
  isOrdered: boolean,
): Cut {
  const rows = [...run.rows].sort(compareKeys);
  const isTop = run.top === 0;
  const isComplete = isDescending ? run.isBottom : isTop;
  const ties = isDescending ? lastTies : firstTies;
  const uncertain = isComplete ? 0 : isOrdered ? ties(rows) : maxDisorder;
  const begin = isDescending ? 0 : uncertain;
  const end = isDescending ? Math.max(0, rows.length - uncertain) : rows.length;
  const certain = rows.slice(begin, end).map((row, index) => {
    const place = run.top + begin + index;
    return { row, position: isDescending ? place + 1 : Math.max(0, run.total - place) };
  });
  if (!isDescending) certain.reverse();
  const furthest = certain.at(-1)?.row;
  const witness = isDescending ? rows[maxDisorder] : rows.at(-1 - maxDisorder);
  const isStartSeen = (isDescending ? isTop : run.isBottom) || (witness !== undefined && isBefore(witness));
  return {
    wanted: isStartSeen ? certain.filter(({ row }) => !isBefore(row) && isAccepted(row)) : [],
    isStartSeen,
    isEndSeen: isComplete || (furthest !== undefined && isBehind(furthest)),
    isOrderAssumed: isOrdered && !isComplete,
  };
}

function toPage(cut: Cut, { limit }: PageQuery, problems: readonly Problem[]): BackupPage {
  const shown = cut.wanted.slice(0, limit);
  return {
    rows: shown.map(({ row }) => row),
    positions: shown.map(({ position }) => position),
    isEnd: cut.isStartSeen && cut.isEndSeen && cut.wanted.length <= limit,
    problems,
    ...(cut.isOrderAssumed ? { isOrderAssumed: true } : {}),
  };
}

/** The requested rows, as one range of the order. */
interface Range {
  readonly isDescending: boolean;
  /** The row comes before it on this walk: it was shown, or is outside the filter's times. */
  readonly isBefore: (row: ListedBackup) => boolean;
  /** The row comes after it. */
  readonly isBehind: (row: ListedBackup) => boolean;
  /** The row is above the place in the list where the range begins. */
  readonly isNewer: (row: ListedBackup) => boolean;
  /** The time there; null where it begins with the list. */
  readonly startsAt: Instant | null;
}

/** Rows without a time come first, and count as now where a filter asks. */
const firstOfAll = Number.MAX_SAFE_INTEGER;

function toRange({ direction, after, filter: { startedAfter, startedBefore } }: PageQuery): Range {
  const compare = comparator(direction);
  const isDescending = direction === 'descending';
  const isTooNew = ({ sortedAt }: ListedBackup) => startedBefore !== null && (sortedAt ?? now()) >= startedBefore;
  const isTooOld = ({ sortedAt }: ListedBackup) => startedAfter !== null && (sortedAt ?? now()) < startedAfter;
  const [isOutside, isBehind] = isDescending ? [isTooNew, isTooOld] : [isTooOld, isTooNew];
  const isBefore = (row: ListedBackup) => isOutside(row) || (after !== null && compare(row, after) <= 0);
  const key = after ? (after.sortedAt ?? firstOfAll) : null;
  const bounds = [key, isDescending ? startedBefore : startedAfter].filter((at) => at !== null);
  return {
    isDescending,
    isBefore,
    isBehind,
    isNewer: (row) => isBefore(row) === isDescending,
    startsAt: bounds.length === 0 ? null : isDescending ? Math.min(...bounds) : Math.max(...bounds),
  };
}

/** Where in the list the range should begin. */
async function guessPlace({ memory, lister, query }: Attempt, { isDescending, startsAt }: Range): Promise<number> {
  // How far the end is must be known to count from there; only an answer tells.
  if (!isDescending && !memory.latest()) await lister.fetch(1);
  const total = memory.latest()?.total ?? null;
  if (startsAt === null) return isDescending ? 0 : (total ?? 0);
  const place = memory.correct(isDescending ? query.offset : (total ?? 0) - query.offset, startsAt);
  return Math.min(place, total ?? place);
}

/** Where in the list the range begins: further and further away from the guess, then halfway between too new and too old. */
async function locate({ memory, lister }: Attempt, { isNewer, startsAt }: Range, guess: number): Promise<number> {
  const { size, total } = memory.latest() ?? { size: 1, total: 0 };
  let [low, high] = [1, Math.max(1, Math.ceil(total / size))];
  let page = Math.min(pageAt(memory.correct(guess, startsAt ?? 0), size), high);
  for (let step = 1; ; step *= 2) {
    const answer = await lister.fetchOnce(page);
    if (!answer) return guess;
    const newer = answer.rows.filter(isNewer).length;
    const isTooNew = newer > 0 && newer === answer.rows.length;
    if (isTooNew) low = page + 1;
    else high = page - 1;
    if (low > high || (newer > 0 && !isTooNew)) return (page - 1) * answer.size + newer;
    const next = isTooNew ? page + step : page - step;
    page = next >= low && next <= high ? next : Math.floor((low + high) / 2);
  }
}

const incomplete = ({ provider, entityId }: PageSource, message: string): Problem => ({
  provider,
  entityId,
  error: new GatewayError('INCOMPLETE', message),
});

const tooLong = ({ source, maxRows }: Attempt): Problem =>
  incomplete(
    source,
    `${source.provider} cannot filter by what was asked, and ${maxRows} rows were read without filling the page. Narrow it by time.`,
  );

const tooBusy = (source: PageSource): Problem =>
  incomplete(
    source,
    `The list of ${source.provider} changed each time that it was read, so rows may be missing. Ask again.`,
  );
