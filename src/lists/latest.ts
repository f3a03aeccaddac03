/**
 * Finds the newest matching backup of each of many entities, such as the last success. One list of all backups is read
 * first; entities that it does not decide are read one by one. A result without a backup and without a problem is
 * proven; otherwise the problem says why the search is incomplete.
 */
import { createDeadline } from '../core/deadline.ts';
import { type BackupFilter, noFilter } from '../core/filter.ts';
import { mapBounded } from '../core/map-bounded.ts';
import type { Backup, BackupStatus, DataPresence, LocalId, UnreadableRow } from '../core/model.ts';
import { noTime, type SortKey, toSortKey } from '../core/order.ts';
import type { BackupPage, Problem, Provider } from '../core/provider.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { type AskedProvider, problemsOf, toProblem } from './ask.ts';
import { maxApart, tooDeep, tooMany, undecided } from './latest-problems.ts';

export interface Question {
  /** Null: any. */
  readonly statuses: readonly BackupStatus[] | null;
  /** Statuses that a result may have; null: any. If counted backups hide the result, only these statuses are read. */
  readonly answeringStatuses: readonly BackupStatus[] | null;
  readonly isAnswer: (backup: Backup) => boolean;
  /** Backups to count if they are newer than the result. */
  readonly isCounted: (backup: Backup) => boolean;
}

export interface Latest {
  readonly backup: Backup | null;
  /** Whether the data of `backup` still exists. Absent if it was not looked up. */
  readonly presence?: DataPresence;
  /** Number of newer counted backups, at most `maxCounted`; null if not proven. */
  readonly counted: number | null;
  /** Why there may be a newer match than `backup`; null if `backup` is proven to be the newest, or that none exists. */
  readonly problem: Problem | null;
}

/** Higher counts are reported as this one. */
export const maxCounted = 100;
/** Page sizes of the list of all entities; 2,000 rows in all. */
const pagesTogether = [200, 400, 800, 600] as const;
/** Page sizes of the list of one entity; 1,000 rows in all. */
const pagesApart = [10, 40, 150, 800] as const;
/** Reading this many entities one by one costs no more than another page of the list of all. */
const fewEntities = 8;
const parallelReads = 8;

/** Returns one result for each id, in the same order. A failure of the provider is a problem in the result. */
export async function findLatest(
  asked: AskedProvider,
  ids: readonly LocalId[],
  question: Question,
  signal: AbortSignal,
): Promise<readonly Latest[]> {
  const { provider, timeoutMs } = asked;
  using deadline = createDeadline(signal, timeoutMs);
  const { name } = provider;
  const wanted = [...new Set(ids)];
  const reader: Reader = {
    provider,
    signal: deadline.signal,
    explain: (thrown) => toProblem(asked, thrown, deadline.isExpired()),
  };
  const found = new Map<LocalId, Latest>();
  if (wanted.length > 1 && !provider.listsByEntity) {
    for (const [id, latest] of await lookTogether(reader, wanted, question)) found.set(id, latest);
  }
  const open = wanted.filter((id) => isWorthAsking(found.get(id)));
  await mapBounded(open.slice(0, maxApart), parallelReads, async (id) => {
    found.set(id, ofEntity(id, better(await lookApart(reader, id, question), found.get(id))));
  });
  const unasked = unknown(tooMany(name));
  for (const id of open.slice(maxApart)) found.set(id, better(unasked, found.get(id)));
  return ids.map((id) => found.get(id) as Latest);
}

interface Reader {
  readonly provider: Provider;
  readonly signal: AbortSignal;
  /** Turns a failed read into a problem. Rethrows anything but a GatewayError. */
  readonly explain: (thrown: unknown) => Problem;
}

const lookTogether = (reader: Reader, ids: readonly LocalId[], question: Question): Promise<Map<LocalId, Latest>> =>
  walk(reader, ids, {
    ...question,
    entityIds: null,
    pageSizes: pagesTogether,
    isEnough: (open) => open.size <= fewEntities,
  });

/** Reads one entity. If counted backups are too many or unreadable, reads again with `answeringStatuses` only. */
async function lookApart(reader: Reader, id: LocalId, question: Question): Promise<Latest> {
  const plan = { ...question, entityIds: [id], pageSizes: pagesApart };
  const isEnough = (open: ReadonlyMap<LocalId, number>) => (open.get(id) ?? 0) >= maxCounted;
  const first = (await walk(reader, [id], { ...plan, isEnough })).get(id) as Latest;
  const { answeringStatuses } = question;
  if (!answeringStatuses || !isWorthAsking(first)) return first;
  const narrowed = { ...plan, statuses: answeringStatuses, isEnough: () => false };
  const second = (await walk(reader, [id], narrowed)).get(id) as Latest;
  const isCountProven = second.problem === null && first.counted === maxCounted;
  return { ...better(second, first), counted: isCountProven ? maxCounted : null };
}

interface Plan extends Question {
  /** Filter of the list; null: every entity of the provider. */
  readonly entityIds: readonly LocalId[] | null;
  /** Rows of each page; the list has at most this many pages. */
  readonly pageSizes: readonly number[];
  /** Whether to stop early. `open`: the count of each entity without a result. */
  readonly isEnough: (open: ReadonlyMap<LocalId, number>) => boolean;
}

