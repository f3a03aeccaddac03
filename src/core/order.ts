/**
 * The total order of backups: `sortedAt` newest first (null before all others), then provider name A to Z, then
 * external id from high to low. Ids of digits compare as numbers.
 */
import type { Instant } from './instant.ts';

/**
 * `sortedAt` of a row that has no readable time: puts it at the end of the list, at a stable position. Null would put
 * it before all others.
 */
export const noTime: Instant = 0;

/** The position of a row in the order. Only the start of a queued backup changes it. */
export interface SortKey {
  readonly sortedAt: Instant | null;
  readonly provider: string;
  readonly externalId: string;
}

/** `descending`: newest first; `ascending`: oldest first. */
export type ScanDirection = 'descending' | 'ascending';

export const toSortKey = ({ sortedAt, provider, externalId }: SortKey): SortKey => ({ sortedAt, provider, externalId });

/** Returns a negative number if `a` comes before `b` in a list of newest first. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (a.sortedAt !== b.sortedAt) {
    if (a.sortedAt === null) return -1;
    if (b.sortedAt === null) return 1;
    return b.sortedAt - a.sortedAt;
  }
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
  return compareIds(b.externalId, a.externalId);
}

/** Returns the comparison for either direction. */
export const comparator =
  (direction: ScanDirection) =>
  (a: SortKey, b: SortKey): number =>
    direction === 'descending' ? compareKeys(a, b) : compareKeys(b, a);

const digits = /^\d+$/;

/** Compares ids: numbers first, by value (9 before 10), then all other ids by code unit. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const aIsNumber = digits.test(a);
  const bIsNumber = digits.test(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  if (!aIsNumber) return a < b ? -1 : 1;
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (x.length !== y.length) return x.length - y.length;
  if (x !== y) return x < y ? -1 : 1;
  return a.length - b.length;
}
