/** The type ProtectedEntity. One file, since all its fields are of one row. */
import type { GraphQLResolveInfo } from 'graphql';
import { maxTrend } from '../src/catalog/history-reads.ts';
import type { ProtectedEntity, Ref } from '../src/core/model.ts';
import { toRowProblems, unreadableEntities } from '../src/core/unreadable-rows.ts';
import { type EntityDay, type EntityDayStatus, entityDayStatuses, maxDays } from '../src/lists/entity-days.ts';
import type { Latest } from '../src/lists/latest.ts';
import { type Builder, describe } from './builder.ts';
import { toBackupConnection, toConnection } from './connection.ts';
import type { Loaders } from './context.ts';
import { backupPage, readsOfEntities } from './cost.ts';
import { toBackupOrder, toEntityFilter, toEntityOrder, toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';
import { defineSchedule } from './schedule.ts';
import { isSelected } from './selected.ts';
import { defineTrendPoint } from './trends.ts';
import { lookup, page } from './weights.ts';

export function defineEntity(builder: Builder, refs: Refs): void {
  const EntityAction = builder.enumType('EntityAction', {
    description: 'A command for an entity.',
    values: describe(['START_BACKUP', 'CREATE_BACKUP'], {
      START_BACKUP: 'Start a backup with default settings: `startBackup`.',
      CREATE_BACKUP: 'Start a backup with the product’s own settings: `createBackup`.',
    }),
  });
  const BackupSchedule = defineSchedule(builder);
  const EntityDay = defineDay(builder);
  const TrendPoint = defineTrendPoint(builder, refs);
  refs.ProtectedEntity.implement({
    description: 'Something that a backup system backs up: an organisation, a machine, a repository.',
    interfaces: [refs.Node],
    resolveType: ({ kind }) => refs.typesOf.get(kind)?.entityType,
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider that backs it up.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      providerName: t.exposeString('provider', {
        description: 'Name of the provider. Together with `externalId` it is a key that other systems know.',
      }),
      externalId: t.exposeString('externalId', {
        description: 'The product’s own id, as text; unique within the provider.',
      }),
      name: t.exposeString('name', {
        description: 'Display name; the external id if the product has no name.',
      }),
      isPresent: t.boolean({
        nullable: true,
        description:
          'Whether it still exists in its platform, as the product saw it last; null if the product does not tell. Only vProtect tells it, of machines.',
        resolve: ({ isPresent }) => isPresent ?? null,
      }),
      labels: t.stringList({
        nullable: true,
        description:
          'Tags that it has in its platform; null if the product does not tell. Only vProtect tells them, of machines.',
        resolve: ({ labels }) => labels && [...labels],
      }),
      nextRunAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the product starts its next backup by itself, as its list tells it; null if no schedule is enabled, or the product does not tell. Only Borg UI tells it, of schedules; its backup plans are not counted.',
        resolve: ({ nextRunAt }) => nextRunAt ?? null,
      }),
      observedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the provider listed the entity like this, if it is from the history: the provider does not answer now (`lastKnown`). Null if the provider was asked.',
        resolve: ({ observedAt }) => observedAt ?? null,
      }),
      schedules: t.field({
        type: [BackupSchedule],
        nullable: true,
        description:
          'Schedules by which the product starts backups of it, disabled ones too; empty if there is none. Null if the product does not tell: Flosum and Labii never do, vProtect of machines with a policy only, and Borg UI not of backup plans. Null with an error if the product could not be asked. It costs one call for each provider, only if selected.',
        complexity: { field: lookup, multiplier: 3 },
        resolve: async (entity, _args, { loaders }) => {
          const schedules = await loaders.schedules.load(entity);
          return schedules && [...schedules];
        },
      }),
      allowedActions: t.field({
        type: [EntityAction],
        description:
          'Commands that this viewer may send for the entity, as far as is known: the rights of the gateway’s own account are known of Labii only, once its backups were read. Empty for a READER.',
        resolve: (entity, _args, { catalog }) => [...catalog.scope.startActions(entity)],
      }),
      problems: t.field({
        type: [refs.ProviderProblem],
        description:
          'Values of this entity that cannot be read: those fields are null, and the message names them. Empty if every value was read.',
        resolve: (entity) => toRowProblems(unreadableEntities([entity]), 'entity'),
      }),
      backups: t.field({
        type: refs.BackupConnection,
        nullable: true,
        description: 'Backups of this entity.',
        args: refs.backupArgs,
        complexity: backupPage,
        resolve: async (entity, { filter, orderBy, lastKnown, maxAgeSeconds, ...page }, { catalog, signal }, info) => {
          const narrowed = { ...toListFilter(filter), entities: [toRef(entity)] };
          const query = {
            page,
            filter: narrowed,
            ...toBackupOrder(orderBy),
            lastKnown: lastKnown ?? false,
            maxAgeSeconds: maxAgeSeconds ?? 0,
          };
          return toBackupConnection(await catalog.reads.listBackups(query, signal), info);
        },
      }),
      latestBackup: t.field({
        type: refs.Backup,
        nullable: true,
        description: 'The newest backup of this entity, in any state; null if there is none.',
        complexity: lookup,
        resolve: (entity, _args, { loaders }) => loaders.latestBackup.load(toRef(entity)),
      }),
      latestSuccessfulBackup: t.field({
        type: refs.Backup,
        nullable: true,
        description:
          'The newest backup of this entity that succeeded and whose data is not known to be removed; null if there is none. Products that do not tell removal in lists are asked only if `dataPresence` is selected in it, or in `protection` beside it.',
        complexity: lookup,
        resolve: async (entity, _args, { loaders }, info) => {
          const { backup, problem } = await newestSuccess(entity, loaders, info);
          if (!backup && problem) throw problem.error;
          return backup;
        },
      }),
      protection: t.field({
        type: refs.Protection,
        description:
          'Whether the entity is protected now. For many entities it costs one list for each provider that can list backups of several entities at once.',
        complexity: lookup,
        resolve: async (entity, _args, { catalog, loaders }, info) => {
          return {
            ...catalog.reads.protection(entity, await newestSuccess(entity, loaders, info)),
            of: toRef(entity),
          };
        },
      }),
      trend: t.field({
        type: [TrendPoint],
        nullable: true,
        description:
          'Numbers of its last successful backups, oldest first: from the history, also of those that the provider does not list any more. Null if the history is off.',
        args: {
          last: t.arg.int({
            required: true,
            defaultValue: 30,
            description: `Number of backups at most: 1 to ${maxTrend}. Another number is BAD_USER_INPUT.`,
          }),
        },
        complexity: ({ last }) => ({ field: 1, multiplier: Math.ceil(Math.min(Math.max(last, 1), maxTrend) / 10) }),
        resolve: async (entity, { last }, { loaders }) => {
          const runs = await loaders.entityTrend(last).load(toRef(entity));
          return runs && [...runs];
        },
      }),
      days: t.field({
        type: [EntityDay],
        nullable: true,
        description:
          'What ran on each of the last days, up to today, oldest first: from the history, without a request to the provider. Days are by the start of a backup, also of backups that the provider does not list any more. Null if the history is off, and before its first read.',
        args: {
          last: t.arg.int({
            required: true,
            defaultValue: 30,
            description: `Number of days, today included: 1 to ${maxDays}. Another number is BAD_USER_INPUT.`,
          }),
          timeZone: t.arg.string({
            required: true,
            defaultValue: 'UTC',
            description:
              'Time zone of the days, as a name of the IANA database such as `Europe/Paris`. Another text is BAD_USER_INPUT.',
          }),
        },
        complexity: ({ last }) => ({ field: 1, multiplier: Math.ceil(Math.min(Math.max(last, 1), maxDays) / 10) }),
        resolve: async (entity, query, { loaders }) => {
          const days = await loaders.entityDays(query).load(toRef(entity));
          return days && [...days];
        },
      }),
    }),
  });

  builder.queryFields((t) => ({
    protectedEntities: t.field({
      type: refs.ProtectedEntityConnection,
      nullable: true,
      description:
        'Protected entities of all providers; by provider name, then by external id, unless `orderBy` says otherwise.',
      args: refs.entityArgs,
      complexity: page(lookup),
      extensions: { reads: readsOfEntities },
      resolve: async (_root, { filter, orderBy, lastKnown, ...page }, { catalog, loaders, signal }) => {
        const query = {
          page,
          filter: toEntityFilter(filter),
          order: toEntityOrder(orderBy),
          lastKnown: lastKnown ?? false,
        };
        return toConnection(await catalog.reads.listEntities(query, loaders.newestSuccesses, signal));
      },
    }),
    protectedEntity: t.field({
      type: refs.ProtectedEntity,
      nullable: true,
      description: 'One protected entity by the product’s own id; null if it does not exist.',
      complexity: lookup,
      args: {
        provider: t.arg.string({ required: true, description: 'The configured name of the provider.' }),
        externalId: t.arg.string({
          required: true,
          description: 'The product’s own id, such as the path of a Borg repository.',
        }),
      },
      resolve: (_root, { provider, externalId }, { catalog, loaders }) =>
        catalog.scope.provider(provider) ? loaders.entity.load({ provider, localId: externalId }) : null,
    }),
  }));
}

