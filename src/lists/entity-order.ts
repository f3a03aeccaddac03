/** Orders of the list of entities. Each is total, so that a cursor is a key: no entity is passed twice. */
import type { ProtectedEntity } from '../core/model.ts';
import { compareIds } from '../core/order.ts';
import type { Protection } from './protection.ts';

export interface EntityOrder {
  /**
   * NAME: by name in lower case. LAST_SUCCESS: by the end of the newest success; entities without any count as the
   * oldest, and those for which that is not known are last in both directions. Equal ones by provider and external id.
   */
  readonly field: 'PROVIDER' | 'NAME' | 'LAST_SUCCESS';
  readonly isDescending: boolean;
}

/** Sort value of an entity that never had a success: before every time. */
const never = -1_000_000_000_000_000_000;

export interface EntityKey {
  readonly provider: string;
  readonly externalId: string;
  /** In lower case; empty in other orders than NAME. */
  readonly name: string;
  /** Null: not known; also in other orders than LAST_SUCCESS. */
  readonly lastSuccess: number | null;
}

/** `protection` is read in the order LAST_SUCCESS only. */
export function toEntityKey(
  { provider, externalId, name }: ProtectedEntity,
  { field }: EntityOrder,
  protection: Protection | undefined,
): EntityKey {
  return {
    provider,
    externalId,
    name: field === 'NAME' ? name.toLowerCase().slice(0, 1_000).toWellFormed() : '',
    lastSuccess: field === 'LAST_SUCCESS' && protection ? lastSuccessOf(protection) : null,
  };
}

/** Null: there may be a success whose time is not known. */
const lastSuccessOf = ({ lastSuccessAt, incomplete, dataPresence }: Protection): number | null =>
  lastSuccessAt ?? (incomplete || dataPresence !== null ? null : never);

/** Whether the place of an entity is not proven: nothing is known of its newest success, or there may be a newer one. */
export const isMisplaced = ({ lastSuccess }: EntityKey, { field }: EntityOrder, { incomplete }: Protection): boolean =>
  field === 'LAST_SUCCESS' && (lastSuccess === null || incomplete !== null);

/** Whether rows of a provider can be anywhere in the list. */
export const isMixed = ({ field }: EntityOrder): boolean => field !== 'PROVIDER';

type Compare = (a: EntityKey, b: EntityKey) => number;

export function comparatorOf({ field, isDescending }: EntityOrder): Compare {
  const flipped = (compare: Compare): Compare => (isDescending ? (a, b) => compare(b, a) : compare);
  if (field === 'LAST_SUCCESS') {
    const byTime = flipped((a, b) => compareValues(a.lastSuccess ?? 0, b.lastSuccess ?? 0) || byProvider(a, b));
    return (a, b) => Number(a.lastSuccess === null) - Number(b.lastSuccess === null) || byTime(a, b);
  }
  return flipped(field === 'NAME' ? (a, b) => compareValues(a.name, b.name) || byProvider(a, b) : byProvider);
}

const byProvider: Compare = (a, b) => compareValues(a.provider, b.provider) || compareIds(a.externalId, b.externalId);

const compareValues = <Value extends string | number>(a: Value, b: Value): number => (a === b ? 0 : a < b ? -1 : 1);
