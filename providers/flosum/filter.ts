/** A filter as parameters of the product's list. It only reduces what is read: each row is filtered again here. */
import { type BackupFilter, needsRows } from '../../src/core/filter.ts';
import type { BackupStatus, BackupType } from '../../src/core/model.ts';
import { acceptsNothing, excludesUnreported } from '../_kit/filter.ts';
import { statuses } from './map.ts';
import { includesMetadata } from './own-filter.ts';

export interface FilterQuery {
  /** Types and statuses are required parameters: all words mean no restriction. */
  readonly types: readonly string[];
  readonly statuses: readonly string[];
  readonly search: string | null;
  /** Null: not sent. */
  readonly includeMetadata: boolean | null;
}

/** The filter's words differ from those of the rows. These are the only ones whose matching rows are known. */
const wordOfType = new Map<BackupType, string>([
  ['FULL', 'full'],
  ['SYNCHRONIZATION', 'full & sync'],
  ['TEMPLATE', 'template'],
  ['ARCHIVE', 'archive'],
]);
const wordOfStatus = new Map<BackupStatus, string>([...statuses].map(([word, status]) => [status, word]));

/** Imports and rows with an unknown word have no filter word: they are found only among all rows. */
const wordless: ReadonlySet<string> = new Set(['IMPORT', 'UNKNOWN']);

const possibleStatuses: ReadonlySet<BackupStatus> = new Set([...statuses.values(), 'UNKNOWN']);

export const unfiltered: FilterQuery = {
  types: [...wordOfType.values()],
  statuses: [...wordOfStatus.values()],
  search: null,
  includeMetadata: null,
};

const maxSearchLength = 80;

/** Null if no row of this product can match. */
export function toFilterQuery(filter: BackupFilter): FilterQuery | null {
  const types = pick(filter.types, wordOfType, unfiltered.types);
  const wantedStatuses = pick(filter.statuses, wordOfStatus, unfiltered.statuses);
  const { search } = filter;
  if (filter.entityIds?.length === 0 || acceptsNothing(filter) || types.length === 0 || wantedStatuses.length === 0)
    return null;
  if (excludesUnreported(filter, ['trigger', 'size', 'error', 'data'], possibleStatuses)) return null;
  const includeMetadata = includesMetadata(filter.own);
  return { types, statuses: wantedStatuses, search: search === null ? null : toOwnSearch(search), includeMetadata };
}

/**
 * The longest ASCII part of a search. Other characters have several Unicode forms: the product might leave out a row
 * whose name has `é` as two characters if the search has it as one.
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
 * Whether the product's total is the number of matching rows. By type, text and time it may not be: how the product
 * applies those is not documented.
 */
export function isCountedExactly(filter: BackupFilter): boolean {
  const { types, statuses, search, startedAfter, startedBefore } = filter;
  const isOpen = types === null && (search === null || search === '') && startedAfter === null;
  return isOpen && startedBefore === null && !statuses?.includes('UNKNOWN') && !needsRows(filter);
}
