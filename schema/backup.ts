import { secondsBetween } from '../src/core/instant.ts';
import { toRowProblems, unreadableOf } from '../src/core/lists/unreadable.ts';
import type { BackupWarning, Progress } from '../src/core/model.ts';
import { type Builder, describe } from './builder.ts';
import { toConnection } from './connection.ts';
import { list, lookup, page } from './cost.ts';
import { toListFilter } from './inputs.ts';
import { defineLog, toLogConnection } from './log.ts';
import { idOfRow } from './node.ts';
import type { Refs } from './refs.ts';
import { isRowFieldSelected } from './selected.ts';

export function defineBackup(builder: Builder, refs: Refs): void {
  defineSize(refs);
  const BackupProgress = defineProgress(builder);
  const Log = defineLog(builder, refs);
  const Warning = builder.objectRef<BackupWarning>('BackupWarning').implement({
    description: 'Something about a finished backup that deserves a look.',
    fields: (t) => ({
      message: t.exposeString('message', { description: 'The product’s own sentence.' }),
      acknowledged: t.exposeBoolean('acknowledged', { description: 'Somebody has marked it as seen.' }),
    }),
  });
  const BackupAction = builder.enumType('BackupAction', {
    description: 'Something that can be done to a backup.',
    values: describe(['CANCEL', 'UPDATE_DESCRIPTION', 'UPDATE_WARNINGS', 'ACKNOWLEDGE_WARNINGS'], {
      CANCEL: 'Stop it: `cancelBackup`.',
      UPDATE_DESCRIPTION: 'Change its description.',
      UPDATE_WARNINGS: 'Replace its warnings.',
      ACKNOWLEDGE_WARNINGS: 'Mark its warnings as seen.',
    }),
  });

  refs.Backup.implement({
    description: 'One execution of a backup and its result.',
    interfaces: [refs.Node],
    resolveType: ({ kind }) => refs.typesOf.get(kind)?.backupType,
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The system that made it.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description: 'What was backed up; null where the product does not say, or no longer knows it.',
        resolve: ({ provider, entityId }, _args, { loaders }) =>
          entityId === null ? null : loaders.entity.load({ provider, localId: entityId }),
      }),
      externalId: t.exposeString('externalId', { description: 'The product’s own id, as text.' }),
      name: t.exposeString('name', {
        nullable: true,
        description: 'The product’s name for it; null where it has none.',
      }),
      description: t.exposeString('description', {
        nullable: true,
        description: 'Free text; null where there is none.',
      }),
      type: t.field({ type: refs.BackupType, description: 'What it holds.', resolve: ({ type }) => type }),
      status: t.field({ type: refs.BackupStatus, description: 'How it stands.', resolve: ({ status }) => status }),
      upstreamStatus: t.exposeString('upstreamStatus', {
        description: 'The product’s own word for `status`, to show to people.',
      }),
      trigger: t.field({
        type: refs.BackupTrigger,
        description:
          'What started it. Where the list does not tell, one more call for the page may: only when selected.',
        resolve: (backup, _args, { loaders }) =>
          backup.trigger === 'UNKNOWN' ? loaders.trigger.load(backup) : backup.trigger,
      }),
      sortedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'The time that lists are ordered by, fixed while the backup exists. Null, and first, only while it is queued; 1970-01-01T00:00:00Z, and last, where the product gave no time that can be read.',
        resolve: ({ sortedAt }) => sortedAt,
      }),
      startedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it began; null while queued, or where the product never said.',
        resolve: ({ startedAt }) => startedAt,
      }),
      endedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it ended; null while it goes on.',
        resolve: ({ endedAt }) => endedAt,
      }),
      durationSeconds: t.float({
        nullable: true,
        description: 'From start to end, in seconds; null while it goes on, or where the product gave no times.',
        resolve: ({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt),
      }),
      size: t.field({
        type: refs.BackupSize,
        description: 'How much data; each part null where the product does not say.',
        resolve: ({ size }) => size,
      }),
      itemCount: t.float({
        nullable: true,
        description: 'Records or files, as the product counts; null where it does not.',
        resolve: ({ itemCount }) => itemCount,
      }),
      isRemoved: t.exposeBoolean('isRemoved', {
        description:
          'It succeeded once, and the list says that its data is gone since. False where it is there, and where the list does not say.',
        deprecationReason: 'False may mean that nobody knows. Use dataPresence.',
      }),
      dataPresence: t.field({
        type: refs.DataPresence,
        description:
          'Whether its data is still there. Of a backup that did not end well it is UNKNOWN: nothing that could be restored is known of it. Where the list does not tell, it costs one call for each repository or entity of the page, only when selected.',
        complexity: lookup,
        resolve: async (backup, _args, { loaders }) => (await loaders.presence.load(backup)).presence,
      }),
      progress: t.field({
        type: BackupProgress,
        nullable: true,
        description: 'How far it is; null unless it is going on and the product says.',
        resolve: ({ progress }) => progress,
      }),
      errorMessage: t.exposeString('errorMessage', {
        nullable: true,
        description: 'Why it failed or was stopped, as a sentence; null where there is nothing to say.',
      }),
      warnings: t.field({
        type: [Warning],
        description: 'What deserves a look; empty where there is nothing.',
        resolve: ({ warnings }) => [...warnings],
      }),
      problems: t.field({
        type: [refs.ProviderProblem],
        description:
          'What the product says of this backup and cannot be read: those fields are null, and are named in the message. Empty where everything was read.',
        resolve: (backup) => toRowProblems([unreadableOf(backup)]),
      }),
      allowedActions: t.field({
        type: [BackupAction],
        description: 'What this viewer may do to it now.',
        resolve: (backup, _args, { catalog }) => [...catalog.scope.allowedActions(backup)],
      }),
      log: t.field({
        type: Log,
        nullable: true,
        description:
          'Its log lines from the first on. Null where the provider has no logs (it lacks READ_LOG); null with an error where the product does not answer.',
        complexity: page(lookup),
        args: {
          first: t.arg.int({ description: 'How many lines: 0 to 200, and 25 unless given.' }),
          after: t.arg.string({
            description: 'Right after this cursor: of a line here, or of an event of `backupLog`.',
          }),
        },
        resolve: async (backup, { first, after }, { catalog, signal }) => {
          const page = await catalog.watches.readLog(backup, { first: first ?? null, after: after ?? null }, signal);
          return page && toLogConnection(page);
        },
      }),
      logUrl: t.string({
        nullable: true,
        description:
          'The whole log as `text/plain` from this gateway, with the same authorisation as here; null without READ_LOG.',
        resolve: (backup, _args, { catalog, origin }) =>
          catalog.scope.provider(backup.provider)?.readLog ? `${origin}/backups/${idOfRow(backup, refs)}/log` : null,
      }),
    }),
  });

  builder.queryField('backups', (t) =>
    t.field({
      type: refs.BackupConnection,
      nullable: true,
      description: 'Backups of every provider in one list, newest first unless asked otherwise.',
      args: refs.backupArgs,
      complexity: page(list),
      resolve: async (_root, { filter, orderBy, ...page }, { catalog, signal }, info) =>
        toConnection(
          await catalog.reads.listBackups(
            { page, filter: toListFilter(filter), isAscending: orderBy?.direction === 'ASC' },
            signal,
          ),
          isRowFieldSelected(info, 'dataPresence'),
        ),
    }),
  );
}

