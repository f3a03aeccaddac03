/** Storware vProtect as a provider. */
import { readAuthority } from '../../src/config/authority.ts';
import type { Provider } from '../../src/core/provider.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import type { Product, ProviderContext } from '../product.ts';
import { createAccess } from './auth.ts';
import { createPages } from './backups.ts';
import { createCancel } from './cancel.ts';
import { type VProtectConfig, vprotectConfig } from './config.ts';
import { createEdits } from './edits.ts';
import { createBackupEnrichment } from './enrich-backups.ts';
import { createEntities } from './entities.ts';
import { createExplain } from './errors.ts';
import { createFinder } from './find.ts';
import { createList } from './lists.ts';
import { createPresences } from './locations.ts';
import type { VProtectBackup } from './map.ts';
import { createMemory } from './memory.ts';
import { vprotectSchema } from './schema.ts';
import { defaultSettings, settingsField, toSettings } from './settings.ts';
import { createSortedBackups } from './sorted.ts';
import { createStarts } from './starts.ts';
import { createStatistics, type ProductStatistics } from './statistics.ts';
import { createTasks } from './tasks.ts';
import { createUnlistedBackups } from './unlisted-backups.ts';
import { createWire } from './wire.ts';

/** With what no other product has, and the public schema does not show yet. */
interface VProtectProvider extends Provider {
  readonly productStatistics: ProductStatistics;
}

export function createVProtectProvider(config: VProtectConfig, context?: ProviderContext): VProtectProvider {
  const { name } = config;
  const connection = { ...toConnection(config), ca: readAuthority(config) };
  const access = createAccess(config, connection, context);
  const upstream = createUpstream({ ...connection, session: access.session, explain: createExplain(name) });
  const memory = createMemory();
  const times = createTimeReader(config.timeZone);
  const wire = createWire(times);
  const list = createList(upstream, '/backups', wire.backup, memory.keep);
  const sorted = createSortedBackups(name, list);
  const unlisted = createUnlistedBackups(name, list, sorted);
  const tasks = createTasks(upstream, wire);
  const enrichment = createBackupEnrichment(name, tasks, memory);
  const finder = createFinder({ upstream, wire, list, unlisted, memory, enrichment });
  const pages = createPages({ provider: name, list, sorted, unlisted, enrichment });
  const entities = createEntities(name, upstream, wire);
  const edits = createEdits({ provider: name, upstream, finder, onChange: unlisted.forget });
  const starts = createStarts({
    provider: name,
    upstream,
    wire,
    tasks,
    finder,
    findEntity: entities.find,
    listBackups: pages.read,
  });

  return {
    name,
    kind: 'vprotect',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities: entities.list,
    unlistedEntities: `${name} lists its machines; of applications, storage and cloud items only those that it has a backup of are known.`,

    async getEntities(externalIds, signal) {
      if (externalIds.length === 0) return [];
      const byId = new Map((await entities.list(signal)).map((entity) => [entity.externalId, entity]));
      return externalIds.map((id) => byId.get(id) ?? null);
    },

    listBackups: pages.read,
    countBackups: pages.count,
    getBackups: finder.find,
    readDataPresence: createPresences({ provider: name, upstream, wire, memory }),
    readTriggers: (backups, signal) => enrichment.readTriggers(backups as VProtectBackup[], signal),
    startBackup: async (request, signal) => starts.start(request, defaultSettings(config), ['input'], signal),
    createBackup: async (request, signal) =>
      starts.start(request, toSettings(request.settings, config), settingsField, signal),
    findStarted: starts.find,
    cancelBackup: createCancel({ provider: name, upstream, tasks, finder, memory }),
    cancellable: ['RUNNING', 'QUEUED'],
    cancelledAs: 'FAILED',
    hasProgress: true,
    updateDescription: edits.describe,
    updateWarnings: edits.warn,
    acknowledgeWarnings: edits.acknowledge,
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
