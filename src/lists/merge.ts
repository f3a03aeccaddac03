/**
 * One page over many providers. All providers are read at the same time, each for a window strictly after the key, and
 * the windows are merged. A provider that fails or times out becomes a problem; the rows of the others remain.
 */

import { GatewayError } from '../core/errors.ts';
import type { BackupFilter } from '../core/filter.ts';
import type { ListedBackup } from '../core/listed-backup.ts';
import type { Backup } from '../core/model.ts';
import { comparator, type ScanDirection, type SortKey, toSortKey } from '../core/order.ts';
import type { BackupPage, Problem } from '../core/provider.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { type AskedProvider, askProvider, problemsOf, skippedEarlier } from './ask.ts';
import type { ListCursor } from './cursor.ts';

/** One provider with its own filter, since entity ids differ between providers. */
export interface MergeSource extends AskedProvider {
  readonly filter: BackupFilter;
  /** The provider lists only backups of entities that contain this text. */
  readonly entitySearch?: string | null;
}

export interface MergeQuery {
  readonly direction: ScanDirection;
  readonly after: ListCursor | null;
  readonly size: number;
}

export interface MergedPage {
  readonly rows: readonly Backup[];
  /** Rows follow, or may follow once a failed provider answers again. */
  readonly hasMore: boolean;
  readonly problems: readonly Problem[];
  /** Returns the cursor of row `index`. Lazy, since most cursors are not requested. */
  readonly cursorAt: (index: number) => ListCursor;
  /** Cursor of an empty page that skipped unreadable rows; null if it skipped none. */
  readonly passed: ListCursor | null;
}

export async function mergePage(
  sources: readonly MergeSource[],
  query: MergeQuery,
  signal: AbortSignal,
): Promise<MergedPage> {
  const read = await Promise.all(sources.map((source, index) => readWindow(source, index, query, signal)));
  const { windows, shown, rows, hasMore } = merge(read, query);
  const problems = windows.flatMap(({ page, error }) => [...(error ? [error] : []), ...page.problems]);
  const missed = [
    ...new Set([
      ...(query.after?.missed ?? []),
      ...problems.filter(({ isUntold }) => !isUntold).map(({ provider }) => provider),
    ]),
  ];
  const unreadable = toRowProblems([
    ...windows.flatMap(({ page }) => page.unreadable ?? []),
    ...rows.map(unreadableOf),
  ]);
  const offsetsBefore = sources.map((_, source) => query.after?.offsets[source] ?? 0);

  return {
    rows,
    // A page of size 0 makes no progress, so it has a next page only if rows are known to follow.
    hasMore: hasMore || (query.size > 0 && windows.some(({ page, error }) => error !== null || !page.isEnd)),
    problems: [
      ...problems,
      ...skippedEarlier(query.after?.missed ?? [], problems, 'List again from the start, or by time.'),
      ...unreadable,
    ],
    passed: rows.length > 0 ? null : passedBy(windows, offsetsBefore, missed, comparator(query.direction)),
    cursorAt: (index) => {
      const offsets = [...offsetsBefore];
      for (const { source, position } of shown.slice(0, index + 1)) {
        offsets[source] = position ?? (offsets[source] ?? 0) + 1;
      }
      return { key: toSortKey(shown[index]?.row as ListedBackup), offsets, missed };
    },
  };
}

interface ShownRow {
  readonly row: ListedBackup;
  readonly source: number;
  readonly position: number | undefined;
}

interface Merged {
  readonly windows: readonly Window[];
  readonly shown: readonly ShownRow[];
  readonly rows: readonly Backup[];
  readonly hasMore: boolean;
}

/**
 * Opens only the rows of the page. An unreadable row is left out and becomes a problem of its provider: it must neither
 * hide other rows nor stop a walk.
 */
function merge(read: readonly Window[], { direction, size }: MergeQuery): Merged {
  let windows = read;
  for (;;) {
    const shown = takeFirst(windows, size, comparator(direction));
    const hasMore = windows.reduce((count, { page }) => count + page.rows.length, 0) > shown.length;
    const rows: Backup[] = [];
    let unread: { readonly source: number; readonly row: ListedBackup; readonly error: GatewayError } | null = null;
    for (const { row, source } of shown) {
      try {
        rows.push(row.open());
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        unread = { source, row, error };
        break;
      }
    }
    if (!unread) return { windows, shown, rows, hasMore };
    const { source, row, error } = unread;
    windows = windows.map((window, index) => (index === source ? withoutRow(window, row, error) : window));
  }
}

