/** A filter in the words of the product's list. It only reduces what is read: every row is filtered here again. */
import type { BackupFilter } from '../../src/core/filter.ts';
import type { BackupStatus, BackupType } from '../../src/core/model.ts';
import { acceptsNothing, excludesUnknownTrigger } from '../_kit/filter.ts';
import { statuses } from './map.ts';

export interface FilterQuery {
  /** Both are required: no restriction means all words. */
  readonly types: readonly string[];
  readonly statuses: readonly string[];
  readonly search: string | null;
}

/** The words of the filter differ from those of the rows, and only these are known to match which rows. */
const wordOfType = new Map<BackupType, string>([
  ['FULL', 'full'],
  ['SYNCHRONIZATION', 'full & sync'],
  ['TEMPLATE', 'template'],
  ['ARCHIVE', 'archive'],
]);
const wordOfStatus = new Map<BackupStatus, string>([...statuses].map(([word, status]) => [status, word]));

/** Imports, and rows with an unknown word, are found only among all rows. */
const wordless: ReadonlySet<string> = new Set(['IMPORT', 'UNKNOWN']);

export const unfiltered: FilterQuery = {
  types: [...wordOfType.values()],
  statuses: [...wordOfStatus.values()],
  search: null,
};

const maxSearchLength = 80;

/** Null where no row of this product can match. */
export function toFilterQuery(filter: BackupFilter): FilterQuery | null {
  const types = pick(filter.types, wordOfType, unfiltered.types);
  const wantedStatuses = pick(filter.statuses, wordOfStatus, unfiltered.statuses);
  const { search } = filter;
  if (filter.entityIds?.length === 0 || acceptsNothing(filter) || types.length === 0 || wantedStatuses.length === 0)
    return null;
  if (excludesUnknownTrigger(filter)) return null;
  return { types, statuses: wantedStatuses, search: search === null ? null : toOwnSearch(search) };
}

/**
 * The longest part that every form of Unicode writes alike, so that the product leaves out no row whose name holds `é`
 * as two characters where the search has one.
 */
function toOwnSearch(search: string): string | null {
  const parts = search.normalize('NFC').split(/[^\x20-\x7e]+/);
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest !== '' && longest.length <= maxSearchLength ? longest : null;
}

function pick<Ours extends string>(
  wanted: readonly Ours[] | null,
  words: ReadonlyMap<Ours, string>,
  all: readonly string[],
): readonly string[] {
  if (wanted === null || wanted.some((one) => wordless.has(one))) return all;
  return [...new Set(wanted.flatMap((one) => words.get(one) ?? []))];
}

/**
 * The product counts exactly what the filter means. Not so by type, by text and by time: how it applies those words and
 * bounds is not documented, so that its number may differ from the rows that we show.
 */
export const isCountedExactly = ({ types, statuses, search, startedAfter, startedBefore }: BackupFilter): boolean =>
  types === null &&
  (search === null || search === '') &&
  startedAfter === null &&
  startedBefore === null &&
  !statuses?.includes('UNKNOWN');
