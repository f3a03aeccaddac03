/** Filters of backups. A list matches any of its values; all given fields must match. */
import { type Instant, now } from './instant.ts';
import type { Backup, BackupStatus, BackupTrigger, BackupType, LocalId } from './model.ts';
import { toSearchable } from './unicode.ts';

/** Fields of a filter that a product may not report. */
export type UntoldField = 'entity' | 'type' | 'trigger' | 'time';

/** The filter for one provider. Null: no restriction; an empty list matches nothing. */
export interface BackupFilter {
  readonly entityIds: readonly LocalId[] | null;
  readonly statuses: readonly BackupStatus[] | null;
  readonly types: readonly BackupType[] | null;
  readonly triggers: readonly BackupTrigger[] | null;
  /** Inclusive, by `sortedAt`; a row without a time counts as now. */
  readonly startedAfter: Instant | null;
  /** Exclusive, by `sortedAt`; a row without a time counts as now. */
  readonly startedBefore: Instant | null;
  /** Part of the name or the description, ignoring case. */
  readonly search: string | null;
  /**
   * Collects fields that the product does not report, so that rows were left out without knowing whether they match. An
   * adapter whose product never reports a field adds it without a request.
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

/** The fields of a backup that filters read. */
export type Filterable = Pick<Backup, 'entityId' | 'status' | 'type' | 'trigger' | 'sortedAt' | 'name' | 'description'>;

export const toFilterable = (backup: Filterable): Filterable => {
  const { entityId, status, type, trigger, sortedAt, name, description } = backup;
  return { entityId, status, type, trigger, sortedAt, name, description };
};

/** The reference filter: every provider must return the same rows. Filters of a product only save work. */
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

/** Whether the product reports no time for the row, which puts it at the end of every list. */
const isTimeless = (sortedAt: Instant | null): boolean => sortedAt !== null && sortedAt <= 0;

/** Like `matchesFilter`, for the time of a row only. */
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
