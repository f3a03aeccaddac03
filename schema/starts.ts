/** Commands for a morning: run a failed backup again, and start many entities at once. */

import type { OperationRecord } from '../src/commands/operation-record.ts';
import { maxStarted, startMany } from '../src/commands/start-many.ts';
import { badInput, type GatewayError } from '../src/core/errors.ts';
import { runAudited } from './audited.ts';
import type { Builder } from './builder.ts';
import { backupRef, defineStartPayload, entityRef, notStarted, operationDescription } from './commands.ts';
import type { Context } from './context.ts';
import { idempotencyKeyDescription, keyFor } from './idempotency-key.ts';
import type { Refs } from './refs.ts';
import type { UserError } from './rows.ts';
import { answered, attempt, type Payload } from './user-error.ts';

interface StartsInput {
  readonly entityIds: readonly string[];
  readonly idempotencyKey?: string | null | undefined;
}

interface OneStarted {
  readonly entityId: string;
  readonly operation: OperationRecord | null;
  readonly userErrors: readonly UserError[];
}

interface StartsPayload extends Pick<Payload, 'userErrors'> {
  readonly results: readonly OneStarted[];
}

const command = 'startBackups';

export function defineStarts(builder: Builder, refs: Refs): void {
  const RetryPayload = defineStartPayload(builder, refs, 'RetryBackupPayload', 'Result of `retryBackup`.');
  const RetryInput = builder.inputType('RetryBackupInput', {
    description: 'Input of `retryBackup`.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Id of a backup that failed, was cancelled or was skipped.' }),
      idempotencyKey: t.string({ description: idempotencyKeyDescription }),
    }),
  });
  const { StartsPayload, StartsInput } = defineStartsTypes(builder, refs);

  builder.mutationFields((t) => ({
    retryBackup: t.field({
      type: RetryPayload,
      description:
        'Runs a backup again that has not succeeded: by the product’s own command (Borg UI), otherwise as a new start of the same entity with the settings that this gateway recorded. UNSUPPORTED without recorded settings, so for backups that it did not start in the last 30 days.',
      args: { input: t.arg({ type: RetryInput, required: true, description: 'The backup to run again.' }) },
      resolve: (_root, { input: { id, idempotencyKey } }, context, info) =>
        attempt(notStarted, async () => {
          const commands = context.catalog.commands();
          const key = keyFor(idempotencyKey, context, info);
          return answered(await commands.retry(backupRef(id, refs, ['input', 'id']), key, context.signal));
        }),
    }),
    startBackups: t.field({
      type: StartsPayload,
      description: `Starts backups of up to ${maxStarted} entities of any providers with their default settings. Each counts as a mutation, and has an operation and an entry in the audit log of its own.`,
      args: { input: t.arg({ type: StartsInput, required: true, description: 'The entities to back up.' }) },
      complexity: ({ input }) => {
        const starts = input.entityIds.length;
        return { field: starts, multiplier: starts };
      },
      extensions: {
        auditsEach: true,
        commands: ({ input }: { readonly input: StartsInput }) => input.entityIds.length,
      },
      resolve: (_root, { input: { entityIds, idempotencyKey } }, context, info) =>
        start(entityIds, keyFor(idempotencyKey, context, info), refs, context),
    }),
  }));
}

function defineStartsTypes(builder: Builder, refs: Refs) {
  const Result = builder.objectRef<OneStarted>('StartBackupsResult').implement({
    description: 'What became of one entity of `startBackups`.',
    fields: (t) => ({
      entityId: t.id({ description: 'The id as it was given.', resolve: ({ entityId }) => entityId }),
      operation: t.field({
        type: refs.Operation,
        nullable: true,
        description: operationDescription,
        resolve: ({ operation }) => operation,
      }),
      userErrors: t.field({
        type: [refs.UserError],
        description: 'Why this entity was not started; empty if it was.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
  return {
    StartsPayload: builder.objectRef<StartsPayload>('StartBackupsPayload').implement({
      description: 'Result of `startBackups`.',
      fields: (t) => ({
        results: t.field({
          type: [Result],
          description: 'One for each id, in the same order; empty if the whole request was refused.',
          // The field of the root multiplies by the number of ids.
          complexity: { multiplier: 1 },
          resolve: ({ results }) => [...results],
        }),
        userErrors: t.field({
          type: [refs.UserError],
          description:
            'Why the whole request was refused, so that nothing was started. What concerns one entity is in its result.',
          resolve: ({ userErrors }) => [...userErrors],
        }),
      }),
    }),
    StartsInput: builder.inputType('StartBackupsInput', {
      description: 'Input of `startBackups`.',
      fields: (t) => ({
        entityIds: t.idList({
          required: true,
          description: `Ids of protected entities: 1 to ${maxStarted}, each once. No filter selects them, since a list may change meanwhile.`,
        }),
        idempotencyKey: t.string({
          description: `${idempotencyKeyDescription} Here the input is all ids in their order; with others it is CONFLICT.`,
        }),
      }),
    }),
  };
}

async function start(
  entityIds: readonly string[],
  idempotencyKey: string | null,
  refs: Refs,
  context: Context,
): Promise<StartsPayload> {
  const { catalog } = context;
  const problem = problemOf(entityIds);
  if (problem || !catalog.scope.isOperator) {
    const refuse = () => attempt({ results: [] }, () => Promise.reject(problem ?? new Error('it is no operator')));
    const { userErrors } = await runAudited(context, command, entityIds, refuse);
    return { results: [], userErrors };
  }
  const { refusal, answers } = await startMany(entityIds, idempotencyKey, async (entityId, place, key, opened) => {
    const field = ['input', 'entityIds', String(place)];
    const { operation, userErrors } = await runAudited(context, command, [entityId], () =>
      attempt(notStarted, async () => {
        const commands = catalog.commands();
        const batch = { entities: entityIds, opened };
        const given = { name: null, description: null, idempotencyKey: key, batch };
        return answered(await commands.start(entityRef(entityId, refs, field), given));
      }),
    );
    const [refusal] = userErrors;
    return { entityId, operation, error: refusal?.error ?? null, userErrors: userErrors.map((one) => at(field, one)) };
  });
  return { results: answers, userErrors: refusal?.userErrors ?? [] };
}

function problemOf(entityIds: readonly string[]): GatewayError | null {
  const field = ['input', 'entityIds'];
  const { length } = entityIds;
  if (length === 0 || length > maxStarted) {
    return badInput(`"entityIds" has ${length} ids; 1 to ${maxStarted} are taken at once.`, field);
  }
  const again = entityIds.findIndex((id, place) => entityIds.indexOf(id) < place);
  return again < 0 ? null : badInput('This entity is named twice; name each once.', [...field, String(again)]);
}

/** Fields of a single start are those of its entity here; the key is the key of all. */
function at(field: readonly string[], { error }: UserError): UserError {
  const { code, message, isRetryable } = error;
  return {
    error: { code, message, isRetryable, field: error.field?.at(-1) === 'idempotencyKey' ? error.field : field },
  };
}
