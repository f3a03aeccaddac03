/** A filter as parameters of the server's lists. It only reduces what is read: each row is filtered again here. */
import { type BackupFilter, needsRows } from '../../src/core/filter.ts';
import type { LocalId } from '../../src/core/model.ts';
import { acceptsNothing, excludesUnreported } from '../_kit/filter.ts';
import { isGuid } from './guid.ts';
import type { Query } from './lists.ts';
import { isKnownType, knownStatuses, toStatusWords } from './map.ts';

export interface FilterQuery {
  /** Parameters of a list call, except the entity, the time and the order. */
  readonly query: Query;
  /** The only entities that can match; null for any. */
  readonly entityIds: readonly LocalId[] | null;
  /** The parameters express the whole filter, so the server's total is the count. */
  readonly isExact: boolean;
}

/** Null if no backup of this product can match. */
export function toFilterQuery(filter: BackupFilter): FilterQuery | null {
  const { startedAfter, startedBefore, triggers } = filter;
  if (acceptsNothing(filter)) return null;
  const status = toStatusQuery(filter);
  const type = toTypeQuery(filter);
  const entityIds = filter.entityIds === null ? null : [...new Set(filter.entityIds)].filter(isGuid);
  if (!status || !type || entityIds?.length === 0) return null;
  // No row says when a backup ended.
  if (excludesUnreported(filter, ['end'], knownStatuses)) return null;
  const isOpen = startedAfter === null && startedBefore === null && filter.search === null && triggers === null;
  return {
    query: { status: status.words, type: type.word },
    entityIds,
    isExact:
      isOpen && !needsRows(filter) && status.isExact && type.isExact && (entityIds === null || entityIds.length === 1),
  };
}

function toStatusQuery({ statuses }: BackupFilter) {
  if (statuses === null) return { words: null, isExact: true };
  const words = statuses.map(toStatusWords);
  if (words.includes(null)) return { words: null, isExact: false };
  const known = [...new Set(words.flatMap((one) => one ?? []))];
  // Which FAILED are cancelled, and which INPROGRESS are still queued, is known only row by row.
  const isExact = !known.some((word) => word === 'FAILED' || word === 'INPROGRESS');
  return known.length === 0 ? null : { words: known, isExact };
}

/** The server accepts only one type. */
function toTypeQuery({ types }: BackupFilter) {
  if (types === null) return { word: null, isExact: true };
  const known = [...new Set(types.filter((type) => type === 'UNKNOWN' || isKnownType(type)))];
  const [only] = known;
  if (only === undefined) return null;
  const isOne = known.length === 1 && only !== 'UNKNOWN';
  return { word: isOne ? only : null, isExact: isOne };
}
