/** Collects unreadable rows and fields of an answer, and turns them into problems. */
import { GatewayError } from './errors.ts';
import { type BackupFilter, matchesFilter, presenceOf } from './filter.ts';
import type { ListedBackup } from './listed-backup.ts';
import type { Backup, EntityRows, LocalId, ProtectedEntity, UnreadableRow } from './model.ts';
import { comparator, noTime } from './order.ts';
import type { BackupPage, PageQuery, Problem } from './provider.ts';

/** Returns the unreadable fields of a backup; null if there are none. */
export const unreadableOf = ({ provider, entityId, externalId, unreadable = [] }: Backup): UnreadableRow | null =>
  unreadable.length === 0 ? null : { provider, entityId, externalId, fields: unreadable };

/** Maximum of ids in one message. */
const maxNamed = 3;

/**
 * Returns one problem for all rows with the same unreadable fields, so that a changed field does not fill the answer.
 */
export function toRowProblems(
  rows: readonly (UnreadableRow | null)[],
  what: 'backup' | 'entity' = 'backup',
): Problem[] {
  const groups = new Map<string, Map<string, UnreadableRow>>();
  for (const [index, row] of rows.entries()) {
    if (!row) continue;
    const key = JSON.stringify([row.provider, row.externalId === null, row.externalId === null ? [] : row.fields]);
    const group = groups.get(key) ?? new Map<string, UnreadableRow>();
    // A list and a single read may both contain the same backup.
    groups.set(key, group.set(row.externalId ?? `row ${index}`, row));
  }
  return [...groups.values()].map((group) => toProblem([...group.values()], what));
}

function toProblem(rows: readonly UnreadableRow[], what: 'backup' | 'entity'): Problem {
  const [first] = rows as readonly [UnreadableRow];
  const entityIds = new Set(rows.map(({ entityId }) => entityId));
  const isOne = rows.length === 1;
  const ids = rows.slice(0, maxNamed).map(({ externalId }) => externalId);
  const plural = what === 'backup' ? 'backups' : 'entities';
  const named = `${isOne ? what : `${rows.length} ${plural}`} ${ids.join(', ')}${rows.length > maxNamed ? ', …' : ''}`;
  const message =
    first.externalId === null
      ? `${first.provider} lists ${isOne ? `one ${what}` : `${rows.length} ${plural}`} without an id that can be read, so it is left out.`
      : `${first.provider}: "${first.fields.join('", "')}" of ${named} cannot be read, so its value is missing.`;
  return {
    provider: first.provider,
    entityId: entityIds.size === 1 ? first.entityId : null,
    error: new GatewayError('PROVIDER_INVALID_RESPONSE', message),
    isOfRows: true,
  };
}

/**
 * Whether a filter leaves a backup out only because of its unreadable fields. The client must then receive a problem.
 */
export function isUndecided(backup: Backup, filter: BackupFilter): boolean {
  if (!backup.unreadable || matchesFilter(backup, filter)) return false;
  const known: BackupFilter = {
    entityIds: backup.entityId === null ? null : filter.entityIds,
    statuses: backup.status === 'UNKNOWN' ? null : filter.statuses,
    types: backup.type === 'UNKNOWN' ? null : filter.types,
    triggers: backup.trigger === 'UNKNOWN' ? null : filter.triggers,
    ...(backup.sortedAt === noTime
      ? { startedAfter: null, startedBefore: null }
      : { startedAfter: filter.startedAfter, startedBefore: filter.startedBefore }),
    search: backup.name === null || backup.description === null ? null : filter.search,
    minStoredBytes: backup.size.storedBytes === null ? null : filter.minStoredBytes,
    ...(backup.endedAt === null
      ? { endedAfter: null, endedBefore: null }
      : { endedAfter: filter.endedAfter, endedBefore: filter.endedBefore }),
    errorSearch: backup.errorMessage === null ? null : filter.errorSearch,
    own: filter.own,
    accepts: filter.accepts,
    dataPresences: presenceOf(backup) === 'UNKNOWN' ? null : filter.dataPresences,
  };
  return matchesFilter(backup, known);
}

/** How long rows without a time are remembered, in milliseconds, and how many. */
const remembersMs = 600_000;
const maxRemembered = 1_000;

/**
 * Rows whose time cannot be read. They belong to the end of the order, so a walk shows them on its last page, including
 * those from earlier pages. One instance for each provider.
 */
export class UnplacedRows {
  readonly #rows = new Map<LocalId, { readonly row: ListedBackup; readonly seenAt: number }>();

