/** Commands: one input each, and a payload that says what was wrong with this very command in `userErrors`. */

import type { OperationRecord } from '../src/commands/operation-record.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { Backup, Ref } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import { idempotencyKeyDescription, keyFor } from './idempotency-key.ts';
import { decodeId } from './ids.ts';
import type { CreateInput } from './product.ts';
import type { Refs } from './refs.ts';
import { answered, attempt, type Payload, userErrorsDescription } from './user-error.ts';

interface StartPayload extends Payload {
  readonly operation: OperationRecord | null;
  readonly backup: Backup | null;
  readonly message: string | null;
}

interface CancelPayload extends Payload {
  readonly operation: OperationRecord | null;
  readonly backup: Backup | null;
  readonly processTerminated: boolean | null;
}

/** What any product's input may have besides its own settings. */
interface GivenInput {
  readonly entityId: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly idempotencyKey?: string | null;
}

export const operationDescription = 'The operation of this command, to query or to watch until the outcome is known.';
export const notStarted = { operation: null, backup: null, message: null };
const notCancelled = { operation: null, backup: null, processTerminated: null };

export function defineCommands(
  builder: Builder,
  refs: Refs,
  createInputs: readonly (readonly [string, CreateInput])[],
): void {
  const { CreatePayload, StartPayload, CancelPayload } = definePayloads(builder, refs);
  const { CreateInput, StartInput, CancelInput } = defineInputs(builder, createInputs);

  builder.mutationFields((t) => ({
    createBackup: t.field({
      type: CreatePayload,
      description: 'Starts a backup with settings of one product.',
      args: {
        input: t.arg({ type: CreateInput, required: true, description: 'The entity to back up, and the settings.' }),
      },
      resolve: (_root, { input }, context, info) =>
        attempt(notStarted, async () => {
          const commands = context.catalog.commands();
          const [kind = '', given] = Object.entries(input as Record<string, GivenInput>)[0] ?? [];
          const { entityId = '', name = null, description = null, idempotencyKey: own, ...settings } = given ?? {};
          const entity = entityRef(entityId, refs, ['input', kind, 'entityId']);
          const idempotencyKey = keyFor(own, context, info);
          return answered(await commands.create(kind, entity, { name, description, idempotencyKey, settings }));
        }),
    }),
    startBackup: t.field({
      type: StartPayload,
      description: 'Starts a backup of any entity with its default settings ("run now").',
      args: { input: t.arg({ type: StartInput, required: true, description: 'The entity to back up.' }) },
      resolve: (_root, { input }, context, info) =>
        attempt(notStarted, async () => {
          const commands = context.catalog.commands();
          const { entityId, name = null, description = null } = input;
          const idempotencyKey = keyFor(input.idempotencyKey, context, info);
          const entity = entityRef(entityId, refs, ['input', 'entityId']);
          return answered(await commands.start(entity, { name, description, idempotencyKey }));
        }),
    }),
    cancelBackup: t.field({
      type: CancelPayload,
      description: 'Asks the product to stop a running backup.',
      args: { input: t.arg({ type: CancelInput, required: true, description: 'The backup to stop.' }) },
      resolve: (_root, { input }, { catalog }) =>
        attempt(notCancelled, async () => {
          const commands = catalog.commands();
          const { operation, result } = await commands.cancel(backupRef(input.id, refs, ['input', 'id']));
          return answered({ ...notCancelled, ...result, operation });
        }),
    }),
  }));
}

export const defineStartPayload = (builder: Builder, refs: Refs, name: string, description: string) =>
  builder.objectRef<StartPayload>(name).implement({
    description,
    fields: (t) => ({
      operation: t.field({
        type: refs.Operation,
        nullable: true,
        description: operationDescription,
        resolve: ({ operation }) => operation,
      }),
      backup: t.field({
        type: refs.Backup,
        nullable: true,
        description:
          'The backup shortly after it was requested; null while the product does not name it: `operation` will.',
        resolve: ({ backup }) => backup,
      }),
      message: t.exposeString('message', {
        nullable: true,
        description: 'What happened, for display; null if there is nothing to add.',
      }),
      userErrors: t.field({
        type: [refs.UserError],
        description: userErrorsDescription,
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

function definePayloads(builder: Builder, refs: Refs) {
  return {
    CreatePayload: defineStartPayload(builder, refs, 'CreateBackupPayload', 'Result of `createBackup`.'),
    StartPayload: defineStartPayload(builder, refs, 'StartBackupPayload', 'Result of `startBackup`.'),
    CancelPayload: builder.objectRef<CancelPayload>('CancelBackupPayload').implement({
      description: 'Result of `cancelBackup`.',
      fields: (t) => ({
        operation: t.field({
          type: refs.Operation,
          nullable: true,
          description: operationDescription,
          resolve: ({ operation }) => operation,
        }),
        backup: t.field({
          type: refs.Backup,
          nullable: true,
          description:
            'The backup after the request: CANCELLED, or CANCELLING while the product stops it. Null if the request was refused.',
          resolve: ({ backup }) => backup,
        }),
        processTerminated: t.exposeBoolean('processTerminated', {
          nullable: true,
          description: 'Whether the product found a process and ended it; null if it does not tell.',
        }),
        userErrors: t.field({
          type: [refs.UserError],
          description: userErrorsDescription,
          resolve: ({ userErrors }) => [...userErrors],
        }),
      }),
    }),
  };
}

function defineInputs(builder: Builder, createInputs: readonly (readonly [string, CreateInput])[]) {
  return {
    CreateInput: builder.inputType('CreateBackupInput', {
      description: 'Settings for exactly one product.',
      isOneOf: true,
      fields: (t) =>
        Object.fromEntries(
          createInputs.map(([kind, type]) => [
            kind,
            t.field({ type, description: `Settings of a backup by a provider of kind ${kind.toUpperCase()}.` }),
          ]),
        ),
    }),
    StartInput: builder.inputType('StartBackupInput', {
      description: 'Input of `startBackup`.',
      fields: (t) => ({
        entityId: t.id({ required: true, description: 'Id of the protected entity.' }),
        name: t.string({ description: 'Name of the backup. UNSUPPORTED if the product has no names.' }),
        description: t.string({ description: 'Free text. UNSUPPORTED if the product has no descriptions.' }),
        idempotencyKey: t.string({ description: idempotencyKeyDescription }),
      }),
    }),
    CancelInput: builder.inputType('CancelBackupInput', {
      description: 'Input of `cancelBackup`.',
      fields: (t) => ({ id: t.id({ required: true, description: 'Id of the backup to stop.' }) }),
    }),
  };
}

/** Whether the entity exists is the provider's to say; whether the id can be one is told here. */
export function entityRef(id: string, refs: Refs, field: readonly string[]): Ref {
  const decoded = decodeId(id);
  const isEntity = [...refs.typesOf.values()].some(({ entityType }) => entityType === decoded?.type);
  if (decoded && isEntity) return decoded;
  const message = 'That is no id of a protected entity. The query { protectedEntities } lists them.';
  throw new GatewayError('NOT_FOUND', message, { field });
}

/** Likewise for a backup. */
export function backupRef(id: string, refs: Refs, field: readonly string[]): Ref {
  const decoded = decodeId(id);
  const isBackup = [...refs.typesOf.values()].some(({ backupType }) => backupType === decoded?.type);
  if (decoded && isBackup) return decoded;
  throw new GatewayError('NOT_FOUND', 'That is no id of a backup.', { field });
}
