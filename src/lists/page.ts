/** The arguments of a list, as clients give them, made into one walk: Relay's `first`/`after` and `last`/`before`. */
import { badInput } from '../core/errors.ts';

/** As they come: null and absent mean the same. */
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
  /** The argument that the cursor came in. */
  readonly cursorArgument: 'after' | 'before';
}

export const defaultPageSize = 25;
export const maxPageSize = 200;

/** Throws BAD_USER_INPUT for sizes out of range and for mixtures whose meaning nobody agrees on. */
export function toWalk({ first, after, last, before }: PageArguments): Walk {
  if (isGiven(first) && isGiven(last)) {
    throw badInput('Give either "first" or "last", not both: each walks the list in its own direction.', ['last']);
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

/** Looking back from a forward walk costs a read, so it says only whether it came from somewhere (Relay allows this). */
export const toPageInfo = ({ isForward, cursor }: Walk, hasMore: boolean): PageInfo =>
  isForward
    ? { hasNextPage: hasMore, hasPreviousPage: cursor !== null }
    : { hasNextPage: cursor !== null, hasPreviousPage: hasMore };

/** Rows of one page, and where each stands; a cursor is made only where somebody asks for it. */
export interface CursorList<Row> {
  readonly rows: readonly Row[];
  readonly pageInfo: PageInfo & { readonly startCursor: string | null; readonly endCursor: string | null };
  readonly cursorAt: (index: number) => string;
}

/**
 * `passed`: where an empty page stands, if it went past rows that cannot be shown. Without it an empty page stands where it
 * was asked to begin, so that the walk goes on from there when providers answer again; that is null before the first
 * row. Such a page made no progress and does not invite another, which would be the same: a client that reads on as
 * long as there is more would never end.
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
