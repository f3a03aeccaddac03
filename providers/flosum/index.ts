/** The Flosum Backup provider. */
import { readConnection } from '../../src/config/outbound.ts';
import type { Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { fixedSession } from '../../src/upstream/session.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import type { Product } from '../product.ts';
import { createBackups } from './backups.ts';
import { createCommands } from './commands.ts';
import { type FlosumConfig, flosumConfig } from './config.ts';
import { createConnections } from './entities.ts';
import { createExplain } from './errors.ts';
import { createFailureReasons } from './failure-reasons.ts';
import { failureRules } from './failure-rules.ts';
import { createFinder } from './find.ts';
import { createJobs } from './jobs.ts';
import { createLogReader } from './logs.ts';
import { readOwnFilter } from './own-filter.ts';
import { flosumSchema } from './schema.ts';
import { toStartSettings } from './settings.ts';

export interface FlosumTiming {
  /** How long to wait before each look for a backup that was just started: about three seconds in all. */
  readonly looksAfterMs: readonly number[];
}

const usualTiming: FlosumTiming = { looksAfterMs: [200, 400, 800, 1600] };

export function createFlosumProvider(config: FlosumConfig, { looksAfterMs } = usualTiming): Provider {
  const { name } = config;
  const upstream = createUpstream({
    ...toConnection(config),
    ...readConnection(config),
    session: fixedSession({ authorization: `Bearer ${config.token.reveal()}` }),
    explain: createExplain(name),
  });
  const connections = createConnections(name, upstream, config.connections);
  const { isPossible } = connections;
  const times = createTimeReader(config.timeZone);
  const jobs = createJobs(name, upstream, times);
  const backups = createBackups(name, jobs, connections);
  const find = createFinder(name, jobs, isPossible);
  const logs = createLogReader(name, upstream, find);
  const withReasons = createFailureReasons((backup, signal) => logs.lastError(backup, signal));
  const commands = createCommands({ provider: name, upstream, jobs, isPossible, looksAfterMs });

  return {
    name,
    kind: 'flosum',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities: connections.list,
    listsByEntity: true,
    ownFilter: readOwnFilter,
    getEntities: async (ids, signal) => (ids.length === 0 ? [] : connections.find(ids, signal)),
    listBackups: backups.list,
    countBackups: backups.count,
    getBackups: async (ids, signal) => withReasons(await find(ids, signal), signal),
    markStart: commands.mark,
    startBackup: (request, signal) => commands.start(request, toStartSettings({}), signal),
    createBackup: async (request, signal) => commands.start(request, toStartSettings(request.settings), signal),
    findStarted: commands.find,
    readLog: logs.read,
    failureRules,
    downloadLog: logs.download,
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
