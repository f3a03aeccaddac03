/** Filters that no backup of a product can match, so that the product need not be asked. */
import { type BackupFilter, mayHaveFailed, mayHaveStored, type UntoldField } from '../../src/core/filter.ts';
import { type BackupStatus, type BackupType, isFinished } from '../../src/core/model.ts';

/** The filter has an empty list of what it accepts, or an empty range of times. */
export const acceptsNothing = (filter: BackupFilter): boolean =>
  filter.triggers?.length === 0 ||
  filter.dataPresences?.length === 0 ||
  isEmptyRange(filter.startedAfter, filter.startedBefore) ||
  isEmptyRange(filter.endedAfter, filter.endedBefore);

const isEmptyRange = (after: number | null, before: number | null): boolean =>
  after !== null && before !== null && after >= before;

interface Possible {
  readonly types: ReadonlySet<BackupType>;
  readonly statuses: ReadonlySet<BackupStatus>;
}

/** The same, or none of the types and statuses that the backups of a product have. */
export const acceptsNoneOf = (filter: BackupFilter, { types, statuses }: Possible): boolean =>
  acceptsNothing(filter) ||
  !(filter.types?.some((type) => types.has(type)) ?? true) ||
  !(filter.statuses?.some((status) => statuses.has(status)) ?? true);

/** Whether the filter excludes every backup that does not report the field. */
const excludes: Readonly<Partial<Record<UntoldField, (filter: BackupFilter) => boolean>>> = {
  trigger: ({ triggers }) => triggers !== null && !triggers.includes('UNKNOWN'),
  end: ({ endedAfter, endedBefore }) => endedAfter !== null || endedBefore !== null,
  size: ({ minStoredBytes }) => minStoredBytes !== null,
  error: ({ errorSearch }) => errorSearch !== null,
  data: ({ dataPresences }) => dataPresences !== null && !dataPresences.includes('UNKNOWN'),
};

/** The statuses of backups that have a value in the field, which the product does not report. */
const mayHave: Readonly<Partial<Record<UntoldField, (status: BackupStatus) => boolean>>> = {
  end: (status) => isFinished(status) || status === 'UNKNOWN',
  size: mayHaveStored,
  error: mayHaveFailed,
  data: mayHaveStored,
};

/**
 * For products that never report some fields: whether the filter excludes all their backups by one of these. If so,
 * notes the field in `untold`, unless no backup of the accepted `statuses` could have a value in it.
 */
export function excludesUnreported(
  filter: BackupFilter,
  fields: readonly UntoldField[],
  statuses: ReadonlySet<BackupStatus>,
): boolean {
  const excluding = fields.filter((field) => excludes[field]?.(filter));
  const accepted = [...statuses].filter((status) => filter.statuses?.includes(status) ?? true);
  // A backup is left out without doubt if one of the fields says so.
  const isCertain = excluding.some((field) => !accepted.some(mayHave[field] ?? (() => true)));
  if (!isCertain) for (const field of excluding) filter.untold?.add(field);
  return excluding.length > 0;
}
