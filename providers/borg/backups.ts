/** Pages and counts of backups, from lists of the newest jobs. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { BackupFilter } from '../../src/core/filter.ts';
import { isWanted, type ListedBackup, listed, openFor } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import { createPresenceFilter, type Presences } from '../_kit/presences.ts';
import { createPrefixMemory, maxRows, type PrefixMemory, readPrefix } from '../_kit/readers/prefix.ts';
import type { PresenceReader } from './data-presence.ts';
import { matchesNothing, onlyRepository } from './filter.ts';
import type { Jobs } from './jobs.ts';

interface Backups {
  list(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;
  /** Null if the product shows only some of the jobs that may match. */
  count(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;
}

export function createBackups(provider: string, jobs: Jobs, createPresenceReader: () => PresenceReader): Backups {
  const memoryOf = createMemories();
  const unplaced = new UnplacedRows();

  /** An account that sees only some jobs cannot tell where their list ends: such a page has a problem that says so. */
  async function readPage(query: PageQuery, report: RowReport, signal: AbortSignal): Promise<BackupPage> {
    const repository = onlyRepository(query.filter);
    const presences = createPresenceFilter(provider, query.filter, createPresenceReader());
    let isAssumed = false;
    const fetch = async (limit: number, inner: AbortSignal) => {
      const { rows, end } = await jobs.list({ limit, repository, report }, inner);
      isAssumed = end === 'assumed';
      return { rows: await addPresences(rows, query.filter, presences, inner), isWhole: end !== 'open' };
    };
    const read = await readPrefix({ provider, fetch, memory: memoryOf(repository) }, query, signal);
    const page = { ...read, problems: [...read.problems, ...presences.problems()] };
    const isAscending = query.direction === 'ascending';
    if (!isAssumed || !(isAscending ? query.after === null : page.isEnd)) return page;
    const message = `${provider} shows this account only some of its backups: older ones than these may be missing. Ask for one entity, or use an administrator's account.`;
    const problem = { provider, entityId: null, error: new GatewayError('INCOMPLETE', message) };
    return { ...page, isEnd: isAscending && page.isEnd, problems: [...page.problems, problem] };
  }

  return {
    async list(query, signal) {
      if (matchesNothing(query.filter)) return emptyPage;
      const report = new RowReport(provider, query.filter, unplaced);
      return report.complete(await readPage(query, report, signal), query);
    },

    async count(filter, signal) {
      if (matchesNothing(filter)) return 0;
      const report = new RowReport(provider, filter, unplaced);
      const { rows, end } = await jobs.list({ limit: maxRows, repository: onlyRepository(filter), report }, signal);
      const presences = createPresenceFilter(provider, filter, createPresenceReader());
      await openFor(rows, filter, signal);
      const known = await addPresences(rows, filter, presences, signal);
      const count = known.filter((row) => isWanted(row, filter)).length;
      // Rows that could not be read may match.
      return end === 'proven' && report.isClean ? count : null;
    },
  };
}

/** Opens the rows only for a filter by the presence of data. */
async function addPresences(
  rows: readonly ListedBackup[],
  filter: BackupFilter,
  presences: Presences,
  signal: AbortSignal,
): Promise<readonly ListedBackup[]> {
  if (filter.dataPresences === null) return rows;
  await openFor(rows, filter, signal);
  const backups = rows.map((row) => row.open());
  const known = await presences.add(backups, signal);
  return rows.map((row, index) => (known[index] === backups[index] ? row : listed(known[index] as Backup)));
}

const emptyPage: BackupPage = { rows: [], positions: [], isEnd: true, problems: [] };
const maxMemories = 1_000;

/** The list of all jobs and that of each repository have an order each. */
function createMemories(): (repository: string | null) => PrefixMemory {
  const ofAll = createPrefixMemory();
  const memories = createBoundedCache<string, PrefixMemory>(maxMemories);
  return (repository) => {
    if (repository === null) return ofAll;
    const known = memories.get(repository) ?? createPrefixMemory();
    memories.set(repository, known);
    return known;
  };
}
