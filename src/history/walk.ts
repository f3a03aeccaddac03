/** A walk through the list of one provider: reads pages, stores them, and notes which stored rows are not listed. */
import { GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup, LocalId } from '../core/model.ts';
import { type SortKey, toSortKey } from '../core/order.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { mapInTurns } from '../core/turns.ts';
import type { Position } from './state.ts';

export interface WalkPage {
  readonly rows: readonly Backup[];
  /** The range of keys that the page covers; `through` is null at the end of the list. */
  readonly after: SortKey | null;
  readonly through: SortKey | null;
  readonly isEnd: boolean;
  readonly next: Position;
  /** Why rows of this range may be missing; null if it is whole. */
  readonly problem: GatewayError | null;
  /** The product lists no further, however often it is asked. */
  readonly isBound: boolean;
  /** Rows of this range that could not be read: which ones is not known, so none is taken for removed. */
  readonly hasUnreadable: boolean;
}

/** Reads one page. Throws GatewayError. */
export async function readPage(
  provider: Provider,
  position: Position,
  limit: number,
  signal: AbortSignal,
): Promise<WalkPage> {
  const { after, offset, isOrderAssumed } = position;
  const page = await provider.listBackups(
    { direction: 'descending', after, limit, filter: noFilter, offset, isOrderAssumed },
    signal,
  );
  let hasUnreadable = (page.unreadable?.length ?? 0) > 0;
  const opened = await mapInTurns(
    page.rows,
    (row) => {
      try {
        return row.open();
      } catch (error) {
        // The other rows of the page are stored.
        if (!(error instanceof GatewayError)) throw error;
        hasUnreadable = true;
        return null;
      }
    },
    signal,
  );
  const last = page.rows.at(-1);
  const found = page.problems.find(isAboutRows);
  const isShort = !page.isEnd && !last && !found;
  const missing = isShort
    ? new GatewayError('INCOMPLETE', `${provider.name} returned none of its backups and gave no reason.`)
    : null;
  return {
    rows: opened.filter((row) => row !== null),
    after,
    through: page.isEnd ? null : last ? toSortKey(last) : after,
    isEnd: page.isEnd,
    next: {
      after: last ? toSortKey(last) : after,
      offset: page.positions?.at(-1) ?? offset + page.rows.length,
      isOrderAssumed: isOrderAssumed || (page.isOrderAssumed ?? false),
    },
    problem: found?.error ?? missing,
    isBound: found?.isBound ?? (found?.error.code === 'INCOMPLETE' && page.rows.length === 0),
    hasUnreadable,
  };
}

/** Values of single rows that cannot be read are stored as they are. */
const isAboutRows = ({ isOfRows, isUntold }: Problem): boolean => !isOfRows && !isUntold;

/** What a sweep has found so far. */
export interface Sweep {
  readonly position: Position;
  readonly expected: number;
  readonly missing: readonly LocalId[];
  readonly isWhole: boolean;
}

/** More rows than this are not confirmed one by one: the next sweep goes on. */
export const maxMissing = 2_000;

/** A sweep that misses more than a fifth of what it expected: lost permissions look like deletions. */
export const missesTooMuch = ({ expected, missing }: Pick<Sweep, 'expected' | 'missing'>): boolean =>
  missing.length * 5 > expected;

/** The newest time of a page, of rows that have one. */
export const newestOf = (rows: readonly Backup[]): Instant | null =>
  rows.reduce<Instant | null>((newest, { sortedAt }) => Math.max(newest ?? 0, sortedAt ?? 0) || newest, null);

/** The oldest time of a page, of rows that have one. */
export const oldestOf = (rows: readonly Backup[]): Instant | null =>
  rows.reduce<Instant | null>(
    (oldest, { sortedAt }) => (sortedAt !== null && sortedAt > 0 ? Math.min(oldest ?? sortedAt, sortedAt) : oldest),
    null,
  );
