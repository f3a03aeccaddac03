/**
 * The one total order of backups: `sortedAt` newest first (a row without a time before all others), then
 * provider name A to Z, then external id from high to low, where ids of digits compare as numbers.
 */
import type { Instant } from './instant.ts';

/**
 * Where a row stands that will never have a time that can be read: at the end, where it keeps one place for as long as
 * it lives. Null would keep it above all others.
 */
export const noTime: Instant = 0;

/** The place of one row in the order. It stays the same while the row lives, but for a queued row that starts. */
export interface SortKey {
  readonly sortedAt: Instant | null;
  readonly provider: string;
  readonly externalId: string;
}

/** `descending` walks the order as it is, newest first; `ascending` walks it from its end. */
export type ScanDirection = 'descending' | 'ascending';

export const toSortKey = ({ sortedAt, provider, externalId }: SortKey): SortKey => ({ sortedAt, provider, externalId });

/** Below 0 where `a` comes before `b` in a list of newest first. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (a.sortedAt !== b.sortedAt) {
    if (a.sortedAt === null) return -1;
    if (b.sortedAt === null) return 1;
    return b.sortedAt - a.sortedAt;
  }
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
  return compareIds(b.externalId, a.externalId);
}

/** The same, for a walk in either direction. */
export const comparator =
  (direction: ScanDirection) =>
  (a: SortKey, b: SortKey): number =>
    direction === 'descending' ? compareKeys(a, b) : compareKeys(b, a);

const digits = /^\d+$/;

/** Numbers by value (9 before 10), then every other id by code unit; total over any mix of the two. */
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
