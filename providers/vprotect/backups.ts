/** Pages of the list, joined from rows that the server can filter by time and rows that it cannot. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, matchesFilter } from '../../src/core/filter.ts';
import { now } from '../../src/core/instant.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { BackupPage, PageQuery, Problem } from '../../src/core/provider.ts';
import { createRowShares } from '../../src/core/row-shares.ts';
import { isUndecided, RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import { createPresenceFilter, type Presences } from '../_kit/presences.ts';
import { readCollections } from '../_kit/readers/collections.ts';
import { maxScannedRows, readTimeBound, type TimeBoundSource, type TimeWindow } from '../_kit/readers/time-bound.ts';
import type { PresenceReader } from './data-presence.ts';
import type { BackupEnrichment } from './enrich-backups.ts';
import { type FilterQuery, toFilterQuery } from './filter.ts';
import { joinRows } from './join-rows.ts';
import { type List, maxPageSize, narrowList } from './lists.ts';
import type { VProtectBackup } from './map.ts';
import { toOwnQuery } from './own-filter.ts';
import { type SortedBackups, toFilterTimes } from './sorted.ts';
import { createUnlistedBackups, type UnlistedBackups } from './unlisted-backups.ts';
import type { BackupRow } from './wire.ts';

interface BackupsOptions {
  readonly provider: string;
  readonly list: List<BackupRow>;
  readonly sorted: SortedBackups;
  readonly unlisted: UnlistedBackups;
  readonly enrichment: BackupEnrichment;
  readonly createPresenceReader: () => PresenceReader;
}

/** A query, and the rows that could not be read for it. */
interface Asking extends FilterQuery {
  readonly report: RowReport;
  readonly presences: Presences;
  /** Where the newest backups are asked for in one call with those that have no time. */
  readonly newest: NewestRead | null;
}

interface NewestRead {
  /** Null until the call was answered, or if its answer did not tell them. */
  timeless: readonly BackupRow[] | null;
}

