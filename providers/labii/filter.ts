/** Filters that need no look at the rows. */
import { type BackupFilter, needsRows, noFilter, type UntoldField } from '../../src/core/filter.ts';
import { acceptsNoneOf, excludesUnreported } from '../_kit/filter.ts';
import type { Generation } from './config.ts';
import { knownStatuses } from './map.ts';

const types = new Set(['FULL'] as const);

/** Fields that no row has. The current generation does not tell when a backup ended. */
const unreported: Readonly<Record<Generation, readonly UntoldField[]>> = {
  v1: ['trigger', 'size', 'error', 'data'],
  current: ['trigger', 'size', 'error', 'data', 'end'],
};

/** No row of Labii can match, so it need not be asked. */
export const matchesNothing = (filter: BackupFilter, generation: Generation): boolean =>
  acceptsNoneOf(filter, { types, statuses: knownStatuses[generation] }) ||
  excludesUnreported(filter, unreported[generation], knownStatuses[generation]);

/** Every row of the organisations matches, so their number is enough. */
export const matchesAll = (filter: BackupFilter, generation: Generation): boolean =>
  filter.startedAfter === noFilter.startedAfter &&
  filter.startedBefore === noFilter.startedBefore &&
  filter.search === noFilter.search &&
  !needsRows(filter) &&
  (filter.statuses === null || [...knownStatuses[generation]].every((status) => filter.statuses?.includes(status)));
