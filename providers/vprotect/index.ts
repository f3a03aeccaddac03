/** The Storware vProtect provider. */
import { readConnection } from '../../src/config/outbound.ts';
import type { Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import { pickEntities } from '../_kit/entities.ts';
import type { Product, ProviderContext } from '../product.ts';
import { createAccess } from './auth.ts';
import { createBackups } from './backups.ts';
import { createChains } from './chains.ts';
import { createCommands } from './commands.ts';
import { type VProtectConfig, vprotectConfig } from './config.ts';
import { createCopies } from './copies.ts';
import { createPresences } from './data-presence.ts';
import { createBackupEnrichment } from './enrich-backups.ts';
import { createEntities } from './entities.ts';
import { createExplain } from './errors.ts';
import { failureRules } from './failure-rules.ts';
import { createFinder } from './find.ts';
import { createList } from './lists.ts';
import type { VProtectBackup } from './map.ts';
import { createMemory } from './memory.ts';
import { readOwnFilter } from './own-filter.ts';
import { withProject } from './project.ts';
import { createSchedules } from './schedules.ts';
import { vprotectSchema } from './schema.ts';
import { createSortedBackups } from './sorted.ts';
import { createStatistics, type ProductStatistics } from './statistics.ts';
import { createTasks } from './tasks.ts';
import { createUnlistedBackups } from './unlisted-backups.ts';
import { createWire } from './wire.ts';

/** A provider with the figures that only vProtect reports. */
interface VProtectProvider extends Provider {
  readonly productStatistics: ProductStatistics;
}

export function createVProtectProvider(config: VProtectConfig, context?: ProviderContext): VProtectProvider {
  const { name } = config;
  const connection = { ...toConnection(config), ...readConnection(config) };
  const access = createAccess(config, connection, context);
  const open = createUpstream({ ...connection, session: access.session, explain: createExplain(name) });
  const upstream = withProject(open, config.project);
  const memory = createMemory();
  const times = createTimeReader(config.timeZone);
  const wire = createWire(times);
  const list = createList(upstream, '/backups', wire.backup, memory.keep);
  const sorted = createSortedBackups(name, list);
  const unlisted = createUnlistedBackups(name, list, sorted);
  const tasks = createTasks(upstream, wire);
  const enrichment = createBackupEnrichment(name, tasks, memory);
  const finder = createFinder({ upstream, wire, list, unlisted, memory, enrichment });
  const readRoots = createChains({ upstream, wire, memory });
  const createPresenceReader = createPresences({ provider: name, upstream, wire, memory });
  const backups = createBackups({ provider: name, list, sorted, unlisted, enrichment, createPresenceReader });
  const entities = createEntities(name, upstream, wire);
  const commands = createCommands({
    config,
    provider: name,
    upstream,
    wire,
    tasks,
    finder,
    memory,
    findEntity: entities.find,
    listBackups: backups.list,
    onChange: unlisted.forget,
  });

  return {
    name,
    kind: 'vprotect',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities: entities.list,
    ownFilter: readOwnFilter,
    unlistedEntities: `${name} lists its machines; of applications, storage and cloud items only those that it has a backup of are known.`,

    getEntities: async (ids, signal) => (ids.length === 0 ? [] : pickEntities(await entities.list(signal), ids)),
    listBackups: backups.list,
    countBackups: backups.count,
    getBackups: finder.find,
    readDataPresence: (rows, signal) => createPresenceReader()(rows, signal),
    readTriggers: (backups, signal) => enrichment.readTriggers(backups as VProtectBackup[], signal),
    readOrigins: (backups, signal) => enrichment.readOrigins(backups as VProtectBackup[], signal),
    readCopies: createCopies({ provider: name, upstream, wire, memory }),
    readSchedules: createSchedules({ provider: name, upstream, wire }),
    readChainRoots: (backups, signal) => readRoots(backups as VProtectBackup[], signal),
    startBackup: commands.start,
    createBackup: commands.create,
    findStarted: commands.find,
    cancelBackup: commands.cancel,
    cancellable: ['RUNNING', 'QUEUED'],
    cancelledAs: 'FAILED',
    failureRules,
    hasProgress: true,
    updateDescription: commands.describe,
    updateWarnings: commands.warn,
    acknowledgeWarnings: commands.acknowledge,
    productStatistics: createStatistics(upstream),

    async close() {
      await Promise.all([upstream.close(), access.close()]);
    },
  };
}

export const vprotect: Product<VProtectConfig> = {
  kind: 'vprotect',
  config: vprotectConfig,
  create: createVProtectProvider,
  schema: vprotectSchema,
  startSandbox: async (options) => (await import('./sandbox/index.ts')).startVProtectSandbox(options),
};