  add(row: ListedBackup): void {
    this.#rows.delete(row.externalId);
    this.#rows.set(row.externalId, { row, seenAt: performance.now() });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > maxRemembered && oldest !== undefined) this.#rows.delete(oldest);
  }

  /** Removes a backup whose time can be read now. */
  remove(externalId: string): void {
    if (this.#rows.size > 0) this.#rows.delete(externalId);
  }

  all(): ListedBackup[] {
    const since = performance.now() - remembersMs;
    return [...this.#rows.values()].flatMap(({ row, seenAt }) => (seenAt >= since ? row : []));
  }
}

/** Collects what one list call could not read. */
export class RowReport {
  readonly #provider: string;
  readonly #filter: BackupFilter;
  readonly #unplaced: UnplacedRows;
  readonly #found: UnreadableRow[] = [];
  readonly #lost = new Set<string>();

  constructor(provider: string, filter: BackupFilter, unplaced: UnplacedRows) {
    this.#provider = provider;
    this.#filter = filter;
    this.#unplaced = unplaced;
  }

  /** Whether a row had no id: it may be the row that was searched for. */
  get hasLost(): boolean {
    return this.#lost.size > 0;
  }

  /** Whether every row so far, including those left out by the filter, was fully readable. */
  get isClean(): boolean {
    return this.#found.length === 0;
  }

  /** Records a row without an id. A list that is read in steps may contain it more than once. */
  lose(entityId: LocalId | null, row: unknown): void {
    const key = JSON.stringify([entityId, row]);
    if (this.#lost.has(key)) return;
    this.#lost.add(key);
    this.#found.push({ provider: this.#provider, entityId, externalId: null, fields: [] });
  }

  /** Returns the row if it has a time; otherwise keeps it for `complete`. */
  place(row: ListedBackup, hasTime: boolean): ListedBackup[] {
    if (hasTime) {
      this.#unplaced.remove(row.externalId);
      return [row];
    }
    this.#unplaced.add(row);
    const backup = row.open();
    const isMeant = matchesFilter(backup, this.#filter) || isUndecided(backup, this.#filter);
    if (isMeant) this.#found.push(unreadableOf(backup) as UnreadableRow);
    return [];
  }

  /** Records the unreadable fields of an opened row and returns the row. */
  opened<B extends Backup>(backup: B): B {
    if (backup.unreadable && isUndecided(backup, this.#filter)) this.#found.push(unreadableOf(backup) as UnreadableRow);
    return backup;
  }

  /** Adds the rows without a time to the last page, and the unreadable rows to any page. */
  complete(page: BackupPage, { direction, after, limit, filter }: PageQuery): BackupPage {
    const compare = comparator(direction);
    // In an ascending walk these rows come first: only a first page that is also the last one can contain them.
    const isAtEnd = page.isEnd && (direction === 'descending' || after === null);
    const isMore = (row: ListedBackup): boolean =>
      (after === null || compare(row, after) > 0) &&
      matchesFilter(row.open(), filter) &&
      !page.rows.some(({ localId }) => localId === row.localId);
    const more = isAtEnd ? this.#unplaced.all().filter(isMore) : [];
    const unreadable = this.isClean ? {} : { unreadable: [...(page.unreadable ?? []), ...this.#found] };
    if (more.length === 0) return { ...page, ...unreadable };
    const rows = [...page.rows, ...more].sort(compare);
    const places = new Map(page.rows.map((row, index) => [row, page.positions?.[index]]));
    let position = 0;
    const positions = rows.map((row) => (position = places.get(row) ?? position + 1));
    return {
      ...page,
      ...unreadable,
      rows: rows.slice(0, limit),
      ...(page.positions ? { positions: positions.slice(0, limit) } : {}),
      isEnd: rows.length <= limit,
    };
  }
}

export const withUnreadable = (entities: readonly ProtectedEntity[], lost: readonly UnreadableRow[]): EntityRows =>
  lost.length === 0 ? entities : Object.assign([...entities], { unreadable: lost });

/** Returns the unreadable fields of these entities and the unreadable rows of their list. */
export const unreadableEntities = (entities: EntityRows): UnreadableRow[] => [
  ...(entities.unreadable ?? []),
  ...entities.flatMap(({ provider, externalId, unreadable = [] }) =>
    unreadable.length === 0 ? [] : { provider, entityId: externalId, externalId, fields: unreadable },
  ),
];
