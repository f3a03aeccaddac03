/** What one page reads of one provider: a first part, and more where that is used up before the page is full. */
import type { GatewayError } from '../core/errors.ts';
import type { BackupFilter } from '../core/filter.ts';
import { joinProblems } from '../core/join-problems.ts';
import type { ListedBackup } from '../core/listed-backup.ts';
import type { MergeWindow } from '../core/merge-windows.ts';
import type { UnreadableRow } from '../core/model.ts';
import { type ScanDirection, type SortKey, toSortKey } from '../core/order.ts';
import type { BackupPage, PageQuery, Problem } from '../core/provider.ts';
import { type AskedProvider, askProvider, problemsOf } from './ask.ts';
import type { Beyond } from './beyond.ts';
import type { ListCursor } from './cursor.ts';
import type { LastKnown, LastKnownPage } from './last-known.ts';
import type { Recent } from './recent.ts';

/** One provider with its own filter, since entity ids differ between providers. */
export interface MergeSource extends AskedProvider {
  readonly filter: BackupFilter;
  /** The provider lists only backups of entities that contain this text. */
  readonly entitySearch?: string | null;
  /** What is known while the provider does not answer; absent if that is not wanted. */
  readonly lastKnown?: LastKnown;
  /** Asked before the provider, if old rows are accepted. */
  readonly recent?: Recent;
  /** Rows that the provider does not list any more. */
  readonly beyond?: Beyond;
}

export interface MergeQuery {
  readonly direction: ScanDirection;
  readonly after: ListCursor | null;
  readonly size: number;
}

export interface Window extends MergeWindow<ListedBackup> {
  /** See `BackupPage.positions`. */
  readonly positions: readonly number[] | null;
  readonly isEnd: boolean;
  readonly problems: readonly Problem[];
  readonly unreadable: readonly UnreadableRow[];
  /** The provider failed, so that rows may be missing. */
  readonly hasFailed: boolean;
  /** See `BackupPage`. */
  readonly isOrderAssumed: boolean;
  /** Where the unread rows begin; null: there are none, or it is not known. */
  readonly end: WindowEnd | null;
  /** Rows were left out because they cannot be read. */
  readonly hasLeftOut: boolean;
  readonly horizon: SortKey | null;
}

interface WindowEnd {
  /** The last key read. */
  readonly key: SortKey;
  readonly position: number | null;
  /** Number of rows read, including those that were left out. */
  readonly count: number;
}

const nothing: Window = {
  rows: [],
  positions: null,
  isEnd: false,
  isOpen: false,
  problems: [],
  unreadable: [],
  hasFailed: false,
  isOrderAssumed: false,
  end: null,
  hasLeftOut: false,
  horizon: null,
};

/** Sizes of pages to ask for: few, so that reads for pages of different sizes can be shared. */
const limits = [2, 6, 11, 26, 51, 76, 101, 151, 201];

/** One extra row shows whether there is a next page. */
const mostOf = ({ size }: MergeQuery): number => size + 1;
const limitOf = (query: MergeQuery): number => limits.find((limit) => limit >= mostOf(query)) ?? mostOf(query);

interface Reading {
  readonly source: MergeSource;
  readonly query: MergeQuery;
  /** See `PageQuery`. */
  readonly enough: number;
  /** Milliseconds of the provider's timeout that are over already. */
  readonly spentMs?: number;
}

/** Reads the first rows after the cursor. `index`: the place of the source in the cursor. */
export function openWindow(reading: Reading, index: number, signal: AbortSignal): Promise<Window> {
  const { direction, after } = reading.query;
  const isOrderAssumed = after?.assumed?.includes(reading.source.provider.name) ?? false;
  return readOn(
    nothing,
    reading,
    {
      direction,
      after: after?.key ?? null,
      limit: limitOf(reading.query),
      enough: reading.enough,
      filter: reading.source.filter,
      offset: after?.offsets[index] ?? 0,
      ...(isOrderAssumed ? { isOrderAssumed } : {}),
    },
    signal,
  );
}