interface Backups {
  list(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;
  count(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;
}

/** Up to this many entities are listed one by one; for more, all backups are listed and filtered here. */
const maxEntitiesApart = 20;

/** Own filters whose rows without a snapshot time are remembered. */
const maxNarrowed = 50;

export function createBackups(options: BackupsOptions): Backups {
  const { provider, list, sorted } = options;
  const whole = createReader(options);
  const narrowed = createBoundedCache<string, Backups>(maxNarrowed);

  /** Null if no backup can match the product's own filter. */
  function readerOf({ own }: BackupFilter): Backups | null {
    const query = toOwnQuery(own);
    if (query === null) return null;
    if (Object.keys(query).length === 0) return whole;
    const key = JSON.stringify(query);
    const known = narrowed.get(key);
    if (known) return known;
    const ownList = narrowList(list, query);
    const ownSorted = sorted.narrow(query);
    const unlisted = createUnlistedBackups(provider, ownList, ownSorted);
    const reader = createReader({ ...options, list: ownList, sorted: ownSorted, unlisted });
    narrowed.set(key, reader);
    return reader;
  }

  return {
    async list(query, signal) {
      const reader = readerOf(query.filter);
      return reader ? reader.list(query, signal) : end;
    },
    async count(filter, signal) {
      const reader = readerOf(filter);
      return reader ? reader.count(filter, signal) : 0;
    },
  };
}

function createReader(options: BackupsOptions): Backups {
  const { provider, list, sorted, unlisted, enrichment, createPresenceReader } = options;
  const unplacedRows = new UnplacedRows();
  const shares = createRowShares();

  /** Rows as backups, with the fields that the filter uses. */
  async function readFor(
    { triggers }: BackupFilter,
    presences: Presences,
    rows: readonly BackupRow[],
    signal: AbortSignal,
  ): Promise<readonly VProtectBackup[]> {
    const backups = await enrichment.read(rows, signal);
    const triggered = triggers === null ? backups : await enrichment.addTriggers(backups, signal);
    return presences.add(triggered, signal);
  }

  const presencesFor = (filter: BackupFilter) => createPresenceFilter(provider, filter, createPresenceReader());

  const sourceOf = (asked: Asking, filter: BackupFilter, entityId: LocalId | null): TimeBoundSource => ({
    provider,
    entityId,
    maxLimit: maxPageSize,
    async fetch(window, signal) {
      const { report, presences } = asked;
      const query = { ...asked.query, 'protected-entity': entityId };
      const newest = asked.newest && isUnbounded(window) ? await unlisted.newest(window.limit, signal) : null;
      if (asked.newest && newest) asked.newest.timeless = newest.timeless;
      const {
        rows,
        unplaced = [],
        lost,
        total,
        isCumulative = false,
      } = newest ?? (await sorted.window(query, window, signal));
      for (const row of lost) report.lose(entityId, row);
      const read = await readFor(filter, presences, [...rows, ...unplaced], signal);
      const place = (backup: VProtectBackup) => report.place(listed(backup), !isUnplacedBackup(backup));
      return { rows: read.map((backup) => report.opened(backup)).flatMap(place), total, isCumulative };
    },
  });

  /** Rows with a snapshot time: constant cost at any depth. */
  function readTimed(asked: Asking, query: PageQuery, signal: AbortSignal): Promise<BackupPage> {
    const { entityIds } = asked;
    if (entityIds === null || entityIds.length > maxEntitiesApart) {
      return readTimeBound(sourceOf(asked, query.filter, null), query, signal);
    }
    const read = (id: LocalId) => (part: PageQuery, inner: AbortSignal) =>
      readTimeBound(sourceOf(asked, query.filter, id), part, inner);
    const [only] = entityIds;
    if (only !== undefined && entityIds.length === 1) return read(only)(query, signal);
    return readCollections(
      provider,
      entityIds.map((entityId) => ({ entityId, read: read(entityId) })),
      query,
      signal,
      shares,
    );
  }

  /** Rows that wait come first; they are asked for only where a walk begins, or has come to its end. */
  async function readUnlisted(query: PageQuery, presences: Presences, isAtTop: boolean, signal: AbortSignal) {
    const going = isAtTop && mayShowWaiting(query.filter) ? await unlisted.going(signal) : [];
    const timeless = await unlisted.timeless(signal);
    const rows = await readFor(query.filter, presences, [...going, ...timeless.rows], signal);
    return { rows, problems: timeless.isWhole ? [] : [tooManyTimeless(provider)] };
  }

  /** The same after the rows with a time. */
  async function readOthers(
    query: PageQuery,
    presences: Presences,
    isAtEnd: boolean,
    newest: NewestRead | null,
    signal: AbortSignal,
  ) {
    // While no row without a time was ever seen, they may come to the oldest end: that is looked at each minute.
    if (newest?.timeless) await unlisted.timeless(signal);
    if (!newest?.timeless || !unlisted.isInOneList()) return readUnlisted(query, presences, isAtEnd, signal);
    return { rows: await readFor(query.filter, presences, newest.timeless, signal), problems: [] };
  }

  async function read(query: PageQuery, signal: AbortSignal): Promise<BackupPage> {
    const meant = toFilterQuery(query.filter);
    if (!meant) return end;
    const report = new RowReport(provider, query.filter, unplacedRows);
    const presences = presencesFor(query.filter);
    const isDescending = query.direction === 'descending';
    const isAtTop = isDescending && (query.after === null || query.after.sortedAt === null);
    const isOneCall = isAtTop && meant.isExact && !isNarrow(meant) && unlisted.isInOneList();
    const newest: NewestRead | null = isOneCall ? { timeless: null } : null;
    const [timed, early] = await Promise.all([
      readTimed({ ...meant, report, presences, newest }, query, signal),
      isDescending && !newest ? readUnlisted(query, presences, isAtTop, signal) : null,
    ]);
    const extra = early ?? (await readOthers(query, presences, isAtTop || timed.isEnd, newest, signal));
    for (const backup of extra.rows) {
      report.opened(backup);
      if (isUnplacedBackup(backup)) report.place(listed(backup), false);
    }
    const page = report.complete(joinRows(timed, extra, query), query);
    return { ...page, problems: [...page.problems, ...presences.problems()] };
  }

  /** Counts row by row only up to a limit. */
  async function count(filter: BackupFilter, signal: AbortSignal): Promise<number | null> {
    const asked = toFilterQuery(filter);
    if (!asked) return 0;
    const [only = null] = asked.entityIds?.length === 1 ? asked.entityIds : [];
    const isTimed = filter.startedAfter !== null || filter.startedBefore !== null;
    const query = { ...asked.query, 'protected-entity': only, ...(isTimed ? toFilterTimes(filter) : {}) };
    const { total } = await list.page({ query, page: 0, size: 1 }, signal);
    if (total !== null && (asked.isExact || total > maxScannedRows)) return asked.isExact ? total : null;
    const { rows, lost, isWhole } = await list.all(query, maxScannedRows, signal);
    if (!isWhole || lost.length > 0) return null;
    const timeless = isTimed ? await unlisted.timeless(signal) : { rows: [], isWhole: true };
    if (!timeless.isWhole) return null;
    const going = isTimed ? await unlisted.going(signal) : [];
    const byGuid = new Map([...going, ...timeless.rows, ...rows].map((row) => [row.guid, row]));
    const presences = presencesFor(filter);
    const backups = await readFor(filter, presences, [...byGuid.values()], signal);
    if (backups.some((backup) => isUndecided(backup, filter))) return null;
    return backups.filter((backup) => matchesFilter(backup, filter)).length;
  }

  return {
    async list(query, signal) {
      const page = await read(query, signal);
      const backups = page.rows.map((row) => row.open() as VProtectBackup);
      return { ...page, rows: (await enrichment.addProgress(backups, signal)).map(listed) };
    },
    count,
  };
}

const isUnplacedBackup = ({ unreadable }: VProtectBackup): boolean => unreadable?.includes('snapshotTime') ?? false;

const isUnbounded = ({ from, to, page }: TimeWindow): boolean => from === null && to === null && page === 0;

const isNarrow = ({ query, entityIds }: FilterQuery): boolean =>
  entityIds !== null || Object.values(query).some((value) => value !== null);

const end: BackupPage = { rows: [], isEnd: true, problems: [] };

/** Rows without a time count as now. */
const mayShowWaiting = ({ statuses, startedBefore }: BackupFilter): boolean =>
  (statuses === null || statuses.includes('QUEUED')) && (startedBefore === null || startedBefore > now());

const tooManyTimeless = (provider: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError(
    'INCOMPLETE',
    `${provider} has more backups without a snapshot time than are read: some of them are missing.`,
  ),
});
