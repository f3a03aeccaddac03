/** Filters of backups. A list matches any of its values; all given fields must match. */
import { type Instant, now } from './instant.ts';
import {
  type Backup,
  type BackupStatus,
  type BackupTrigger,
  type BackupType,
  type DataPresence,
  isFinished,
  isSuccessful,
  type LocalId,
} from './model.ts';
import { sanitizeBackupText } from './sanitize-text.ts';
import { toSearchable } from './unicode.ts';

/** Fields of a filter that a product may not report. */
export type UntoldField = 'entity' | 'type' | 'trigger' | 'time' | 'end' | 'size' | 'error' | 'data';

/** Fields of a product's own filter, by name; null and absent mean the same. */
export type OwnFilter = Readonly<Record<string, unknown>>;

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
  /** Inclusive, by `size.storedBytes`. */
  readonly minStoredBytes: number | null;
  /** Inclusive, by `endedAt`; backups that have not ended do not match. */
  readonly endedAfter: Instant | null;
  /** Exclusive, likewise. */
  readonly endedBefore: Instant | null;
  /** Part of `errorMessage` as clients see it, ignoring case. */
  readonly errorSearch: string | null;
  /** By `presenceOf`: an adapter that can read the presence of data adds it to its rows first. */
  readonly dataPresences: readonly DataPresence[] | null;
  /** A filter that only this product has, as its `schema.ts` defines it; null for none. See `Provider.ownFilter`. */
  readonly own: OwnFilter | null;
  /** Whether a row matches `own`, where rows tell it. Absent: the product alone applies `own`. */
  readonly accepts?: ((backup: Filterable) => boolean) | undefined;
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
  minStoredBytes: null,
  endedAfter: null,
  endedBefore: null,
  errorSearch: null,
  dataPresences: null,
  own: null,
};

/** Whether the filter has a field that no product applies by itself, so that its rows must be looked at. */
export const needsRows = ({
  minStoredBytes,
  endedAfter,
  endedBefore,
  errorSearch,
  dataPresences,
  accepts,
}: BackupFilter): boolean =>
  accepts !== undefined ||
  minStoredBytes !== null ||
  endedAfter !== null ||
  endedBefore !== null ||
  errorSearch !== null ||
  dataPresences !== null;

/** The fields of a backup that filters read. */
export type Filterable = Pick<
  Backup,
  'entityId' | 'status' | 'type' | 'trigger' | 'sortedAt' | 'endedAt' | 'errorMessage' | 'isRemoved' | 'presence'
> &
  Pick<Backup, 'name' | 'description'> & { readonly size: Pick<Backup['size'], 'storedBytes'> };

export const toFilterable = (backup: Filterable): Filterable => {
  const { entityId, status, type, trigger, sortedAt, endedAt, size, errorMessage, isRemoved, presence } = backup;
  const { name, description } = backup;
  return {
    ...{ entityId, status, type, trigger, sortedAt, endedAt, errorMessage, isRemoved, name, description },
    size: { storedBytes: size.storedBytes },
    ...(presence === undefined ? {} : { presence }),
  };
};

/** Whether the data of a backup still exists, as far as its row tells. Only a successful backup is known to have data. */
export const presenceOf = ({ isRemoved, presence, status }: Pick<Backup, 'isRemoved' | 'presence' | 'status'>) =>
  isRemoved ? 'REMOVED' : ((isSuccessful(status) ? presence : undefined) ?? 'UNKNOWN');

type Verdict = 'matches' | 'misses' | 'untold';

const verdict = (isMatch: boolean, isUntold: boolean): Verdict =>
  isMatch ? 'matches' : isUntold ? 'untold' : 'misses';

/** One for each field that a product may not report. The others are always known. */
const checks: Readonly<Record<UntoldField, (backup: Filterable, filter: BackupFilter) => Verdict>> = {
  entity: ({ entityId }, { entityIds }) =>
    verdict(isAnyOf(entityId, entityIds), entityId === null && entityIds?.length !== 0),
  type: ({ type }, { types }) => verdict(isAnyOf(type, types), type === 'UNKNOWN' && types?.length !== 0),
  trigger: ({ trigger }, { triggers }) =>
    verdict(isAnyOf(trigger, triggers), trigger === 'UNKNOWN' && triggers?.length !== 0),
  time: ({ sortedAt }, filter) => verdict(isWithin(sortedAt, filter), isTimeless(sortedAt)),
  end: ({ endedAt, status }, { endedAfter, endedBefore }) => {
    if (endedAfter === null && endedBefore === null) return 'matches';
    // A backup that has not ended will end later.
    if (endedAt === null) return verdict(false, isFinished(status) || status === 'UNKNOWN');
    return verdict(
      (endedAfter === null || endedAt >= endedAfter) && (endedBefore === null || endedAt < endedBefore),
      false,
    );
  },
  size: ({ size: { storedBytes }, status }, { minStoredBytes }) =>
    verdict(
      minStoredBytes === null || (storedBytes !== null && storedBytes >= minStoredBytes),
      storedBytes === null && mayHaveStored(status),
    ),
  error: ({ errorMessage, status }, { errorSearch }) =>
    verdict(
      errorSearch === null || (errorMessage !== null && contains(sanitizeBackupText(errorMessage), errorSearch)),
      errorMessage === null && mayHaveFailed(status),
    ),
  data: (backup, { dataPresences }) => {
    if (dataPresences === null) return 'matches';
    const presence = presenceOf(backup);
    const isUntold = presence === 'UNKNOWN' && mayHaveStored(backup.status) && dataPresences.length !== 0;
    return verdict(dataPresences.includes(presence), isUntold);
  },
};
const fields = Object.keys(checks) as UntoldField[];

/** Whether a backup with this status stores data, so that its size and the presence of the data could be known. */
export const mayHaveStored = (status: BackupStatus): boolean => isSuccessful(status) || status === 'UNKNOWN';
/** Whether a backup with this status has a reason that the product could tell. */
export const mayHaveFailed = (status: BackupStatus): boolean => status === 'FAILED' || status === 'UNKNOWN';

/** The reference filter: every provider must return the same rows. Filters of a product only save work. */
export function matchesFilter(backup: Filterable, filter: BackupFilter): boolean {
  if (!isAnyOf(backup.status, filter.statuses) || !mentions(backup, filter.search)) return false;
  if (filter.accepts?.(backup) === false) return false;
  const untold: UntoldField[] = [];
  for (const field of fields) {
    const found = checks[field](backup, filter);
    if (found === 'misses') return false;
    if (found === 'untold') untold.push(field);
  }
  for (const field of untold) filter.untold?.add(field);
  return untold.length === 0;
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
  return [backup.name, backup.description].some((text) => text !== null && contains(text, search));
}

const contains = (text: string, search: string): boolean => toSearchable(text).includes(toSearchable(search));
