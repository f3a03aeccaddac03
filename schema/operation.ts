import type { Context } from '../src/context.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { OperationKind, OperationRecord, OperationStatus } from '../src/core/ledger/store.ts';
import type { Backup } from '../src/core/model.ts';
import { type Builder, describe } from './builder.ts';
import { decodeId } from './ids.ts';
import type { Refs } from './refs.ts';

const kindDescriptions: Record<OperationKind, string> = {
  CREATE: '`createBackup`.',
  START: '`startBackup`.',
  CANCEL: '`cancelBackup`.',
};

const statusDescriptions: Record<OperationStatus, string> = {
  PENDING: 'Sent, or about to be; what became of it is being looked up.',
  SUCCEEDED: 'Done, with proof: `backup` is ours.',
  FAILED: 'Not done, for certain: `error` says why.',
  OUTCOME_UNKNOWN:
    'The answer was lost and nothing proves what happened: `candidates` may be ours. It is not sent again.',
};

export function defineOperation(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType('OperationKind', {
    description: 'What was asked for.',
    values: describe(['CREATE', 'START', 'CANCEL'], kindDescriptions),
  });
  const Status = builder.enumType('OperationStatus', {
    description: 'What is known of the outcome of a command.',
    values: describe(['PENDING', 'SUCCEEDED', 'FAILED', 'OUTCOME_UNKNOWN'], statusDescriptions),
  });

  refs.Operation.implement({
    description: 'A command that was given, and what became of it. It is kept for 30 days.',
    interfaces: [refs.Node],
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The system that it was for.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description: 'What was to be backed up; null for a cancel.',
        resolve: ({ provider, entityId }, _args, { loaders }) =>
          entityId === null ? null : loaders.entity.load({ provider, localId: entityId }),
      }),
      kind: t.field({ type: Kind, description: 'What was asked for.', resolve: ({ kind }) => kind }),
      status: t.field({ type: Status, description: 'What is known of its outcome.', resolve: ({ status }) => status }),
      requestedAt: t.field({
        type: 'DateTime',
        description: 'When this gateway took it.',
        resolve: ({ requestedAt }) => requestedAt,
      }),
      resolvedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When its outcome was known, or given up; null while it is pending.',
        resolve: ({ resolvedAt }) => resolvedAt,
      }),
      backup: t.field({
        type: refs.Backup,
        nullable: true,
        description: 'Of a start: the backup, once it is known to be ours. Of a cancel: the backup that was to stop.',
        resolve: ({ provider, backupId }, _args, { loaders }) =>
          backupId === null ? null : loaders.backup.load({ provider, localId: backupId }),
      }),
      candidates: t.field({
        type: [refs.Backup],
        description: 'With OUTCOME_UNKNOWN: what may be ours, where the product gives no proof. Empty otherwise.',
        resolve: async ({ provider, candidateIds }, _args, { loaders }) => {
          const found = await loaders.backup.loadMany(candidateIds.map((localId) => ({ provider, localId })));
          return found.filter((backup): backup is Backup => backup !== null && !(backup instanceof Error));
        },
      }),
      error: t.field({
        type: refs.UserError,
        nullable: true,
        description: 'Why it failed, or why nobody can say; null otherwise.',
        resolve: ({ error }) => error && { error: new GatewayError(error.code, error.message) },
      }),
    }),
  });

  builder.queryField('operation', (t) =>
    t.field({
      type: refs.Operation,
      nullable: true,
      description: 'What became of a command; null where there is no such operation, or it was 30 days ago.',
      args: { id: t.arg.id({ required: true, description: 'The `id` of an operation.' }) },
      resolve: (_root, { id }, context) => findOperation(id, context),
    }),
  );

  builder.subscriptionField('operationChanges', (t) =>
    t.field({
      type: refs.Operation,
      description: 'A command until its outcome is known: the state now, each change, then the stream completes.',
      args: { id: t.arg.id({ required: true, description: 'The `id` of an operation.' }) },
      subscribe: (_root, { id }, context) => {
        const operation = findOperation(id, context);
        if (!operation) throw new GatewayError('NOT_FOUND', 'There is no such operation.', { field: ['id'] });
        return context.catalog.watches.operationChanges(operation.id);
      },
      resolve: (operation, _args, { loaders }) => {
        loaders.clear();
        return operation;
      },
    }),
  );
}

/** Null unless the id is of an operation, and of the provider that the operation is really for. */
export function findOperation(id: string, { catalog }: Context): OperationRecord | null {
  const decoded = decodeId(id);
  const operation = decoded?.type === 'Operation' ? catalog.watches.operation(decoded.localId) : null;
  return operation?.provider === decoded?.provider ? operation : null;
}
