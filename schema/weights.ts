/** Weights of fields that do not depend on what a filter selects. */
import { defaultPageSize, maxPageSize, type PageArguments } from '../src/lists/page.ts';

/** A list of backups: a call for each upstream collection. */
export const list = 50;

/** One call for one thing, at the worst. */
export const lookup = 5;

/** A page of `weight`; a size out of range is refused later, and counts here as the nearest in range. */
export const page =
  (weight: number) =>
  ({ first, last }: SizedArguments) => ({ field: weight, multiplier: pageSize({ first, last }) });

/** Fields beside the items count at least once. */
export function pageSize({ first, last }: SizedArguments): number {
  const size = first == null && last == null ? defaultPageSize : Math.max(first ?? 0, last ?? 0);
  return Math.min(Math.max(size, 1), maxPageSize);
}

/** Arguments that a cost may depend on are `first`, `last`, `ids`, `representations` and `filter`: no others are read for it. */
export type SizedArguments = Pick<PageArguments, 'first' | 'last'>;

/** Within a page, which has counted the items already. */
export const counted = { field: 1, multiplier: 1 };
