/** Changes of what a product keeps with a backup: its description and its warnings. */

import { doneForEach } from '../src/audit/audit-entry.ts';
import { maxAcknowledged } from '../src/catalog/commands.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { Backup } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import { backupRef } from './commands.ts';
import type { Context } from './context.ts';
import type { Refs } from './refs.ts';
import { answered, attempt, type Payload, userErrorsDescription } from './user-error.ts';

interface EditPayload extends Payload {
  readonly backup: Backup | null;
}

interface AcknowledgePayload extends Payload {
  readonly backups: readonly Backup[] | null;
}

export function defineEdits(builder: Builder, refs: Refs): void {
  const editPayload = (name: string, description: string) =>
    builder.objectRef<EditPayload>(name).implement({
      description,
      fields: (t) => ({
        backup: t.field({
          type: refs.Backup,
          nullable: true,
          description: 'The backup after the change.',
          resolve: ({ backup }) => backup,
        }),
        userErrors: t.field({
          type: [refs.UserError],
          description: userErrorsDescription,
          resolve: ({ userErrors }) => [...userErrors],
        }),
      }),
    });
  const DescriptionPayload = editPayload('UpdateBackupDescriptionPayload', 'Result of `updateBackupDescription`.');
  const WarningsPayload = editPayload('UpdateBackupWarningsPayload', 'Result of `updateBackupWarnings`.');
  const AcknowledgePayload = builder.objectRef<AcknowledgePayload>('AcknowledgeBackupWarningsPayload').implement({
    description: 'Result of `acknowledgeBackupWarnings`.',
    fields: (t) => ({
      backups: t.field({
        type: [refs.Backup],
        nullable: true,
        description:
          'The backups that were changed, in their current state and in the order of the ids; null if none was changed.',
        complexity: { multiplier: maxAcknowledged },
        resolve: ({ backups }) => (backups ? [...backups] : null),
      }),
      userErrors: t.field({
        type: [refs.UserError],
        description: 'The ids that were refused; `field` is `["input", "ids", INDEX]`.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

  const DescriptionInput = builder.inputType('UpdateBackupDescriptionInput', {
    description: 'Input of `updateBackupDescription`.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Id of the backup.' }),
      description: t.string({ required: true, description: 'The new text; an empty text removes the description.' }),
    }),
  });
  const WarningsInput = builder.inputType('UpdateBackupWarningsInput', {
    description: 'Input of `updateBackupWarnings`.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Id of the backup.' }),
      warnings: t.stringList({
        required: true,
        description: 'All warnings of the backup from now on; an empty list removes them.',
      }),
    }),
  });
  const AcknowledgeInput = builder.inputType('AcknowledgeBackupWarningsInput', {
    description: 'Input of `acknowledgeBackupWarnings`.',
    fields: (t) => ({
      ids: t.idList({ required: true, description: 'Ids of the backups, of any providers; at most 100.' }),
      acknowledged: t.boolean({
        required: true,
        defaultValue: true,
        description: 'True marks the warnings as seen; false removes the mark.',
      }),
    }),
  });

  builder.mutationFields((t) => ({
    updateBackupDescription: t.field({
      type: DescriptionPayload,
      description: 'Changes the description of a backup.',
      args: {
        input: t.arg({ type: DescriptionInput, required: true, description: 'The backup and its new description.' }),
      },
      resolve: (_root, { input: { id, description } }, { catalog, signal }) =>
        attempt({ backup: null }, async () => {
          const commands = catalog.commands();
          const ref = backupRef(id, refs, ['input', 'id']);
          return answered({ backup: await commands.updateDescription(ref, description, signal) });
        }),
    }),
    updateBackupWarnings: t.field({
      type: WarningsPayload,
      description: 'Replaces the warnings of a backup.',
      args: { input: t.arg({ type: WarningsInput, required: true, description: 'The backup and its new warnings.' }) },
      resolve: (_root, { input: { id, warnings } }, { catalog, signal }) =>
        attempt({ backup: null }, async () => {
          const commands = catalog.commands();
          const ref = backupRef(id, refs, ['input', 'id']);
          return answered({ backup: await commands.updateWarnings(ref, warnings, signal) });
        }),
    }),
    acknowledgeBackupWarnings: t.field({
      type: AcknowledgePayload,
      description: 'Marks the warnings of one or more backups as seen, in one upstream call if the product has one.',
      args: { input: t.arg({ type: AcknowledgeInput, required: true, description: 'The backups.' }) },
      resolve: (_root, { input: { ids, acknowledged } }, context): Promise<AcknowledgePayload> =>
        acknowledge(ids, acknowledged, refs, context),
    }),
  }));
}

/** Each id has its own answer: an id that is refused does not stop the others. */
async function acknowledge(
  ids: readonly string[],
  acknowledged: boolean,
  refs: Refs,
  { catalog, signal }: Context,
): Promise<AcknowledgePayload> {
  const fieldOf = (index: number) => ['input', 'ids', String(index)];
  const payload = await attempt({ backups: null }, async () => {
    const commands = catalog.commands();
    const asked = ids.map((id, index) => backupRef(id, refs, fieldOf(index)));
    const answers = await commands.acknowledgeWarnings(asked, acknowledged, signal);
    return { answers, result: doneForEach(answers) };
  });
  if (!('answers' in payload)) return payload;
  const { answers, result } = payload;
  const backups = answers.filter((answer): answer is Backup => !(answer instanceof GatewayError));
  const userErrors = answers.flatMap((answer, index) => {
    if (!(answer instanceof GatewayError)) return [];
    const { code, message, isRetryable } = answer;
    return [{ error: { code, message, isRetryable, field: fieldOf(index) } }];
  });
  return { backups: backups.length > 0 ? backups : null, userErrors, result };
}