function withoutRow({ page, error, horizon }: Window, unread: ListedBackup, cause: GatewayError): Window {
  const place = page.rows.indexOf(unread);
  const last = page.rows.at(-1);
  const isOther = (_: unknown, index: number) => index !== place;
  const isNamed = page.problems.some((problem) => problem.error.code === cause.code && problem.entityId === null);
  return {
    page: {
      ...page,
      rows: page.rows.filter(isOther),
      ...(page.positions ? { positions: page.positions.filter(isOther) } : {}),
      problems: isNamed
        ? page.problems
        : [...page.problems, { provider: unread.provider, entityId: null, error: cause }],
    },
    error,
    horizon:
      horizon ??
      (page.isEnd || !last
        ? null
        : { key: toSortKey(last), position: page.positions?.at(-1) ?? null, count: page.rows.length }),
  };
}

/** Returns the cursor of a page whose rows were all left out: the first horizon, since nothing is known behind it. */
function passedBy(
  windows: readonly Window[],
  offsets: readonly number[],
  missed: readonly string[],
  compare: (a: SortKey, b: SortKey) => number,
): ListCursor | null {
  const horizons = windows.flatMap(({ page, horizon }, source) =>
    horizon && page.rows.length === 0 ? [{ ...horizon, source }] : [],
  );
  const [first] = horizons.sort((a, b) => compare(a.key, b.key));
  if (!first) return null;
  const offset = first.position ?? (offsets[first.source] ?? 0) + first.count;
  return { key: first.key, offsets: offsets.with(first.source, offset), missed };
}

/** Returns the first rows of all windows. Each window is already sorted. */
function takeFirst(
  windows: readonly Window[],
  size: number,
  compare: (a: SortKey, b: SortKey) => number,
): readonly ShownRow[] {
  const taken: ShownRow[] = [];
  const next = windows.map(() => 0);
  while (taken.length < size) {
    let source = -1;
    let first: ListedBackup | null = null;
    for (const [index, { page }] of windows.entries()) {
      const row = page.rows[next[index] as number];
      if (!row || (first && compare(row, first) >= 0)) continue;
      source = index;
      first = row;
    }
    if (!first || isBehindHorizon(windows, next, first, compare)) break;
    const index = (next[source] as number)++;
    taken.push({ row: first, source, position: windows[source]?.page.positions?.[index] });
  }
  return taken;
}

/** Whether the row is behind the horizon of an exhausted window: unread rows may come before it. */
const isBehindHorizon = (
  windows: readonly Window[],
  taken: readonly number[],
  row: SortKey,
  compare: (a: SortKey, b: SortKey) => number,
): boolean =>
  windows.some(({ page, horizon }, index) => {
    const isUsedUp = (taken[index] ?? 0) >= page.rows.length;
    return horizon !== null && isUsedUp && compare(row, horizon.key) > 0;
  });

interface Window {
  readonly page: BackupPage;
  readonly error: Problem | null;
  /** The last key read, if rows were left out and more follow; null otherwise. */
  readonly horizon: Horizon | null;
}

interface Horizon {
  readonly key: SortKey;
  /** See `BackupPage.positions`. */
  readonly position: number | null;
  /** Number of rows up to the horizon. */
  readonly count: number;
}

const nothing: BackupPage = { rows: [], isEnd: false, problems: [] };

async function readWindow(source: MergeSource, index: number, query: MergeQuery, signal: AbortSignal): Promise<Window> {
  const asked = {
    direction: query.direction,
    after: query.after?.key ?? null,
    // One extra row shows whether there is a next page.
    limit: query.size + 1,
    filter: source.filter,
    offset: query.after?.offsets[index] ?? 0,
  };
  const { answer, problem } = await askProvider(
    source,
    (provider, within) => provider.listBackups(asked, within),
    signal,
  );
  if (!answer) return { page: nothing, error: problem, horizon: null };
  const problems = problemsOf(answer, source.provider.name, asked.limit);
  return { page: { ...answer, problems }, error: null, horizon: null };
}
