import type { OperationPage } from '../src/catalog/operations.ts';
import {
  type OperationKind,
  type OperationRecord,
  type OperationStatus,
  operationKinds,
  operationStatuses,
} from '../src/commands/operation-record.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { Backup } from '../src/core/model.ts';
import { type Builder, describe } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { decodeId } from './ids.ts';
import type { Refs } from './refs.ts';
import { page } from './weights.ts';

const kindDescriptions: Record<OperationKind, string> = {
  CREATE: '`createBackup`.',
  START: '`startBackup`.',
  RETRY: '`retryBackup`.',
  CANCEL: '`cancelBackup`.',
};

const statusDescriptions: Record<OperationStatus, string> = {
  PENDING: 'The command was sent, or is about to be; the gateway is finding out its outcome.',
  SUCCEEDED: 'The command was carried out, with proof; `backup` is its result.',
  FAILED: 'The command was certainly not carried out; `error` tells why.',
  OUTCOME_UNKNOWN:
    'The answer was lost and nothing proves the outcome; `candidates` lists backups that the command may have started. The command is not sent again.',
};

export function defineOperation(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType('OperationKind', {
    description: 'Kind of the command.',
    values: describe(operationKinds, kindDescriptions),
  });
  const Status = builder.enumType('OperationStatus', {
    description: 'What is known about the outcome of a command.',
    values: describe(operationStatuses, statusDescriptions),
  });

  refs.Operation.implement({
    description: 'A command that was accepted, and its outcome. Operations are kept for 30 days.',
    interfaces: [refs.Node],
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider of the command.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description: 'The entity to back up; null for a cancel.',
        resolve: ({ provider, entityId }, _args, { loaders }) =>
          entityId === null ? null : loaders.entity.load({ provider, localId: entityId }),
      }),
      kind: t.field({ type: Kind, description: 'Kind of the command.', resolve: ({ kind }) => kind }),
      status: t.field({
        type: Status,
        description: 'What is known about the outcome.',
        resolve: ({ status }) => status,
      }),
      requestedBy: t.string({
        nullable: true,
        description: 'Id of the viewer who sent the command, as `AuditEntry.viewerId`; null for a READER.',
        resolve: ({ viewer }, _args, { catalog }) => (catalog.scope.isOperator ? viewer : null),
      }),
      requestedAt: t.field({
        type: 'DateTime',
        description: 'When this gateway accepted the command.',
        resolve: ({ requestedAt }) => requestedAt,
      }),
      resolvedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the outcome became known, or the search for it ended; null while PENDING.',
        resolve: ({ resolvedAt }) => resolvedAt,
      }),
      backup: t.field({
        type: refs.Backup,
        nullable: true,
        description: 'For a start: the started backup, once it is identified. For a cancel: the backup to stop.',
        resolve: ({ provider, backupId }, _args, { loaders }) =>
          backupId === null ? null : loaders.backup.load({ provider, localId: backupId }),
      }),
      candidates: t.field({
        type: [refs.Backup],
        description:
          'For OUTCOME_UNKNOWN: backups that this command may have started, if the product gives no proof. Empty otherwise.',
        resolve: async ({ provider, candidateIds }, _args, { loaders }) => {
          const found = await loaders.backup.loadMany(candidateIds.map((localId) => ({ provider, localId })));
          return found.filter((backup): backup is Backup => backup !== null && !(backup instanceof Error));
        },
      }),
      error: t.field({
        type: refs.UserError,
        nullable: true,
        description: 'Why the command failed, or why its outcome is unknown; null otherwise.',
        resolve: ({ error }) => error && { error: new GatewayError(error.code, error.message) },
      }),
    }),
  });

  builder.queryField('operation', (t) =>
    t.field({
      type: refs.Operation,
      nullable: true,
      description: 'The operation of a command; null if it does not exist, or is older than 30 days.',
      args: { id: t.arg.id({ required: true, description: 'The `id` of an operation.' }) },
      resolve: (_root, { id }, context) => findOperation(id, context),
    }),
  );

  const Filter = builder.inputType('OperationFilter', {
    description: 'Selects operations. A list matches any of its values; several fields must all match.',
    fields: (f) => ({
      providers: f.stringList({ description: 'Only these providers, by name. An unknown name is BAD_USER_INPUT.' }),
      statuses: f.field({ type: [Status], description: 'Only operations with one of these statuses.' }),
      kinds: f.field({ type: [Kind], description: 'Only these kinds of commands.' }),
      viewers: f.stringList({ description: 'Only commands of these viewers, by `requestedBy`.' }),
      since: f.field({ type: 'DateTime', description: 'Only commands that were accepted at or after this time.' }),
      until: f.field({ type: 'DateTime', description: 'Only commands that were accepted before this time.' }),
    }),
  });
  const OperationConnection = builder.connectionObject<
    typeof refs.Operation,
    Connection<OperationRecord, OperationPage>
  >(
    { type: refs.Operation, name: 'OperationConnection', description: 'A page of operations.' },
    { name: 'OperationEdge', description: 'One operation in a page.' },
  );
  builder.queryField('operations', (t) =>
    t.field({
      type: OperationConnection,
      nullable: true,
      description:
        'Starts and cancels of the last 30 days that were accepted, newest first, for providers that the viewer may see. FORBIDDEN for a READER.',
      args: {
        filter: t.arg({ type: Filter, description: 'Which operations to return; all by default.' }),
        first: t.arg.int({ description: 'Page size, 0 to 200; 25 by default.' }),
        after: t.arg.string({
          description: 'Return operations after this cursor: `endCursor` of the previous page, with the same filter.',
        }),
      },
      complexity: page(1),
      resolve: async (_root, { filter, ...asked }, { catalog }) => {
        const { providers, statuses, kinds, viewers, since, until } = filter ?? {};
        return toConnection(
          await catalog.watches.operations(asked, {
            providers: providers ?? null,
            statuses: statuses ?? null,
            kinds: kinds ?? null,
            viewers: viewers ?? null,
            since: since ?? null,
            until: until ?? null,
          }),
        );
      },
    }),
  );

  builder.subscriptionField('operationChanges', (t) =>
    t.field({
      type: refs.Operation,
      description:
        'An operation until its outcome is known: the current state first, then each change; then the stream completes.',
      args: { id: t.arg.id({ required: true, description: 'The `id` of an operation.' }) },
      subscribe: async (_root, { id }, context) => {
        const operation = await findOperation(id, context);
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
export async function findOperation(id: string, { catalog }: Context): Promise<OperationRecord | null> {
  const decoded = decodeId(id);
  const operation = decoded?.type === 'Operation' ? await catalog.watches.operation(decoded.localId) : null;
  return operation?.provider === decoded?.provider ? operation : null;
}
