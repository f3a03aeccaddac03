/** The Borg UI provider. */
import { readConnection } from '../../src/config/outbound.ts';
import type { Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import type { Product, ProviderContext } from '../product.ts';
import { createAccess } from './auth.ts';
import { createBackups } from './backups.ts';
import { createCommands } from './commands.ts';
import { type BorgConfig, borgConfig } from './config.ts';
import { createCopies } from './copies.ts';
import { createPresences } from './data-presence.ts';
import { createEntities } from './entities.ts';
import { createExplain } from './errors.ts';
import { failureRules } from './failure-rules.ts';
import { createJobs } from './jobs.ts';
import { refineFromLog } from './log-map.ts';
import { createLogReader } from './logs.ts';
import { readOwnFilter } from './own-filter.ts';
import { createSchedules } from './schedules.ts';
import { borgSchema } from './schema.ts';
import { createSettling, realClock, type SettlingClock } from './settling.ts';

export function createBorgProvider(
  config: BorgConfig,
  context?: ProviderContext,
  clock: SettlingClock = realClock,
): Provider {
  const { name } = config;
  const connection = { ...toConnection(config), ...readConnection(config), explain: createExplain(name) };
  const access = createAccess(config, connection, context);
  const upstream = createUpstream({ ...connection, session: access.session });
  const times = createTimeReader(config.timeZone);
  const settling = createSettling(config.settleSeconds * 1000, clock, times);
  const jobs = createJobs({ provider: name, upstream, settling, times });
  const logs = createLogReader(name, upstream, jobs, settling);
  const entities = createEntities(upstream, { provider: name, times });
  const { listRepositories } = entities;
  const createPresenceReader = createPresences({ upstream, listRepositories });
  const backups = createBackups(name, jobs, createPresenceReader);
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
    listEntities: entities.list,
    ownFilter: readOwnFilter,
    getEntities: entities.find,
    listBackups: backups.list,
    countBackups: backups.count,
    getBackups: jobs.find,
    readSchedules: createSchedules({ provider: name, upstream, times }),
    readCopies: createCopies(createPresenceReader),
    readDataPresence: (rows, signal) => createPresenceReader()(rows, signal),
    markStart: (_entityId, signal) => commands.mark(signal),
    startBackup: commands.start,
    createBackup: commands.create,
    retryBackup: commands.retry,
    isRetryable: ({ status, trigger }) => trigger === 'MANUAL' && (status === 'FAILED' || status === 'CANCELLED'),
    findStarted: commands.find,
    cancelBackup: commands.cancel,
    hasProgress: true,
    failureRules,
    readLog: logs.read,
    downloadLog: logs.download,
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
