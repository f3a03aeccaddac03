import type { CountedCoverage } from '../src/core/history.ts';
import { capabilitiesOf, type ProviderHealth } from '../src/core/provider.ts';
import type { ProviderLimits } from '../src/core/provider-limits.ts';
import type { Builder } from './builder.ts';
import { toBackupConnection, toConnection } from './connection.ts';
import { backupPage, entityPage } from './cost.ts';
import { toBackupOrder, toEntityFilter, toEntityOrder, toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';

export function defineProvider(builder: Builder, refs: Refs): void {
  defineProblem(refs);
  const Health = defineHealth(builder, refs);
  const History = defineHistory(builder);
  const Limits = defineLimits(builder);

  refs.Provider.implement({
    description: 'One configured backup system.',
    interfaces: [refs.Node],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'The configured name, such as `salesforce-prod`; unique.' }),
      kind: t.field({ type: refs.ProviderKind, description: 'Kind of the product.', resolve: ({ kind }) => kind }),
      capabilities: t.field({
        type: [refs.Capability],
        description: 'Functions of the provider beyond listing.',
        resolve: (provider) => capabilitiesOf(provider),
      }),
      health: t.field({
        type: Health,
        description: 'Health of the provider.',
        resolve: (provider) => ({ ...provider.health(), provider: provider.name }),
      }),
      limits: t.field({
        type: Limits,
        nullable: true,
        description:
          'Limits of what the gateway sends to the provider, as configured. Null if the provider has just been removed from the configuration.',
        resolve: ({ name }, _args, { catalog }) => catalog.details.limits(name),
      }),
      history: t.field({
        type: History,
        nullable: true,
        description:
          'How much of the provider the gateway has stored: reading it sends no request to the provider. Null if the setting `history` is off, and before the first read.',
        resolve: ({ name }, _args, { catalog }) => catalog.history.coverage(name),
      }),
      protectedEntities: t.field({
        type: refs.ProtectedEntityConnection,
        nullable: true,
        description: 'Entities that this provider protects, ordered by external id.',
        args: refs.entityArgs,
        complexity: entityPage,
        resolve: async ({ name }, { filter, orderBy, lastKnown, ...page }, { catalog, loaders, signal }) => {
          const query = {
            page,
            lastKnown: lastKnown ?? false,
            filter: { ...toEntityFilter(filter), providers: [name] },
            order: toEntityOrder(orderBy),
          };
          return toConnection(await catalog.reads.listEntities(query, loaders.newestSuccesses, signal));
        },
      }),
      backups: t.field({
        type: refs.BackupConnection,
        nullable: true,
        description: 'Backups of this provider.',
        args: refs.backupArgs,
        complexity: backupPage,
        resolve: async (
          { name },
          { filter, orderBy, lastKnown, maxAgeSeconds, ...page },
          { catalog, signal },
          info,
        ) => {
          const query = {
            page,
            lastKnown: lastKnown ?? false,
            maxAgeSeconds: maxAgeSeconds ?? 0,
            filter: { ...toListFilter(filter), providers: [name] },
            ...toBackupOrder(orderBy),
          };
          return toBackupConnection(await catalog.reads.listBackups(query, signal), info);
        },
      }),
    }),
  });

  builder.queryFields((t) => ({
    providers: t.field({
      type: [refs.Provider],
      description: 'All configured providers, available or not, ordered by name.',
      resolve: (_root, _args, { catalog }) => [...catalog.scope.providers],
    }),
    provider: t.field({
      type: refs.Provider,
      nullable: true,
      description: 'One provider by name; null if none has that name.',
      args: { name: t.arg.string({ required: true, description: 'The configured name.' }) },
      resolve: (_root, { name }, { catalog }) => catalog.scope.provider(name),
    }),
  }));
}