const dayDescriptions: Record<EntityDayStatus, string> = {
  SUCCEEDED: 'At least one backup succeeded.',
  SUCCEEDED_WITH_WARNINGS: 'At least one succeeded, and each of those with warnings.',
  FAILED: 'At least one failed, and none succeeded or is running.',
  RUNNING: 'At least one is queued or running, and none succeeded.',
  CANCELLED: 'Backups were cancelled or skipped, and nothing else ran.',
  MISSED:
    'Nothing started, and a success was due: with an interval, the last one was too long ago; with a schedule, it had a slot on this day. Never before the first stored backup of the entity.',
  NONE: 'Nothing started, and none was due.',
  UNKNOWN:
    'Not known: the history does not reach back to this day, has gaps, or the provider has not answered since, and no success is stored. Also if all its backups have the status UNKNOWN.',
};

const defineDay = (builder: Builder) => {
  const EntityDayStatus = builder.enumType('EntityDayStatus', {
    description: 'What ran of an entity on one day: the best that happened.',
    values: describe(entityDayStatuses, dayDescriptions),
  });
  return builder.objectRef<EntityDay>('EntityDay').implement({
    description: 'One day of an entity.',
    fields: (t) => ({
      date: t.exposeString('date', { description: 'The day, such as `2026-11-20`.' }),
      status: t.field({ type: EntityDayStatus, description: 'What ran.', resolve: ({ status }) => status }),
      succeeded: t.exposeInt('succeeded', { description: 'Number of backups that succeeded, also with warnings.' }),
      failed: t.exposeInt('failed', { description: 'Number of backups that failed.' }),
    }),
  });
};

const toRef = ({ provider, externalId }: ProtectedEntity): Ref => ({ provider, localId: externalId });

/** Fields of one entity that rest on its newest success rest on the same one: whether its data is there is looked up for all, or for none. */
async function newestSuccess(entity: ProtectedEntity, loaders: Loaders, info: GraphQLResolveInfo): Promise<Latest> {
  const ref = toRef(entity);
  if (isSelected(info, 'dataPresence')) return loaders.presentSuccess.load(ref);
  // The fields beside this one are asked for in the same moment.
  await null;
  return loaders.askedPresentSuccess(ref) ?? loaders.newestSuccess.load(ref);
}
