/** Which backups are meant. A list means "any of these"; several fields mean "all of these". */
import { type Instant, now } from './instant.ts';
import type { Backup, BackupStatus, BackupTrigger, BackupType, LocalId } from './model.ts';

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
  return (
    isAnyOf(backup.entityId, filter.entityIds) &&
    isAnyOf(backup.status, filter.statuses) &&
    isAnyOf(backup.type, filter.types) &&
    isAnyOf(backup.trigger, filter.triggers) &&
    isWithin(backup.sortedAt, filter) &&
    mentions(backup, filter.search)
  );
}

const isAnyOf = <T>(value: T, wanted: readonly NonNullable<T>[] | null): boolean =>
  wanted === null || (value !== null && wanted.includes(value as NonNullable<T>));

/** Whether a time is in the filter's range. */
export function isWithin(sortedAt: Instant | null, { startedAfter, startedBefore }: BackupFilter): boolean {
  if (startedAfter === null && startedBefore === null) return true;
  const at = sortedAt ?? now();
  return (startedAfter === null || at >= startedAfter) && (startedBefore === null || at < startedBefore);
}

function mentions(backup: Filterable, search: string | null): boolean {
  if (search === null) return true;
  const wanted = search.toLowerCase();
  return [backup.name, backup.description].some((text) => text?.toLowerCase().includes(wanted));
}
