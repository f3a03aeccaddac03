/** Filters that need no look at the rows. */
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { acceptsNoneOf, excludesUnknownTrigger } from '../_kit/filter.ts';
import type { Generation } from './config.ts';
import { knownStatuses } from './map.ts';

const types = new Set(['FULL'] as const);

/** No row of Labii can match, so it need not be asked. */
export const matchesNothing = (filter: BackupFilter, generation: Generation): boolean =>
  acceptsNoneOf(filter, { types, statuses: knownStatuses[generation] }) || excludesUnknownTrigger(filter);

/** Every row of the organisations matches, so their number is enough. */
export const matchesAll = (filter: BackupFilter, generation: Generation): boolean =>
  filter.startedAfter === noFilter.startedAfter &&
  filter.startedBefore === noFilter.startedBefore &&
  filter.search === noFilter.search &&
  (filter.statuses === null || [...knownStatuses[generation]].every((status) => filter.statuses?.includes(status)));
