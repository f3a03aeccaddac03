/** The type Backup. One file, since all its fields are of one row. */

import { findGatewayError } from '../src/core/errors.ts';
import { toFailureReason } from '../src/core/failure-reason.ts';
import { secondsBetween } from '../src/core/instant.ts';
import type { BackupWarning, ProtectedEntity, Ref } from '../src/core/model.ts';
import { toRowProblems, unreadableOf } from '../src/core/unreadable-rows.ts';
import { defineCopy, defineFailureReason, defineOrigin, defineProgress, defineSize } from './backup-parts.ts';
import { type Builder, describe } from './builder.ts';
import { toBackupConnection } from './connection.ts';
import type { Loaders } from './context.ts';
import { readsOfList } from './cost.ts';
import { toBackupOrder, toListFilter } from './inputs.ts';
import { defineLog, toLogConnection, toLogQuery } from './log.ts';
import { idOfRow } from './node.ts';
import type { Refs } from './refs.ts';
import { defineAnomaly } from './trends.ts';
import { list, lookup, page } from './weights.ts';

export function defineBackup(builder: Builder, refs: Refs): void {
  defineSize(refs);
  const BackupOrigin = defineOrigin(builder, refs);
  const BackupCopy = defineCopy(builder, refs);
  const Anomaly = defineAnomaly(builder);
  const BackupProgress = defineProgress(builder);
  const Log = defineLog(builder, refs);
  const FailureReason = defineFailureReason(builder, refs);
  const Warning = builder.objectRef<BackupWarning>('BackupWarning').implement({
    description: 'A warning about a backup that has ended.',
    fields: (t) => ({
      message: t.exposeString('message', { description: 'The product’s own text.' }),
      acknowledged: t.exposeBoolean('acknowledged', { description: 'The warning is marked as seen.' }),
    }),
  });
  const BackupAction = builder.enumType('BackupAction', {
    description: 'An action on a backup.',
    values: describe(['CANCEL', 'UPDATE_DESCRIPTION', 'UPDATE_WARNINGS', 'ACKNOWLEDGE_WARNINGS', 'RETRY'], {
      CANCEL: 'Stop the backup: `cancelBackup`.',
      UPDATE_DESCRIPTION: 'Change the description: `updateBackupDescription`.',
      UPDATE_WARNINGS: 'Replace the warnings: `updateBackupWarnings`.',
      ACKNOWLEDGE_WARNINGS: 'Mark the warnings of the backup as seen: `acknowledgeBackupWarnings`.',
      RETRY:
        'Run it again: `retryBackup`. Of Borg UI a backup that failed or was cancelled, and that was started by hand; of other products one whose settings this gateway recorded.',
    }),
  });

  refs.Backup.implement({
    description: 'One run of a backup, and its result.',
    interfaces: [refs.Node],
    resolveType: ({ kind }) => refs.typesOf.get(kind)?.backupType,
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider that made the backup.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description:
          'The entity that was backed up; null if the product does not name it or no longer knows it. Of a backup with `observedAt` it may be from the history as well.',
        resolve: ({ provider, entityId, observedAt }, _args, { loaders }) => {
          if (entityId === null) return null;
          const ref = { provider, localId: entityId };
          return observedAt == null ? loaders.entity.load(ref) : loadEntityOrStored(ref, loaders);
        },
      }),
      externalId: t.exposeString('externalId', { description: 'The product’s own id, as text.' }),
      name: t.exposeString('name', {
        nullable: true,
        description: 'Name of the backup in the product; null if it has none.',
      }),
      description: t.exposeString('description', {
        nullable: true,
        description: 'Free text; null if there is none.',
      }),
      type: t.field({ type: refs.BackupType, description: 'What the backup contains.', resolve: ({ type }) => type }),
      status: t.field({
        type: refs.BackupStatus,
        description: 'State of the backup.',
        resolve: ({ status }) => status,
      }),
      upstreamStatus: t.exposeString('upstreamStatus', {
        description: 'The product’s own word for `status`, for display only.',
      }),
      trigger: t.field({
        type: refs.BackupTrigger,
        complexity: lookup,
        description:
          'What started the backup. Some products do not tell it in lists: then it costs one call for the page, only if selected.',
        resolve: (backup, _args, { loaders }) =>
          backup.trigger === 'UNKNOWN' ? loaders.trigger.load(backup) : backup.trigger,
      }),
      startedBy: t.field({
        type: BackupOrigin,
        nullable: true,
        complexity: lookup,
        description:
          'What started the backup, and its name. Null if the product does not tell: Flosum and Labii never do. Null with an error if it could not be read. Products that do not tell it in lists cost one call for the page, only if selected: the same as for `trigger`.',
        resolve: (backup, _args, { loaders }) => loaders.origin.load(backup),
      }),
      sortedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'The time by which lists are ordered; it does not change while the backup exists. Null only while the backup is queued: queued backups sort as the newest. 1970-01-01T00:00:00Z if the product gave no time that can be read: such backups sort as the oldest.',
        resolve: ({ sortedAt }) => sortedAt,
      }),
      observedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the provider listed the backup like this, if the row is from the history: the provider does not answer now (`lastKnown`), it lists newer backups only, rows may be old (`maxAgeSeconds`), or the list has another order than STARTED_AT. Null if the provider was asked.',
        resolve: ({ observedAt }) => observedAt ?? null,
      }),
      startedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the backup started; null while it is queued, or if the product does not tell.',
        resolve: ({ startedAt }) => startedAt,
      }),
      endedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the backup ended; null while it runs, or if the product does not tell.',
        resolve: ({ endedAt }) => endedAt,
      }),
      durationSeconds: t.float({
        nullable: true,
        description:
          'Seconds from `startedAt` to `endedAt`; null while the backup runs, or if the product gave no times.',
        resolve: ({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt),
      }),
      size: t.field({
        type: refs.BackupSize,
        description: 'Sizes of the backup; each is null if the product does not report it.',
        resolve: ({ size }) => size,
      }),
      itemCount: t.float({
        nullable: true,
        description: 'Number of records or files, as the product counts them; null if it does not.',
        resolve: ({ itemCount }) => itemCount,
      }),
      isRemoved: t.exposeBoolean('isRemoved', {
        description:
          'The backup succeeded, and the list tells that its data was removed later. False if the data exists, and also if the list does not tell.',
        deprecationReason: 'False may mean that nobody knows. Use dataPresence.',
      }),
      dataPresence: t.field({
        type: refs.DataPresence,
        description:
          'Whether the data of this backup still exists. UNKNOWN for a backup that did not succeed. Some products do not tell it in lists: then it costs one call for each repository or entity of the page, only if selected.',
        complexity: lookup,
        resolve: async (backup, _args, { loaders }) => (await loaders.presence.load(backup)).presence,
      }),
      copies: t.field({
        type: [BackupCopy],
        nullable: true,
        description:
          'Where the data of this backup is or was; empty for a backup that did not succeed. Null if the product does not tell: Flosum and Labii never do. Null with an error if the product could not be asked. It costs what `dataPresence` costs, only if selected.',
        complexity: { field: lookup, multiplier: 3 },
        resolve: async (backup, _args, { loaders }) => {
          const copies = await loaders.copies.load(backup);
          return copies && [...copies];
        },
      }),
      anomalies: t.field({
        type: [Anomaly],
        nullable: true,
        description:
          'What is unusual of a successful backup, compared with those of the same entity and type before it, from the history. Empty if nothing is, if it did not succeed, and if too few are stored. Null if the history is off.',
        complexity: lookup,
        resolve: async (backup, _args, { loaders }) => {
          const anomalies = await loaders.anomalies.load(backup);
          return anomalies && [...anomalies];
        },
      }),
      progress: t.field({
        type: BackupProgress,
        nullable: true,
        description: 'Progress of the run; null if the backup does not run, or the product does not report it.',
        resolve: ({ progress }) => progress,
      }),
      errorMessage: t.exposeString('errorMessage', {
        nullable: true,
        description: 'Why the backup failed or was stopped, as a sentence; null if the product gives no reason.',
      }),
      failureReason: t.field({
        type: FailureReason,
        nullable: true,
        description:
          'Why the backup failed or was cancelled, by category and with a remedy. Null for any other status, and for a failed backup whose product gives no reason.',
        resolve: (backup, _args, { catalog }) =>
          toFailureReason(backup, catalog.scope.provider(backup.provider)?.failureRules ?? []),
      }),
      warnings: t.field({
        type: [Warning],
        description: 'Warnings of the backup; empty if there are none.',
        resolve: ({ warnings }) => [...warnings],
      }),
      problems: t.field({
        type: [refs.ProviderProblem],
        description:
          'Values of this backup that cannot be read: those fields are null, and the message names them. If `dataPresence` is selected, also why it could not be read. Empty if every value was read.',
        resolve: async (backup, _args, { loaders }) => {
          const own = toRowProblems([unreadableOf(backup)]);
          // The fields beside this one are asked for in the same moment.
          await null;
          const asked = await loaders.askedPresence(backup);
          return asked?.problem ? [...own, asked.problem] : own;
        },
      }),
      allowedActions: t.field({
        type: [BackupAction],
        description: 'Actions that this viewer may take on the backup now.',
        resolve: async (backup, _args, { catalog, loaders }) => {
          const retry = catalog.scope.retryOf(backup);
          const isPossible = retry === 'RECORDED' ? await loaders.isRecorded.load(backup) : retry === 'POSSIBLE';
          return [...catalog.scope.allowedActions(backup), ...(isPossible ? (['RETRY'] as const) : [])];
        },
      }),
      log: t.field({
        type: Log,
        nullable: true,
        description:
          'Log lines of the backup, oldest first. Null if the provider has no logs (it lacks READ_LOG); null with an error if the product does not answer.',
        complexity: page(lookup),
        args: {
          first: t.arg.int({
            description: 'Number of lines from the start or after `after`, 0 to 200; 25 by default.',
          }),
          after: t.arg.string({
            description: 'Return lines after this cursor, taken from a line here or from an event of `backupLog`.',
          }),
          last: t.arg.int({
            description: 'Number of lines from the end or before `before`, 0 to 200. The lines are still oldest first.',
          }),
          before: t.arg.string({
            description: 'Return lines before this cursor, taken from a line here or from an event of `backupLog`.',
          }),
          minLevel: t.arg({
            type: refs.LogLevel,
            description:
              'Only lines of at least this severity: DEBUG, INFO, WARNING or ERROR. `unknownLevelCount` counts lines without a known level, which are left out.',
          }),
          search: t.arg.string({
            description:
              'Only lines that contain this text, in any case; at most 80 characters. One page reads at most 20,000 lines: it may have fewer lines than asked while `hasNextPage` is true.',
          }),
        },
        resolve: async (backup, args, { catalog, signal }) => {
          const page = await catalog.watches.readLog(backup, toLogQuery(args), signal);
          return page && toLogConnection(page);
        },
      }),
      logUrl: t.string({
        nullable: true,
        description:
          'URL of the whole log as `text/plain` on this gateway, with the same authentication; null if the provider lacks READ_LOG.',
        resolve: (backup, _args, { catalog, origin }) =>
          catalog.scope.provider(backup.provider)?.readLog ? `${origin}/backups/${idOfRow(backup, refs)}/log` : null,
      }),
    }),
  });

  builder.queryField('backups', (t) =>
    t.field({
      type: refs.BackupConnection,
      nullable: true,
      description: 'Backups of all providers in one list, newest first by default.',
      args: refs.backupArgs,
      complexity: page(list),
      extensions: { reads: readsOfList },
      resolve: async (_root, { filter, orderBy, lastKnown, maxAgeSeconds, ...page }, { catalog, signal }, info) => {
        const order = toBackupOrder(orderBy);
        const query = {
          page,
          filter: toListFilter(filter),
          ...order,
          lastKnown: lastKnown ?? false,
          maxAgeSeconds: maxAgeSeconds ?? 0,
        };
        return toBackupConnection(await catalog.reads.listBackups(query, signal), info);
      },
    }),
  );
}

/** For a row from the history: its provider may not answer. */
async function loadEntityOrStored(ref: Ref, loaders: Loaders): Promise<ProtectedEntity | null> {
  try {
    return await loaders.entity.load(ref);
  } catch (error) {
    const stored = findGatewayError(error)?.isOutage ? await loaders.storedEntity.load(ref) : null;
    if (stored) return stored;
    throw error;
  }
}
