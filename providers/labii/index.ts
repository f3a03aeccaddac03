/** The Labii provider. */
import { readConnection } from '../../src/config/outbound.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { SentStart } from '../../src/core/provider-commands.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { toConnection } from '../../src/upstream/limits.ts';
import { createUpstream } from '../../src/upstream/upstream.ts';
import type { Product, ProviderContext } from '../product.ts';
import { createAccess } from './auth.ts';
import { createBackups } from './backups.ts';
import { createCommands } from './commands.ts';
import { type LabiiConfig, labiiConfig } from './config.ts';
import { createEntities } from './entities.ts';
import { createExplain } from './errors.ts';
import { type LabiiDetails, toPendingBackup } from './map.ts';
import { readOwnFilter } from './own-filter.ts';
import { labiiSchema } from './schema.ts';

export function createLabiiProvider(config: LabiiConfig, context?: ProviderContext): Provider {
  const { name, generation } = config;
  const connection = {
    ...toConnection(config),
    ...readConnection(config),
    explain: createExplain(name, config.token !== undefined),
  };
  const access = createAccess(config, connection, context);
  const upstream = createUpstream({ ...connection, session: access.session });
  const times = createTimeReader(config.timeZone);
  const backups = createBackups(config, upstream, times);
  const commands = createCommands({ config, upstream, backups, times });
  const entities = createEntities(config, upstream, backups);

  return {
    name,
    kind: 'labii',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,
    listEntities: entities.list,
    ownFilter: readOwnFilter,
    listsByEntity: true,
    getEntities: entities.find,
    listBackups: backups.list,
    countBackups: backups.count,
    getBackups: backups.find,
    isStartable: ({ externalId }) => backups.mayStart(externalId) !== false,
    markStart: commands.mark,
    startBackup: commands.start,
    createBackup: commands.create,
    findStarted: commands.find,

    // v1 lists a backup only once it has ended, and cannot change one.
    ...(generation === 'v1'
      ? { showPending: (start: SentStart, localId: LocalId) => toPendingBackup(start, localId, name) }
      : {
          isEditable: ({ details }: Backup) => (details as LabiiDetails).canChange !== false,
          updateDescription: commands.describe,
        }),

    async close() {
      await Promise.all([upstream.close(), access.close()]);
    },
  };
}

export const labii: Product<LabiiConfig> = {
  kind: 'labii',
  config: labiiConfig,
  create: createLabiiProvider,
  schema: labiiSchema,
  startSandbox: async (options) => (await import('./sandbox/index.ts')).startLabiiSandbox(options),
};
