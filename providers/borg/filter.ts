/** What a filter means for Borg UI's list. */
import type { BackupFilter } from '../../src/core/filter.ts';
import { acceptsNoneOf } from '../_kit/filter.ts';
import { knownStatuses } from './map.ts';

const possible = { types: new Set(['FULL'] as const), statuses: knownStatuses };

/** No job of this product can match, so it need not be asked. */
export const matchesNothing = (filter: BackupFilter): boolean =>
  filter.entityIds?.length === 0 || acceptsNoneOf(filter, possible);

/**
 * The repository of a filter that names exactly one; else null. Other parts of a filter are not sent: `manual_only` and
 * `scheduled_only` sort jobs by their schedule alone, and so count the jobs of a backup plan as manual.
 */
export const onlyRepository = ({ entityIds: ids }: BackupFilter): string | null =>
  ids !== null && new Set(ids).size === 1 ? (ids[0] ?? null) : null;
