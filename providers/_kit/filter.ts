/** Filters that no backup of a product can match, so that the product need not be asked. */
import type { BackupFilter } from '../../src/core/filter.ts';
import type { BackupStatus, BackupType } from '../../src/core/model.ts';

/** The filter accepts no trigger, or its range of times is empty. */
export const acceptsNothing = ({ triggers, startedAfter, startedBefore }: BackupFilter): boolean =>
  triggers?.length === 0 || (startedAfter !== null && startedBefore !== null && startedAfter >= startedBefore);

interface Possible {
  readonly types: ReadonlySet<BackupType>;
  readonly statuses: ReadonlySet<BackupStatus>;
}

/** The same, or none of the types and statuses that the backups of a product have. */
export const acceptsNoneOf = (filter: BackupFilter, { types, statuses }: Possible): boolean =>
  acceptsNothing(filter) ||
  !(filter.types?.some((type) => types.has(type)) ?? true) ||
  !(filter.statuses?.some((status) => statuses.has(status)) ?? true);

/** For products that do not report triggers: whether the filter excludes UNKNOWN. If so, notes `trigger` in `untold`. */
export function excludesUnknownTrigger({ triggers, untold }: BackupFilter): boolean {
  if (triggers === null || triggers.includes('UNKNOWN')) return false;
  untold?.add('trigger');
  return true;
}
