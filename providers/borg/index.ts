/** Borg UI as a provider. */
import { LRUCache } from 'lru-cache';
import { readAuthority } from '../../src/config/authority.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { BackupFilter } from '../../src/core/filter.ts';
import { isWanted, openFor } from '../../src/core/listed-backup.ts';
import { compareIds } from '../../src/core/order.ts';
import type { BackupPage, PageQuery, Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { RowReport, UnplacedRows, withUnreadable } from '../../src/core/unreadable-rows.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import { refuseSettings } from '../_kit/errors.ts';
import { createPrefixMemory, maxRows, type PrefixMemory, readPrefix } from '../_kit/readers/prefix.ts';
import type { Product, ProviderContext } from '../product.ts';
import { createPresences } from './archives.ts';
import { createAccess } from './auth.ts';
import { createJobs, type Jobs } from './backups.ts';
import { createCommands } from './commands.ts';
import { type BorgConfig, borgConfig } from './config.ts';
import { createExplain } from './errors.ts';
import { refineFromLog } from './log-map.ts';
import { createLogReader } from './logs.ts';
import { knownStatuses, toEntity } from './map.ts';
import { borgSchema } from './schema.ts';
import { createSettling, realClock, type SettlingClock } from './settling.ts';
import { type RepositoryRow, repositoriesReply, repositoryRow } from './wire.ts';

export function createBorgProvider(
  config: BorgConfig,
  context?: ProviderContext,
  clock: SettlingClock = realClock,
): Provider {
  const { name } = config;
  const connection = { ...toConnection(config), ca: readAuthority(config), explain: createExplain(name) };
  const access = createAccess(config, connection, context);
  const upstream = createUpstream({ ...connection, session: access.session });
  const memoryOf = createMemories();
  const times = createTimeReader(config.timeZone);
  const settling = createSettling(config.settleSeconds * 1000, clock, times);
  const unplaced = new UnplacedRows();
  const jobs = createJobs({ provider: name, upstream, settling, times });
  const logs = createLogReader(name, upstream, jobs, settling);

  async function readRepositories(signal: AbortSignal): Promise<(RepositoryRow | null)[]> {
    // Without the slash at the end there is no such route.
    const options = { schema: repositoriesReply, size: 'list' as const };
    return (await upstream.read('/api/repositories/', options, signal)).repositories.map(repositoryRow);
  }

  const listRepositories = async (signal: AbortSignal): Promise<RepositoryRow[]> =>
    (await readRepositories(signal)).flatMap((row) => row ?? []);

  async function listEntities(signal: AbortSignal) {
    const rows = await readRepositories(signal);
    const entities = rows.flatMap((row) => (row ? toEntity(row, name) : []));
    const lost = rows.flatMap((row) => (row ? [] : { provider: name, entityId: null, externalId: null, fields: [] }));
    return withUnreadable(
      entities.sort((a, b) => compareIds(a.externalId, b.externalId)),
      lost,
    );
  }

  const commands = createCommands({
    provider: name,
    times,
    timeoutMs: connection.timeoutMs,
    upstream,
    jobs,
    listRepositories,
  });

  return {
    name,
    kind: 'borg',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities,

    async getEntities(externalIds, signal) {
      if (externalIds.length === 0) return [];
      const byId = new Map((await listEntities(signal)).map((entity) => [entity.externalId, entity]));
      return externalIds.map((id) => byId.get(id) ?? null);
    },

    async listBackups(query, signal) {
      if (matchesNothing(query.filter)) return emptyPage;
      const report = new RowReport(name, query.filter, unplaced);
      const memory = memoryOf(onlyOne(query.filter.entityIds));
      return report.complete(await readPage({ provider: name, jobs, memory, query, report }, signal), query);
    },

    async countBackups(filter, signal) {
      if (matchesNothing(filter)) return 0;
      const report = new RowReport(name, filter, unplaced);
      const asked = { limit: maxRows, repository: onlyOne(filter.entityIds), report };
      const { rows, end } = await jobs.list(asked, signal);
      await openFor(rows, filter, signal);
      const count = rows.filter((row) => isWanted(row, filter)).length;
      // What may match, and was not counted.
      return end === 'proven' && report.isClean ? count : null;
    },

    getBackups: (ids, signal) => jobs.find(ids, signal),
    readDataPresence: createPresences({ upstream, listRepositories }),
    markStart: (_entityId, signal) => commands.mark(signal),
    startBackup: (request, signal) => commands.start(request, signal),
    findStarted: (start, signal) => commands.findStarted(start, signal),

    async createBackup(request, signal) {
      refuseSettings('Borg UI', request.settings);
      return commands.start(request, signal);
    },

    cancelBackup: (id, signal) => commands.cancel(id, signal),
    hasProgress: true,
    readLog: (backup, query, signal) => logs.read(backup, query, signal),
    downloadLog: (id, signal) => logs.download(id, signal),
    refineFromLog,

    async close() {
      await Promise.all([upstream.close(), access.close()]);
    },
  };
}

export const borg: Product<BorgConfig> = {
  kind: 'borg',
  config: borgConfig,
  create: (config, context) => createBorgProvider(config, context),
  schema: borgSchema,
  startSandbox: async (options) => (await import('./sandbox/index.ts')).startBorgSandbox(options),
};

/** The list of all jobs, and that of each repository, have an order each. */
function createMemories(): (repository: string | null) => PrefixMemory {
  const ofAll = createPrefixMemory();
  const memories = new LRUCache<string, PrefixMemory>({ max: maxMemories });
  return (repository) => {
    if (repository === null) return ofAll;
    const known = memories.get(repository) ?? createPrefixMemory();
    memories.set(repository, known);
    return known;
  };
}

const maxMemories = 1_000;

const emptyPage: BackupPage = { rows: [], positions: [], isEnd: true, problems: [] };

interface PageReading {
  readonly provider: string;
  readonly jobs: Jobs;
  readonly memory: PrefixMemory;
  readonly query: PageQuery;
  readonly report: RowReport;
}

/** To an account that sees only some jobs the list seems to end where it may not: what there is comes, with a warning. */
async function readPage(
  { provider, jobs, memory, query, report }: PageReading,
  signal: AbortSignal,
): Promise<BackupPage> {
  const repository = onlyOne(query.filter.entityIds);
  let isAssumed = false;
  const fetch = async (limit: number, inner: AbortSignal) => {
    const { rows, end } = await jobs.list({ limit, repository, report }, inner);
    isAssumed = end === 'assumed';
    return { rows, isWhole: end !== 'open' };
  };
  const page = await readPrefix({ provider, fetch, memory }, query, signal);
  const isAscending = query.direction === 'ascending';
  if (!isAssumed || !(isAscending ? query.after === null : page.isEnd)) return page;
  const message = `${provider} shows this account only some of its backups: older ones than these may be missing. Ask for one entity, or use an administrator's account.`;
  const problem = { provider, entityId: null, error: new GatewayError('INCOMPLETE', message) };
  return { ...page, isEnd: isAscending && page.isEnd, problems: [...page.problems, problem] };
}

/** No job of this product can match, so it need not be asked. */
function matchesNothing({ entityIds, statuses, types, triggers, startedAfter, startedBefore }: BackupFilter): boolean {
  return (
    entityIds?.length === 0 ||
    triggers?.length === 0 ||
    (types !== null && !types.includes('FULL')) ||
    (statuses !== null && !statuses.some((status) => knownStatuses.has(status))) ||
    (startedAfter !== null && startedBefore !== null && startedAfter >= startedBefore)
  );
}

/**
 * Only the repository is left to the product. Its `manual_only` and `scheduled_only` sort jobs by their schedule
 * alone, and so take the jobs of a backup plan for manual ones.
 */
const onlyOne = (ids: readonly string[] | null): string | null =>
  ids !== null && new Set(ids).size === 1 ? (ids[0] ?? null) : null;
