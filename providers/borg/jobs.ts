/** Reading jobs: the list has only "the newest N", the status only one job, and each has fields that the other lacks. */
import { noFilter } from '../../src/core/filter.ts';
import { type Instant, now } from '../../src/core/instant.ts';
import type { ListedBackup } from '../../src/core/listed-backup.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { unescapeIdentifier } from '../../src/core/unicode.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isNotFound, noSuchBackup, nullIfNotFound } from '../_kit/errors.ts';
import { type RowReading, toListedRows } from '../_kit/listed-rows.ts';
import { maxRows } from '../_kit/readers/prefix.ts';
import { type BorgBackup, toBackup, toPlaceInOrder } from './map.ts';
import { createMemory } from './memory.ts';
import type { Settling } from './settling.ts';
import { jobsReply, type ListRow, listRow, meReply, type StatusRow, statusReply } from './wire.ts';

interface JobList {
  readonly rows: readonly ListedBackup[];
  /**
   * `proven`: there are no other jobs that this account may see. `assumed`: there may be older ones than were read.
   * `open`: a larger limit may return more.
   */
  readonly end: 'proven' | 'assumed' | 'open';
}

interface JobQuery {
  readonly limit: number;
  /** By the entity's id; null: all. */
  readonly repository: string | null;
  /** If absent, rows without a readable time are included in the result. */
  readonly report?: RowReport;
}

export interface Jobs {
  /** The newest jobs of all repositories or one. Rows without an id or a readable time are added to `report`. */
  list(asked: JobQuery, signal: AbortSignal): Promise<JobList>;
  /** One job by one request. Throws NOT_FOUND, also for some faults of the product. */
  read(id: LocalId, signal: AbortSignal): Promise<BorgBackup>;
  /** Where the log of an ended job is, and the text that the product shows instead of a log. */
  readLogPlace(id: LocalId, signal: AbortSignal): Promise<Pick<StatusRow, 'logs' | 'execution_mode' | 'error_message'>>;
  /** One answer for each id; null if there is no such job. */
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(BorgBackup | null)[]>;
}

/** Whether a text is a valid job id: a whole number from 1 to 2^31-1. */
export const isJobId = (id: LocalId): boolean => /^[1-9]\d{0,9}$/.test(id) && Number(id) <= 2_147_483_647;

/** Rows of the first read, when the number of jobs is not known. */
const firstDepth = 200;
/** Allowance for jobs that are created between two calls. */
const newcomers = 20;
/** A list of more rows costs more than the status of one job. */
const rowsWorthOneStatus = 1000;
const parallelReads = 8;

interface JobsOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly settling: Settling;
  readonly times: TimeReader;
}

