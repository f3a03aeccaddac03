/**
 * What fields cost, about one for each value of an answer. A list counts what is asked of its items as often as it may
 * have some. Whatever makes a product work for a single field has a weight of its own.
 */
import { defaultPageSize, maxPageSize, type PageArguments } from '../src/core/lists/page.ts';

/** Reads up to 5,000 backups of each provider. */
export const scan = 2_000;
/** Looks at everything that is protected. */
export const census = 1_000;
/** A list of backups: a call for each upstream collection. */
export const list = 50;
/** One call for one thing, at the worst. */
export const lookup = 5;

/** Arguments that a cost may depend on are `first`, `last`, `ids`, `representations` and `filter`: no others are read for it. */
type SizedArguments = Pick<PageArguments, 'first' | 'last'>;

/** A page of `weight`; a size out of range is refused by whoever reads it, and counts as the nearest in range. */
export const page =
  (weight: number) =>
  ({ first, last }: SizedArguments) => ({ field: weight, multiplier: pageSize({ first, last }) });

/** Whatever is selected beside the items is there at least once. */
function pageSize({ first, last }: SizedArguments): number {
  const size = first == null && last == null ? defaultPageSize : Math.max(first ?? 0, last ?? 0);
  return Math.min(Math.max(size, 1), maxPageSize);
}

interface EntityArguments extends SizedArguments {
  readonly filter?: { readonly protection?: readonly unknown[] | null | undefined } | null | undefined;
}

/** A page of entities; a filter by protection looks at all of them. */
export const entityPage = ({ filter, ...sizes }: EntityArguments) => page(filter?.protection ? census : lookup)(sizes);

/** Within a page, which has counted the items already. */
export const counted = { field: 1, multiplier: 1 };