/** Reads a list, newest first, until each entity has a result, the list ends, or there are no more page sizes. */
async function walk(reader: Reader, ids: readonly LocalId[], plan: Plan): Promise<Map<LocalId, Latest>> {
  const { name } = reader.provider;
  const found = new Map<LocalId, Latest>();
  const open = new Map<LocalId, number>(ids.map((id) => [id, 0]));
  const filter: BackupFilter = { ...noFilter, statuses: plan.statuses, entityIds: plan.entityIds };
  const settle = (id: LocalId, latest: Latest) => {
    found.set(id, latest);
    open.delete(id);
  };
  /** Ends the walk with this problem for each entity without a result. */
  const leave = (problem: Problem) => {
    for (const [id, counted] of open)
      settle(id, { ...unknown(problem), counted: counted < maxCounted ? null : maxCounted });
    return found;
  };
  /** Problems of rows that may be a newer match but cannot be read, by entity; null: the entity is not known. */
  const doubts = new Map<LocalId | null, Problem>();
  const doubt = (row: UnreadableRow) => doubts.set(row.entityId, toRowProblems([row])[0] as Problem);
  const doubtOf = (id: LocalId) => doubts.get(id) ?? doubts.get(null) ?? null;
  let after: SortKey | null = null;
  let offset = 0;
  for (const limit of plan.pageSizes) {
    const page = await readPage(reader, { direction: 'descending', after, limit, filter, offset });
    for (const row of page.unreadable) doubt(row);
    for (const backup of page.rows) {
      const odd = isDoubtful(backup) ? unreadableOf(backup) : null;
      if (odd) doubt(odd);
      const id = backup.entityId;
      const counted = id === null ? undefined : open.get(id);
      if (id === null || counted === undefined) continue;
      if (plan.isAnswer(backup)) {
        const problem = page.problemOf(id) ?? doubtOf(id);
        settle(id, { backup, counted: problem ? null : Math.min(counted, maxCounted), problem });
      } else if (plan.isCounted(backup)) open.set(id, counted + 1);
    }
    for (const [id, counted] of open) {
      const problem = page.problemOf(id);
      if (problem) settle(id, unknown(problem));
      else if (page.isEnd) {
        const open = doubtOf(id);
        settle(id, { backup: null, counted: open ? null : Math.min(counted, maxCounted), problem: open });
      }
    }
    if (open.size === 0) return found;
    // A short page without a problem of this entity: rows of another entity are missing, maybe of this one as well.
    if (!page.last || plan.isEnough(open)) return leave(undecided(name));
    after = page.last;
    offset = page.offset;
  }
  return leave(tooDeep(name, plan.pageSizes));
}

interface ReadPage {
  readonly rows: readonly Backup[];
  readonly unreadable: readonly UnreadableRow[];
  /** Key to continue after; null: the list cannot be continued. */
  readonly last: SortKey | null;
  readonly offset: number;
  readonly isEnd: boolean;
  /** Why rows of this entity may be missing on this page; null if none is. */
  readonly problemOf: (id: LocalId) => Problem | null;
}

type Query = Parameters<Provider['listBackups']>[0];

async function readPage({ provider, signal, explain }: Reader, query: Query): Promise<ReadPage> {
  const failed = (thrown: unknown, rows: readonly Backup[]): ReadPage => {
    const problem = explain(thrown);
    return { rows, unreadable: [], last: null, offset: 0, isEnd: false, problemOf: () => problem };
  };
  let page: BackupPage;
  try {
    page = await provider.listBackups(query, signal);
  } catch (thrown) {
    return failed(thrown, []);
  }
  const rows: Backup[] = [];
  for (const row of page.rows) {
    try {
      rows.push(row.open());
    } catch (thrown) {
      // The entity of this row cannot be read either.
      return failed(thrown, rows);
    }
  }
  const problems = problemsOf(page, provider.name, query.limit);
  const general = problems.find(({ entityId }) => entityId === null) ?? null;
  const own = new Map(problems.map((problem) => [problem.entityId, problem]));
  const last = page.rows.length < query.limit ? undefined : page.rows.at(-1);
  return {
    rows,
    unreadable: page.unreadable ?? [],
    last: last ? toSortKey(last) : null,
    offset: page.positions?.at(-1) ?? query.offset + rows.length,
    isEnd: page.isEnd,
    problemOf: (id) => general ?? own.get(id) ?? null,
  };
}

/** Whether the row may be a match: its status, time or entity cannot be read. */
const isDoubtful = ({ unreadable, status, sortedAt, entityId }: Backup): boolean =>
  unreadable !== undefined && (status === 'UNKNOWN' || sortedAt === noTime || entityId === null);

/**
 * Whether a list of this entity alone may give a result. It may not while the provider is unavailable. It may after an
 * unreadable answer, which may be caused by rows of another entity.
 */
function isWorthAsking(latest: Latest | undefined): boolean {
  if (latest === undefined) return true;
  if (latest.problem === null) return false;
  const { isOutage, traits } = latest.problem.error;
  return !isOutage || traits.isUnreadable;
}

/** A failure for one entity affects only that entity. */
const ofEntity = (id: LocalId, latest: Latest): Latest =>
  latest.problem ? { ...latest, problem: { ...latest.problem, entityId: id } } : latest;

/** Returns the proven result, or else the one with a backup. */
function better(later: Latest, earlier: Latest | undefined): Latest {
  if (later.problem === null || !earlier?.backup || later.backup) return later;
  return { ...later, backup: earlier.backup };
}

const unknown = (problem: Problem): Latest => ({ backup: null, counted: null, problem });
