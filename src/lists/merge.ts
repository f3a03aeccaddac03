/**
 * One page over many providers. All providers are read at the same time, each for a window strictly after the key, and
 * the windows are merged. A provider that fails or times out becomes a problem; the rows of the others remain.
 *
 * A window is read only as far as recent pages needed rows of its provider, and further where it is used up before the
 * page is full. The page is the same as if every provider had been read for a whole page.
 */

import { GatewayError } from '../core/errors.ts';
import type { ListedBackup } from '../core/listed-backup.ts';
import { type Taken, takeFirst } from '../core/merge-windows.ts';
import type { Backup } from '../core/model.ts';
import { comparator, type ScanDirection, toSortKey } from '../core/order.ts';
import type { Problem } from '../core/provider.ts';
import { createRowShares, type RowShares } from '../core/row-shares.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { skippedEarlier } from './ask.ts';
import type { ListCursor } from './cursor.ts';
import { extendWindow, type MergeQuery, type MergeSource, openWindow, type Window, withoutRow } from './window.ts';

export type { MergeQuery, MergeSource } from './window.ts';

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

/** `shares`: shared by the pages of a gateway; without it, all that may be needed is read at once. */
export async function mergePage(
  sources: readonly MergeSource[],
  query: MergeQuery,
  signal: AbortSignal,
  shares: RowShares = createRowShares(),
): Promise<MergedPage> {
  const question = questionOf(sources, query.direction);
  const plan = shares.plan(question, sources.length, query.size);
  const { windows, taken, rows } = await readPage(sources, query, plan, signal);
  if (rows.length === query.size && windows.every(({ hasFailed }) => !hasFailed)) shares.note(question, taken.used);

  const problems = windows.flatMap(({ problems: own }) => own);
  const named = (...more: readonly (readonly string[])[]) => [...new Set(more.flat())];
  const missed = named(
    query.after?.missed ?? [],
    problems
      .filter(({ isUntold, servedAsOf }) => !isUntold && servedAsOf === undefined)
      .map(({ provider }) => provider),
  );
  const assumed = named(
    query.after?.assumed ?? [],
    sources.flatMap(({ provider }, index) => (windows[index]?.isOrderAssumed ? [provider.name] : [])),
  );
  const unreadable = toRowProblems([...windows.flatMap((window) => window.unreadable), ...rows.map(unreadableOf)]);
  const before: ListCursor = {
    key: { sortedAt: null, provider: '', externalId: '' },
    offsets: sources.map((_, source) => query.after?.offsets[source] ?? 0),
    missed,
    ...(assumed.length > 0 ? { assumed } : {}),
  };
  return {
    rows,
    // A page of size 0 makes no progress, so it has a next page only if rows are known to follow.
    hasMore:
      windows.some((window, index) => window.rows.length > (taken.used[index] as number)) ||
      (query.size > 0 && windows.some(({ isEnd }) => !isEnd)),
    problems: [
      ...problems,
      ...skippedEarlier(query.after?.missed ?? [], problems, 'List again from the start, or by time.'),
      ...unreadable,
    ],
    passed: rows.length > 0 ? null : passedBy(windows, before, query.direction),
    cursorAt: createCursors(windows, taken, before),
  };
}

/** What the shares of a page depend on. Values that clients choose freely, such as times, do not count. */
const questionOf = (sources: readonly MergeSource[], direction: ScanDirection): string =>
  JSON.stringify([
    direction,
    sources.map(({ provider, filter }) => [
      provider.name,
      filter.entityIds,
      filter.statuses,
      filter.types,
      filter.triggers,
      filter.search === null,
    ]),
  ]);

interface Merged {
  readonly windows: readonly Window[];
  readonly taken: Taken<ListedBackup>;
  readonly rows: readonly Backup[];
}

/** From this round on, every window that may be used up is read further, so that the number of rounds is bounded. */
const lastSparingRound = 2;

async function readPage(
  sources: readonly MergeSource[],
  query: MergeQuery,
  plan: readonly number[],
  signal: AbortSignal,
): Promise<Merged> {
  const startedAt = performance.now();
  let windows: readonly Window[] = await Promise.all(
    sources.map((source, index) => openWindow({ source, query, enough: plan[index] as number }, index, signal)),
  );
  for (let round = 2; ; round++) {
    const merged = merge(windows, query);
    const short = shortOf(merged, query, round > lastSparingRound);
    if (short.length === 0) return merged;
    const enough = Math.max(1, query.size - merged.taken.rows.length);
    const spentMs = performance.now() - startedAt;
    const read = merged.windows.map((window, index) =>
      short.includes(index)
        ? extendWindow(window, { source: sources[index] as MergeSource, query, enough, spentMs }, index, signal)
        : window,
    );
    windows = await Promise.all(read);
  }
}

/** The windows to read further. */
function shortOf({ windows, taken }: Merged, { size }: MergeQuery, isLast: boolean): readonly number[] {
  const unread = windows.map((window, index) => window.rows.length - (taken.used[index] as number));
  const open = windows.flatMap(({ isOpen }, index) => (isOpen ? [index] : []));
  if (taken.short.length > 0) {
    const missing = size - taken.rows.length;
    return isLast ? open.filter((index) => (unread[index] as number) < missing) : taken.short;
  }
  // The page is full and nothing is left of what was read: one row more shows whether there is a next page.
  return taken.rows.length === size && unread.every((count) => count === 0) ? open : [];
}

/**
 * Opens only the rows of the page, once it is certain which these are. An unreadable row is left out and becomes a
 * problem of its provider: it must neither hide other rows nor stop a walk.
 */
function merge(read: readonly Window[], { direction, size }: MergeQuery): Merged {
  let windows = read;
  for (;;) {
    const taken = takeFirst(windows, size, direction);
    if (taken.short.length > 0) return { windows, taken, rows: [] };
    const rows: Backup[] = [];
    let unread: { readonly index: number; readonly error: GatewayError } | null = null;
    for (const [index, row] of taken.rows.entries()) {
      try {
        rows.push(row.open());
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        unread = { index, error };
        break;
      }
    }
    if (!unread) return { windows, taken, rows };
    const { index, error } = unread;
    const row = taken.rows[index] as ListedBackup;
    windows = windows.map((window, source) =>
      source === taken.sources[index] ? withoutRow(window, row, error) : window,
    );
  }
}

/** Returns the cursor of a page whose rows were all left out: the first horizon, since nothing is known behind it. */
function passedBy(windows: readonly Window[], before: ListCursor, direction: ScanDirection): ListCursor | null {
  const compare = comparator(direction);
  const ends = windows.flatMap(({ rows, end, horizon }, source) =>
    horizon && end && rows.length === 0 ? [{ ...end, source }] : [],
  );
  const [first] = ends.sort((a, b) => compare(a.key, b.key));
  if (!first) return null;
  const offset = first.position ?? (before.offsets[first.source] ?? 0) + first.count;
  return { ...before, key: first.key, offsets: before.offsets.with(first.source, offset) };
}

/** The cursor of each row: its key, and how many rows of each provider come before it. */
function createCursors(windows: readonly Window[], { rows, sources }: Taken<ListedBackup>, before: ListCursor) {
  return (index: number): ListCursor => {
    const offsets = [...before.offsets];
    const used = new Array<number>(windows.length).fill(0);
    for (const source of sources.slice(0, index + 1)) {
      const position = windows[source]?.positions?.[used[source] as number];
      offsets[source] = position ?? (offsets[source] ?? 0) + 1;
      used[source] = (used[source] as number) + 1;
    }
    return { ...before, key: toSortKey(rows[index] as ListedBackup), offsets };
  };
}