/** Reads the rows that follow in an open window. */
export function extendWindow(window: Window, reading: Reading, index: number, signal: AbortSignal): Promise<Window> {
  const { key, position, count } = window.end as WindowEnd;
  const { direction, after } = reading.query;
  const isOrderAssumed = window.isOrderAssumed || (after?.assumed?.includes(reading.source.provider.name) ?? false);
  const most = mostOf(reading.query) - count;
  return readOn(
    window,
    reading,
    {
      direction,
      after: key,
      limit: limitOf(reading.query),
      enough: Math.max(1, Math.min(reading.enough, most)),
      filter: reading.source.filter,
      offset: position ?? (after?.offsets[index] ?? 0) + count,
      ...(isOrderAssumed ? { isOrderAssumed } : {}),
    },
    signal,
  );
}

async function readOn(
  before: Window,
  { source, query, spentMs }: Reading,
  asked: PageQuery,
  signal: AbortSignal,
): Promise<Window> {
  const recent = (await source.recent?.(asked)) ?? (await source.beyond?.instead(asked)) ?? null;
  const live = recent
    ? { answer: recent, problem: null }
    : await askProvider(source, (provider, within) => provider.listBackups(asked, within), signal, spentMs);
  const known = live.problem && source.lastKnown ? await source.lastKnown(asked, live.problem) : null;
  const reached = live.answer && source.beyond ? await source.beyond.complete(asked, live.answer) : live.answer;
  const answer: (BackupPage & Partial<LastKnownPage>) | null = reached ?? known;
  if (!answer)
    return {
      ...before,
      problems: joinProblems(before.problems, live.problem ? [live.problem] : []),
      isOpen: false,
      hasFailed: true,
      horizon: null,
    };
  const enough = asked.enough ?? asked.limit;
  const problems = problemsOf(answer, source.provider.name, enough);
  const count = (before.end?.count ?? 0) + answer.rows.length;
  const last = answer.rows.at(-1);
  const end =
    answer.isEnd || !last ? null : { key: toSortKey(last), position: answer.positions?.at(-1) ?? null, count };
  return {
    rows: before.rows.length === 0 ? answer.rows : [...before.rows, ...answer.rows],
    positions: joinPositions(before, answer.positions),
    isEnd: answer.isEnd,
    isOpen: !answer.isEnd && answer.rows.length >= enough && count < mostOf(query),
    problems: joinProblems(before.problems, problems),
    unreadable: joinUnreadable(before.unreadable, answer.unreadable ?? []),
    hasFailed: before.hasFailed || (answer.hasFailed ?? false),
    isOrderAssumed: before.isOrderAssumed || (answer.isOrderAssumed ?? false),
    end,
    hasLeftOut: before.hasLeftOut,
    horizon: before.hasLeftOut ? (end?.key ?? null) : null,
  };
}

/** Leaves out a row that cannot be read. Unread rows may still follow the window, at its end. */
export function withoutRow(window: Window, unread: ListedBackup, cause: GatewayError): Window {
  const { rows, positions, problems, end } = window;
  const place = rows.indexOf(unread);
  const isOther = (_: unknown, index: number) => index !== place;
  const isNamed = problems.some(({ error, entityId }) => error.code === cause.code && entityId === null);
  return {
    ...window,
    rows: rows.filter(isOther),
    positions: positions?.filter(isOther) ?? null,
    problems: isNamed ? problems : [...problems, { provider: unread.provider, entityId: null, error: cause }],
    hasLeftOut: true,
    horizon: end?.key ?? null,
  };
}

const joinPositions = ({ rows, positions }: Window, more: readonly number[] | undefined) =>
  more && (rows.length === 0 || positions) ? [...(positions ?? []), ...more] : null;

/** A row without an id may be among the rows of both reads: the larger number of them is right. */
function joinUnreadable(before: readonly UnreadableRow[], after: readonly UnreadableRow[]): readonly UnreadableRow[] {
  if (before.length === 0 || after.length === 0) return before.length === 0 ? after : before;
  const lost = (rows: readonly UnreadableRow[]) => rows.filter(({ externalId }) => externalId === null);
  const named = [...before, ...after].filter(({ externalId }) => externalId !== null);
  return [...named, ...(lost(before).length > lost(after).length ? lost(before) : lost(after))];
}
