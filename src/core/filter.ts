/** Which backups are meant. A list means "any of these"; several fields mean "all of these". */
import { type Instant, now } from './instant.ts';
import type { Backup, BackupStatus, BackupTrigger, BackupType, LocalId } from './model.ts';
import { toSearchable } from './unicode.ts';

/** What a filter looks at, and a row may not tell. */
export type UntoldField = 'entity' | 'type' | 'trigger' | 'time';

/** What one provider is asked. Null: no restriction; an empty list matches nothing. */
export interface BackupFilter {
  readonly entityIds: readonly LocalId[] | null;
  readonly statuses: readonly BackupStatus[] | null;
  readonly types: readonly BackupType[] | null;
  readonly triggers: readonly BackupTrigger[] | null;
  /** Inclusive, by `sortedAt`; a row without a time counts as now. */
  readonly startedAfter: Instant | null;
  /** Exclusive, likewise. */
  readonly startedBefore: Instant | null;
  /** Within the name or the description, whatever the case. */
  readonly search: string | null;
  /**
   * Collects why rows were left out although nobody knows whether they match: the product does not tell these fields of
   * them. An adapter that knows this of all its rows adds the field without asking the product.
   */
  readonly untold?: Set<UntoldField>;
}

export const noFilter: BackupFilter = {
  entityIds: null,
  statuses: null,
  types: null,
  triggers: null,
  startedAfter: null,
  startedBefore: null,
  search: null,
};

/** All of a backup that a filter looks at. */
export type Filterable = Pick<Backup, 'entityId' | 'status' | 'type' | 'trigger' | 'sortedAt' | 'name' | 'description'>;

export const toFilterable = (backup: Filterable): Filterable => {
  const { entityId, status, type, trigger, sortedAt, name, description } = backup;
  return { entityId, status, type, trigger, sortedAt, name, description };
};

/** The filter that every provider must agree with; a product's own filter may only make it cheaper. */
export function matchesFilter(backup: Filterable, filter: BackupFilter): boolean {
  const { entityId, type, trigger, sortedAt } = backup;
  const isEntity = isAnyOf(entityId, filter.entityIds);
  const isType = isAnyOf(type, filter.types);
  const isTrigger = isAnyOf(trigger, filter.triggers);
  const isTime = isWithin(sortedAt, filter);
  const untold: UntoldField[] = [
    ...(!isEntity && entityId === null && filter.entityIds?.length !== 0 ? (['entity'] as const) : []),
    ...(!isType && type === 'UNKNOWN' && filter.types?.length !== 0 ? (['type'] as const) : []),
    ...(!isTrigger && trigger === 'UNKNOWN' && filter.triggers?.length !== 0 ? (['trigger'] as const) : []),
    ...(!isTime && isTimeless(sortedAt) ? (['time'] as const) : []),
  ];
  const misses = [isEntity, isType, isTrigger, isTime].filter((isMatch) => !isMatch).length;
  if (misses > untold.length || !isAnyOf(backup.status, filter.statuses) || !mentions(backup, filter.search)) {
    return false;
  }
  for (const field of untold) filter.untold?.add(field);
  return misses === 0;
}

const isAnyOf = <T>(value: T, wanted: readonly NonNullable<T>[] | null): boolean =>
  wanted === null || (value !== null && wanted.includes(value as NonNullable<T>));

/** The product gave the row no time, and it stands at the end of every list. */
const isTimeless = (sortedAt: Instant | null): boolean => sortedAt !== null && sortedAt <= 0;

/** Likewise, by the time of a row alone. */
export function matchesTime(sortedAt: Instant | null, filter: BackupFilter): boolean {
  const isTime = isWithin(sortedAt, filter);
  if (!isTime && isTimeless(sortedAt)) filter.untold?.add('time');
  return isTime;
}

/** Whether a time is in the filter's range. */
export function isWithin(sortedAt: Instant | null, { startedAfter, startedBefore }: BackupFilter): boolean {
  if (startedAfter === null && startedBefore === null) return true;
  const at = sortedAt ?? now();
  return (startedAfter === null || at >= startedAfter) && (startedBefore === null || at < startedBefore);
}

function mentions(backup: Filterable, search: string | null): boolean {
  if (search === null) return true;
  const wanted = toSearchable(search);
  return [backup.name, backup.description].some((text) => text !== null && toSearchable(text).includes(wanted));
}