export function createJobs({ provider, upstream, settling, times }: JobsOptions): Jobs {
  const memory = createMemory();
  const seesEverything = createRoleCheck(upstream);

  /** A row may be opened long after it was read, so the time of reading is kept. */
  const readingOf = (rows: readonly unknown[], readAt: Instant): RowReading => {
    const unsettled = new Set(rows.filter((row) => settling.see(row)));
    return {
      entityId: null,
      toPlace: (row) => toPlaceInOrder(row, provider, times),
      toBackup: (row) => toBackup(listRow(row) as ListRow, { provider, times, readAt, isSettling: unsettled.has(row) }),
    };
  };

  async function fetchRows({ limit, repository, report }: JobQuery, signal: AbortSignal) {
    const path = repository === null ? null : unescapeIdentifier(repository);
    // A path that is not valid Unicode cannot be sent: its jobs are picked from those of all repositories.
    const isPicked = path !== null && !path.isWellFormed();
    const query = { limit, repository: isPicked ? null : path };
    const { jobs } = await upstream.read('/api/backup/jobs', { schema: jobsReply, query, size: 'list' }, signal);
    const readAt = now();
    const unplaced = new UnplacedRows();
    const read = await toListedRows(
      jobs,
      readingOf(jobs, readAt),
      report ?? new RowReport(provider, noFilter, unplaced),
      signal,
    );
    const rows = [...read, ...unplaced.all()].filter((row) => !isPicked || row.open().entityId === repository);
    memory.keep(rows);
    return { rows, count: jobs.length, isOfAll: query.repository === null };
  }

  async function list(asked: JobQuery, signal: AbortSignal): Promise<JobList> {
    const { rows, count, isOfAll } = await fetchRows(asked, signal);
    if (count >= asked.limit) return { rows, end: 'open' };
    // The product removes rows that the account may not see after it applied the limit. An account may see all jobs of a
    // repository or none, so only the list of all repositories can be short before its end.
    if (!isOfAll || (await seesEverything(signal))) return { rows, end: 'proven' };
    return { rows, end: asked.limit < maxRows ? 'open' : 'assumed' };
  }

  async function read(id: LocalId, signal: AbortSignal): Promise<BorgBackup> {
    if (!isJobId(id)) throw noSuchBackup(provider);
    const row = await readStatus(id, signal);
    return memory.complete(toBackup(row, { provider, times, readAt: now(), isSettling: settling.see(row) }));
  }

  const readStatus = (id: LocalId, signal: AbortSignal) =>
    upstream.read(path`/api/backup/status/${id}`, { schema: statusReply }, signal);

  /**
   * Reads the list down to the wanted ids that are within `maxDepth` rows, in at most three calls. Rows come with falling
   * ids: an id that was passed does not exist, and its distance in ids is the maximum number of rows before it.
   */
  async function readDown(ids: readonly LocalId[], maxDepth: number, signal: AbortSignal) {
    const found = new Map<LocalId, BorgBackup>();
    const wanted = new Set(ids);
    let open = ids;
    let limit = 0;
    for (let call = 1; call <= 3; call++) {
      const deepest = deepestWithin(maxDepth, open, memory.newestId());
      if (deepest <= limit) break;
      limit = deepest;
      const { rows, count } = await fetchRows({ limit, repository: null }, signal);
      for (const row of rows) if (wanted.has(row.localId)) found.set(row.localId, row.open() as BorgBackup);
      const oldest = rows.at(-1);
      open = open.filter((id) => !found.has(id) && (!oldest || Number(oldest.localId) > Number(id)));
      if (open.length > 0 && count < limit && (await seesEverything(signal))) open = [];
    }
    await settle(found, signal);
    return { found, open };
  }

  /** A job that the list has shown before: its status completes the remembered row. */
  async function findKnown(id: LocalId, signal: AbortSignal): Promise<Map<LocalId, BorgBackup>> {
    try {
      return new Map([[id, await read(id, signal)]]);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // The product answers an unknown id like an internal fault: the list tells which it is.
      return (await readDown([id], rowsWorthOneStatus, signal)).found;
    }
  }

  async function findUnknown(ids: readonly LocalId[], signal: AbortSignal): Promise<Map<LocalId, BorgBackup>> {
    const maxDepth = Math.min(ids.length * rowsWorthOneStatus, maxRows);
    const { found, open } = await readDown(ids, maxDepth, signal);
    for (let start = 0; start < open.length; start += parallelReads) {
      const group = open.slice(start, start + parallelReads);
      const backups = await Promise.all(group.map((id) => read(id, signal).catch(nullIfNotFound)));
      for (const backup of backups) if (backup) found.set(backup.localId, backup);
    }
    return found;
  }

  /** The list does not say whether a log is stored; the status does. */
  async function settle(found: Map<LocalId, BorgBackup>, signal: AbortSignal): Promise<void> {
    const open = [...found.values()].filter(({ isSettling }) => isSettling);
    const backups = await mapBounded(open, parallelReads, ({ localId }) => read(localId, signal).catch(nullIfNotFound));
    for (const backup of backups) if (backup) found.set(backup.localId, backup);
  }

  return {
    list,
    read,
    readLogPlace: readStatus,
    async find(ids, signal) {
      const wanted = [...new Set(ids)].filter(isJobId);
      const [first] = wanted;
      if (first === undefined) return ids.map(() => null);
      const isKnown = wanted.length === 1 && memory.knows(first);
      const found = await (isKnown ? findKnown(first, signal) : findUnknown(wanted, signal));
      return ids.map((id) => found.get(id) ?? null);
    },
  };
}

/** Number of rows to request; 0 if no id is within `maxDepth`. */
function deepestWithin(maxDepth: number, ids: readonly LocalId[], newestId: number | null): number {
  if (ids.length === 0) return 0;
  if (newestId === null) return firstDepth;
  const depths = ids.map((id) => Math.max(newestId - Number(id), 0) + 1 + newcomers);
  return Math.max(0, ...depths.filter((depth) => depth <= maxDepth));
}

const roleStaysMs = 600_000;

/**
 * Whether the account sees every job: only an administrator does. A role on all repositories is not enough, since only
 * administrators see the jobs of unregistered paths.
 */
function createRoleCheck(upstream: Upstream): (signal: AbortSignal) => Promise<boolean> {
  let known: { readonly isAdmin: boolean; readonly until: number } | null = null;
  return async (signal) => {
    if (known && performance.now() < known.until) return known.isAdmin;
    const { role } = await upstream.read('/api/auth/me', { schema: meReply }, signal);
    known = { isAdmin: role === 'admin', until: performance.now() + roleStaysMs };
    return known.isAdmin;
  };
}
