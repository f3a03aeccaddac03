/** Converts the paging arguments of Relay, `first`/`after` and `last`/`before`, to one walk. */
import { badInput } from '../core/errors.ts';

/** The arguments of a list; null and absent mean the same. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A walk of `size` rows from `cursor`, along the list (forward) or against it. */
export interface Walk {
  readonly isForward: boolean;
  readonly size: number;
  readonly cursor: string | null;
  /** The argument that contains the cursor. */
  readonly cursorArgument: 'after' | 'before';
}

export const defaultPageSize = 25;
export const maxPageSize = 200;

/** Throws BAD_USER_INPUT for sizes out of range and for invalid combinations. */
export function toWalk({ first, after, last, before }: PageArguments): Walk {
  if (isGiven(first) && isGiven(last)) {
    throw badInput('Use either "first" or "last", not both: they page in opposite directions.', ['last']);
  }
  const isForward = !isGiven(last) && !(isGiven(before) && !isGiven(first));
  if (isForward && isGiven(before)) throw badInput('"before" goes with "last"; with "first", use "after".', ['before']);
  if (!isForward && isGiven(after)) throw badInput('"after" goes with "first"; with "last", use "before".', ['after']);
  const size = (isForward ? first : last) ?? defaultPageSize;
  const sizeArgument = isForward ? 'first' : 'last';
  if (size < 0 || size > maxPageSize) {
    throw badInput(`"${sizeArgument}" is ${size}; it must be from 0 to ${maxPageSize}.`, [sizeArgument]);
  }
  return {
    isForward,
    size,
    cursor: (isForward ? after : before) ?? null,
    cursorArgument: isForward ? 'after' : 'before',
  };
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/** Page information of every list, in the direction of the list. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * A look backwards would cost a read, so `hasPreviousPage` only says whether there was a cursor (Relay allows this).
 */
export const toPageInfo = ({ isForward, cursor }: Walk, hasMore: boolean): PageInfo =>
  isForward
    ? { hasNextPage: hasMore, hasPreviousPage: cursor !== null }
    : { hasNextPage: cursor !== null, hasPreviousPage: hasMore };

/** Rows of one page. Cursors are made on request. */
export interface CursorList<Row> {
  readonly rows: readonly Row[];
  readonly pageInfo: PageInfo & { readonly startCursor: string | null; readonly endCursor: string | null };
  readonly cursorAt: (index: number) => string;
}

/**
 * `passed`: cursor of an empty page that skipped unreadable rows. Without it, an empty page repeats its start cursor,
 * so that the walk can continue from there later; null before the first row. Such a page has no next page, since a
 * client that reads while there are more pages would loop forever.
 */
export function toCursorList<Row>(
  walk: Walk,
  rows: readonly Row[],
  hasMore: boolean,
  cursorAt: (index: number) => string,
  passed: string | null = null,
): CursorList<Row> {
  const { isForward, cursor, size } = walk;
  const isEmpty = rows.length === 0;
  const hasProgress = !isEmpty || passed !== null || size === 0;
  const standsAt = passed ?? cursor;
  return {
    rows,
    pageInfo: {
      ...toPageInfo(walk, hasMore && hasProgress),
      startCursor: isEmpty ? (isForward ? null : standsAt) : cursorAt(0),
      endCursor: isEmpty ? (isForward ? standsAt : null) : cursorAt(rows.length - 1),
    },
    cursorAt,
  };
}