const defineSize = (refs: Refs) =>
  refs.BackupSize.implement({
    description: 'How much data a backup is, by what is counted.',
    fields: (t) => ({
      originalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'At the source, before anything was done to it.',
        resolve: ({ originalBytes }) => originalBytes,
      }),
      compressedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'After compression.',
        resolve: ({ compressedBytes }) => compressedBytes,
      }),
      deduplicatedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'After compression, counting only what no earlier backup holds.',
        resolve: ({ deduplicatedBytes }) => deduplicatedBytes,
      }),
      storedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'What this backup occupies where it is kept; null until it has ended.',
        resolve: ({ storedBytes }) => storedBytes,
      }),
    }),
  });

const defineProgress = (builder: Builder) =>
  builder.objectRef<Progress>('BackupProgress').implement({
    description: 'How far a running backup is.',
    fields: (t) => ({
      percent: t.float({
        nullable: true,
        description: '0 to 100; never falls back within one run.',
        resolve: ({ percent }) => percent,
      }),
      processedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes of the source that were read.',
        resolve: ({ processedBytes }) => processedBytes,
      }),
      totalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes of the source that the product expects in all; null until it knows.',
        resolve: ({ totalBytes }) => totalBytes,
      }),
      processedItems: t.float({
        nullable: true,
        description: 'Records or files that were read.',
        resolve: ({ processedItems }) => processedItems,
      }),
      currentItem: t.exposeString('currentItem', {
        nullable: true,
        description: 'What is being read now, such as a path.',
      }),
      bytesPerSecond: t.float({
        nullable: true,
        description: 'Bytes of the source read in a second.',
        resolve: ({ bytesPerSecond }) => bytesPerSecond,
      }),
      secondsRemaining: t.float({
        nullable: true,
        description: 'Seconds to the end, at this speed.',
        resolve: ({ secondsRemaining }) => secondsRemaining,
      }),
      updatedAt: t.field({
        type: 'DateTime',
        description: 'When these numbers were true at the product, or were read where it does not say.',
        resolve: ({ updatedAt }) => updatedAt,
      }),
    }),
  });
