/** The Flosum Backup service as a provider. */
import { readAuthority } from '../../src/config/authority.ts';
import type { BackupFilter } from '../../src/core/filter.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { BackupPage, Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { fixedSession } from '../../src/upstream/session.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import { readCollections } from '../_kit/readers/collections.ts';
import { readTimeBound, type TimeBoundSource } from '../_kit/readers/time-bound.ts';
import type { Product } from '../product.ts';
import { createJobs, maxLimit } from './backups.ts';
import { createCommands } from './commands.ts';
import { type FlosumConfig, flosumConfig } from './config.ts';
import { countRows } from './count.ts';
import { createConnections } from './entities.ts';
import { createExplain } from './errors.ts';
import { createFailureReasons } from './failure-reasons.ts';
import { type FilterQuery, toFilterQuery } from './filter.ts';
import { createLogReader } from './logs.ts';
import { createLookup } from './lookup.ts';
import { flosumSchema } from './schema.ts';
import { toStartSettings } from './settings.ts';

export interface FlosumTiming {
  /** How long to wait before each look for a backup that was just started: about three seconds in all. */
  readonly looksAfterMs: readonly number[];
}

const usualTiming: FlosumTiming = { looksAfterMs: [200, 400, 800, 1600] };

/** Calls at once. */
const parallelReads = 8;

export function createFlosumProvider(config: FlosumConfig, { looksAfterMs } = usualTiming): Provider {
  const { name } = config;
  const upstream = createUpstream({
    ...toConnection(config),
    ca: readAuthority(config),
    session: fixedSession({ authorization: `Bearer ${config.token.reveal()}` }),
    explain: createExplain(name),
  });
  const connections = createConnections(name, upstream, config.connections);
  const { isPossible } = connections;
  const times = createTimeReader(config.timeZone);
  const unplaced = new UnplacedRows();
  const jobs = createJobs(name, upstream, times);
  const find = createLookup(name, jobs, isPossible);
  const logs = createLogReader(name, upstream, find);
  const withReasons = createFailureReasons((backup, signal) => logs.lastError(backup, signal));
  const commands = createCommands({ provider: name, upstream, jobs, isPossible, looksAfterMs });

  /** The connections whose backups a filter may mean. */
  async function chosenIds({ entityIds }: BackupFilter, signal: AbortSignal): Promise<string[]> {
    const ids = (await connections.recent(signal)).map(({ externalId }) => externalId);
    return entityIds === null ? ids : ids.filter((id) => entityIds.includes(id));
  }

  const sourceOf = (connectionId: string, filterQuery: FilterQuery, report: RowReport): TimeBoundSource => ({
    provider: name,
    entityId: connectionId,
    maxLimit,
    fetch: (window, signal) => jobs.readWindow({ connectionId, filterQuery, window }, report, signal),
  });

  return {
    name,
    kind: 'flosum',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities: (signal) => connections.list(signal),
    listsByEntity: true,
    getEntities: async (ids, signal) => (ids.length === 0 ? [] : connections.find(ids, signal)),

    async listBackups(query, signal) {
      const filterQuery = toFilterQuery(query.filter);
      if (!filterQuery) return emptyPage;
      const report = new RowReport(name, query.filter, unplaced);
      const collections = (await chosenIds(query.filter, signal)).map((entityId) => ({
        entityId,
        read: (inner: typeof query, innerSignal: AbortSignal) =>
          readTimeBound(sourceOf(entityId, filterQuery, report), inner, innerSignal),
      }));
      return report.complete(await readCollections(name, collections, query, signal), query);
    },

    async countBackups(filter, signal) {
      const filterQuery = toFilterQuery(filter);
      if (!filterQuery) return 0;
      const report = new RowReport(name, filter, unplaced);
      const counts = await mapBounded(await chosenIds(filter, signal), parallelReads, (entityId) =>
        countRows(sourceOf(entityId, filterQuery, report).fetch, filter, maxLimit, signal),
      );
      // What may match, and was not counted.
      if (!report.isClean) return null;
      return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
    },

    getBackups: async (ids, signal) => withReasons(await find(ids, signal), signal),
    markStart: (entityId, signal) => commands.mark(entityId, signal),
    startBackup: (request, signal) => commands.start(request, toStartSettings({}), signal),
    createBackup: async (request, signal) => commands.start(request, toStartSettings(request.settings), signal),
    findStarted: (start, signal) => commands.find(start, signal),
    readLog: (backup, query, signal) => logs.read(backup, query, signal),
    downloadLog: (id, signal) => logs.download(id, signal),
    close: () => upstream.close(),
  };
}

export const flosum: Product<FlosumConfig> = {
  kind: 'flosum',
  config: flosumConfig,
  create: (config) => createFlosumProvider(config),
  schema: flosumSchema,
  startSandbox: async (options) => (await import('./sandbox/index.ts')).startFlosumSandbox(options),
};

const emptyPage: BackupPage = { rows: [], isEnd: true, problems: [] };
