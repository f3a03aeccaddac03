/** Labii as a provider. */
import { readAuthority } from '../../src/config/authority.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { now } from '../../src/core/instant.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
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
import { createExplain } from './errors.ts';
import { type LabiiDetails, toEntity, toPendingBackup } from './map.ts';
import { labiiSchema } from './schema.ts';

export function createLabiiProvider(config: LabiiConfig, context?: ProviderContext): Provider {
  const { name, generation, organizations } = config;
  const connection = {
    ...toConnection(config),
    ca: readAuthority(config),
    explain: createExplain(name, config.token !== undefined),
  };
  const access = createAccess(config, connection, context);
  const upstream = createUpstream({ ...connection, session: access.session });
  const times = createTimeReader(config.timeZone);
  const backups = createBackups(config, upstream, times);
  const commands = createCommands({ config, upstream, backups, times });
  const entities = organizations
    .map((organization) => toEntity(organization, name))
    .sort((a, b) => compareIds(a.externalId, b.externalId));

  /** The organisations are our own to know; that the account may read one of them shows that the connection is right. */
  async function prove(signal: AbortSignal): Promise<void> {
    let failure: unknown = null;
    for (const { sid } of organizations) {
      try {
        await backups.countOf(sid, signal);
        return;
      } catch (error) {
        if (!isOfOneOrganization(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  function isProven(): boolean {
    const { status, checkedAt } = upstream.health.current();
    return status === 'UP' && checkedAt !== null && now() - checkedAt < proofLastsMicroseconds;
  }

  return {
    name,
    kind: 'labii',
    health: () => upstream.health.current(),
    hasReadZonelessTimes: times.hasReadZoneless,

    async listEntities(signal) {
      await prove(signal);
      return entities;
    },

    listsByEntity: true,

    async getEntities(externalIds, signal) {
      if (externalIds.length === 0) return [];
      if (signal.aborted || !isProven()) await prove(signal);
      return externalIds.map((id) => entities.find(({ externalId }) => externalId === id) ?? null);
    },

    listBackups: (query, signal) => backups.list(query, signal),
    countBackups: (filter, signal) => backups.count(filter, signal),
    getBackups: (ids, signal) => backups.find(ids, signal),
    markStart: (entityId, signal) => commands.mark(entityId, signal),
    startBackup: (request, signal) => commands.start(request, signal),
    createBackup: (request, signal) => commands.create(request, signal),
    findStarted: (start, signal) => commands.find(start, signal),

    // v1 shows nothing before the end, and changes nothing afterwards.
    ...(generation === 'v1'
      ? { showPending: (start: SentStart, localId: LocalId) => toPendingBackup(start, localId, name) }
      : {
          isEditable: ({ details }: Backup) => (details as LabiiDetails).canChange !== false,
          updateDescription: (id: LocalId, description: string, signal: AbortSignal) =>
            commands.describe(id, description, signal),
        }),

    async close() {
      await Promise.all([upstream.close(), access.close()]);
    },
  };
}

/** Every page of backups asks for the names of its organisations, which are not the product's to say. */
const proofLastsMicroseconds = 60_000_000;

/** The refusal is about this organisation; another one may be readable. */
const isOfOneOrganization = (error: unknown): boolean =>
  error instanceof GatewayError && (error.traits.isDenied || error.code === 'BAD_USER_INPUT');

export const labii: Product<LabiiConfig> = {
  kind: 'labii',
  config: labiiConfig,
  create: createLabiiProvider,
  schema: labiiSchema,
  startSandbox: async (options) => (await import('./sandbox/index.ts')).startLabiiSandbox(options),
};
