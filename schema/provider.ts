import { capabilitiesOf, type ProviderHealth } from '../src/core/provider.ts';
import type { Builder } from './builder.ts';
import { toConnection } from './connection.ts';
import { entityPage, list, page } from './cost.ts';
import { toEntityFilter, toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';

export function defineProvider(builder: Builder, refs: Refs): void {
  defineProblem(refs);
  const Health = defineHealth(builder, refs);

  refs.Provider.implement({
    description: 'One configured backup system.',
    interfaces: [refs.Node],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'The configured name, such as `salesforce-prod`; unique.' }),
      kind: t.field({ type: refs.ProviderKind, description: 'Which product it is.', resolve: ({ kind }) => kind }),
      capabilities: t.field({
        type: [refs.Capability],
        description: 'What it can do beyond listing.',
        resolve: (provider) => capabilitiesOf(provider),
      }),
      health: t.field({
        type: Health,
        description: 'How it has been answering.',
        resolve: (provider) => ({ ...provider.health(), provider: provider.name }),
      }),
      protectedEntities: t.field({
        type: refs.ProtectedEntityConnection,
        nullable: true,
        description: 'What this provider protects, by external id.',
        args: refs.entityArgs,
        complexity: entityPage,
        resolve: async ({ name }, { filter, ...page }, { catalog, loaders, signal }) => {
          const query = { page, filter: { ...toEntityFilter(filter), providers: [name] } };
          return toConnection(await catalog.reads.listEntities(query, loaders.newestSuccesses, signal));
        },
      }),
      backups: t.field({
        type: refs.BackupConnection,
        nullable: true,
        description: 'The backups of this provider.',
        args: refs.backupArgs,
        complexity: page(list),
        resolve: async ({ name }, { filter, orderBy, ...page }, { catalog, signal }) => {
          const query = {
            page,
            filter: { ...toListFilter(filter), providers: [name] },
            isAscending: orderBy?.direction === 'ASC',
          };
          return toConnection(await catalog.reads.listBackups(query, signal));
        },
      }),
    }),
  });

  builder.queryFields((t) => ({
    providers: t.field({
      type: [refs.Provider],
      description: 'Every configured backup system, up or down, by name.',
      resolve: (_root, _args, { catalog }) => [...catalog.scope.providers],
    }),
    provider: t.field({
      type: refs.Provider,
      nullable: true,
      description: 'One configured backup system; null where there is none of that name.',
      args: { name: t.arg.string({ required: true, description: 'The configured name.' }) },
      resolve: (_root, { name }, { catalog }) => catalog.scope.provider(name),
    }),
  }));
}

function defineProblem(refs: Refs): void {
  refs.ProviderProblem.implement({
    description: 'Why a provider’s part of an answer is missing: all of it, one entity’s, or what single rows say.',
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
          'Where only one entity’s part is missing: that entity. Null where it is that of several, or of the whole provider.',
        resolve: ({ provider, entityId }, _args, { loaders }) =>
          entityId === null ? null : loaders.entity.load({ provider, localId: entityId }),
      }),
      code: t.field({
        type: refs.ErrorCode,
        description: 'What happened, for programs.',
        resolve: ({ error }) => error.code,
      }),
      message: t.string({
        description: 'What happened and what to do, for people.',
        resolve: ({ error }) => error.message,
      }),
      retryable: t.boolean({
        description: 'The same request may succeed later.',
        resolve: ({ error }) => error.retryable,
      }),
      retryAfterSeconds: t.float({
        nullable: true,
        description: 'Seconds until asking again makes sense; null where the provider did not say.',
        resolve: ({ error }) => error.retryAfterSeconds,
      }),
    }),
  });
}

const defineHealth = (builder: Builder, refs: Refs) =>
  builder.objectRef<ProviderHealth & { provider: string }>('ProviderHealth').implement({
    description: 'How a provider has been answering, as real traffic showed it: reading this asks nobody.',
    fields: (t) => ({
      status: t.field({ type: refs.ProviderStatus, description: 'In one word.', resolve: ({ status }) => status }),
      checkedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the newest answer, or failure, came; null before the first.',
        resolve: ({ checkedAt }) => checkedAt,
      }),
      latencyMs: t.float({
        nullable: true,
        description: 'Milliseconds that the newest request took, its body included; null before the first.',
        resolve: ({ latencyMs }) => latencyMs,
      }),
      problem: t.field({
        type: refs.ProviderProblem,
        nullable: true,
        description: 'Why the newest request failed; null where it did not.',
        resolve: ({ provider, error }) => (error ? { provider, entityId: null, error } : null),
      }),
    }),
  });