function defineProblem(refs: Refs): void {
  refs.ProviderProblem.implement({
    description:
      'Why a part of an answer is missing: all of a provider, one of its entities, or values of single rows.',
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider whose part is missing.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description:
          'The entity whose part is missing, if it is only one. Null if it is several, or the whole provider.',
        resolve: ({ provider, entityId }, _args, { loaders }) =>
          entityId === null ? null : loaders.entity.load({ provider, localId: entityId }),
      }),
      code: t.field({
        type: refs.ErrorCode,
        description: 'Kind of the error, for programs.',
        resolve: ({ error }) => error.code,
      }),
      message: t.string({
        description: 'What happened and what to do, for display.',
        resolve: ({ error }) => error.message,
      }),
      retryable: t.boolean({
        description: 'Whether the same request may succeed later.',
        resolve: ({ error }) => error.isRetryable,
      }),
      retryAfterSeconds: t.float({
        nullable: true,
        description: 'Seconds after which a retry makes sense; null if the provider does not tell.',
        resolve: ({ error }) => error.retryAfterSeconds,
      }),
      servedAsOf: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'The rows of the provider are in this list as it listed them at this time, since it does not answer now (`lastKnown`). Null: its rows are missing, or are live.',
        resolve: ({ servedAsOf }) => servedAsOf ?? null,
      }),
    }),
  });
}

const defineHealth = (builder: Builder, refs: Refs) =>
  builder.objectRef<ProviderHealth & { provider: string }>('ProviderHealth').implement({
    description: 'Health of a provider, derived from its real traffic: reading it sends no request.',
    fields: (t) => ({
      status: t.field({ type: refs.ProviderStatus, description: 'The state.', resolve: ({ status }) => status }),
      checkedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the newest answer or failure arrived; null before the first.',
        resolve: ({ checkedAt }) => checkedAt,
      }),
      latencyMs: t.float({
        nullable: true,
        description: 'Duration of the newest request in milliseconds, including its body; null before the first.',
        resolve: ({ latencyMs }) => latencyMs,
      }),
      problem: t.field({
        type: refs.ProviderProblem,
        nullable: true,
        description: 'Why the newest request failed; null if it succeeded.',
        resolve: ({ provider, error }) => (error ? { provider, entityId: null, error } : null),
      }),
    }),
  });

const ofAll = 'Gateways on one database divide them, with one for each at least.';

const defineLimits = (builder: Builder) =>
  builder.objectRef<ProviderLimits>('ProviderLimits').implement({
    description: 'Limits of what the gateway sends to a provider.',
    fields: (t) => ({
      requests: t.exposeInt('requests', { description: `Number of reads at the same time. ${ofAll}` }),
      downloads: t.exposeInt('downloads', { description: `Number of downloads of logs at the same time. ${ofAll}` }),
      commands: t.exposeInt('commands', { description: `Number of commands at the same time. ${ofAll}` }),
      queue: t.exposeInt('queue', {
        description:
          'Number of requests of each kind that may wait for their turn, in each gateway. One more is RATE_LIMITED.',
      }),
      timeoutSeconds: t.exposeFloat('timeoutSeconds', {
        description: 'Seconds that a read may take, retries included; then it fails with PROVIDER_TIMEOUT.',
      }),
      cacheSeconds: t.exposeFloat('cacheSeconds', {
        description: 'Seconds for which the answer to a read is reused; 0: never.',
      }),
    }),
  });

const defineHistory = (builder: Builder) =>
  builder.objectRef<CountedCoverage>('ProviderHistory').implement({
    description: 'Backups of a provider that the gateway has stored in its database.',
    fields: (t) => ({
      from: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'Every backup that the provider listed from this time on is stored. It moves back until `isComplete`; null while no backup is stored.',
        resolve: ({ from }) => from,
      }),
      asOf: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the newest backups were read last; null before the first read.',
        resolve: ({ asOf }) => asOf,
      }),
      isComplete: t.boolean({
        description:
          'Whether everything is stored that the provider lists and that is not older than `history.keepDays`.',
        resolve: ({ isComplete }) => isComplete,
      }),
      rows: t.int({
        description: 'Number of stored backups that the provider still lists.',
        resolve: ({ rows }) => rows,
      }),
      progress: t.float({
        nullable: true,
        description: 'Share of its backups that is stored, from 0 to 1; null if the provider cannot count them.',
        resolve: ({ progress }) => progress,
      }),
      problem: t.string({
        nullable: true,
        description: 'Why the history is behind or has gaps, for display; null if nothing is wrong.',
        resolve: ({ problem }) => problem,
      }),
    }),
  });
