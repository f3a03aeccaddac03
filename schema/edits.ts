/** Changes of what a product keeps with a backup: its description and its warnings. */
import type { Context } from '../src/context.ts';
import { maxAcknowledged } from '../src/core/catalog/commands.ts';
import type { Backup } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import { backupRef } from './commands.ts';
import type { Refs } from './refs.ts';
import { attempt, type Payload, userErrorsDescription } from './user-error.ts';

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
          description: 'The backup as it is after the change.',
          resolve: ({ backup }) => backup,
        }),
        userErrors: t.field({
          type: [refs.UserError],
          description: userErrorsDescription,
          resolve: ({ userErrors }) => [...userErrors],
        }),
      }),
    });
  const DescriptionPayload = editPayload('UpdateBackupDescriptionPayload', 'What became of `updateBackupDescription`.');
  const WarningsPayload = editPayload('UpdateBackupWarningsPayload', 'What became of `updateBackupWarnings`.');
  const AcknowledgePayload = builder.objectRef<AcknowledgePayload>('AcknowledgeBackupWarningsPayload').implement({
    description: 'What became of `acknowledgeBackupWarnings`.',
    fields: (t) => ({
      backups: t.field({
        type: [refs.Backup],
        nullable: true,
        description: 'Those that were changed, as they are now, in the order of the ids; null where none was.',
        complexity: { multiplier: maxAcknowledged },
        resolve: ({ backups }) => (backups ? [...backups] : null),
      }),
      userErrors: t.field({
        type: [refs.UserError],
        description: 'What was refused: `field` is `["input", "ids", INDEX]` of the id that it is about.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

  const DescriptionInput = builder.inputType('UpdateBackupDescriptionInput', {
    description: 'A new description for a backup.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Id of the backup.' }),
      description: t.string({ required: true, description: 'The new text; an empty one clears it.' }),
    }),
  });
  const WarningsInput = builder.inputType('UpdateBackupWarningsInput', {
    description: 'New warnings for a backup, in the place of all that it has.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Id of the backup.' }),
      warnings: t.stringList({
        required: true,
        description: 'All warnings that it shall have; an empty list clears them.',
      }),
    }),
  });
  const AcknowledgeInput = builder.inputType('AcknowledgeBackupWarningsInput', {
    description: 'Whose warnings somebody has seen.',
    fields: (t) => ({
      ids: t.idList({ required: true, description: 'Ids of the backups, at most 100, of any providers.' }),
      acknowledged: t.boolean({ required: true, defaultValue: true, description: 'False takes it back.' }),
    }),
  });

  builder.mutationFields((t) => ({
    updateBackupDescription: t.field({
      type: DescriptionPayload,
      description: 'Changes the description of a backup.',
      args: { input: t.arg({ type: DescriptionInput, required: true, description: 'Which, and to what.' }) },
      resolve: (_root, { input: { id, description } }, { catalog, signal }) =>
        attempt({ backup: null }, async () => {
          const commands = catalog.commands();
          const ref = backupRef(id, refs, ['input', 'id']);
          return { backup: await commands.updateDescription(ref, description, signal) };
        }),
    }),
    updateBackupWarnings: t.field({
      type: WarningsPayload,
      description: 'Replaces the warnings of a backup.',
      args: { input: t.arg({ type: WarningsInput, required: true, description: 'Which, and by what.' }) },
      resolve: (_root, { input: { id, warnings } }, { catalog, signal }) =>
        attempt({ backup: null }, async () => {
          const commands = catalog.commands();
          const ref = backupRef(id, refs, ['input', 'id']);
          return { backup: await commands.updateWarnings(ref, warnings, signal) };
        }),
    }),
    acknowledgeBackupWarnings: t.field({
      type: AcknowledgePayload,
      description:
        'Marks the warnings of one backup, or of many, as seen: in one upstream call where the product has one.',
      args: { input: t.arg({ type: AcknowledgeInput, required: true, description: 'Whose.' }) },
      resolve: (_root, { input: { ids, acknowledged } }, context): Promise<AcknowledgePayload> =>
        acknowledge(
          ids.map((id, index) => ({ id, field: ['input', 'ids', String(index)] })),
          acknowledged,
          refs,
          context,
        ),
    }),
  }));
}

interface GivenId {
  readonly id: string;
  readonly field: readonly string[];
}

/** Each id has its own answer: what is refused for one is done for the others. */
async function acknowledge(
  given: readonly GivenId[],
  acknowledged: boolean,
  refs: Refs,
  { catalog, signal }: Context,
): Promise<AcknowledgePayload> {
  const payload = await attempt({ backups: null }, async () => {
    const commands = catalog.commands();
    const asked = given.map(({ id, field }) => backupRef(id, refs, field));
    return { answers: await commands.acknowledgeWarnings(asked, acknowledged, signal) };
  });
  if (!('answers' in payload)) return payload;
  const backups = payload.answers.filter((answer): answer is Backup => 'localId' in answer);
  const userErrors = payload.answers.flatMap((answer, index) =>
    'localId' in answer
      ? []
      : [
          {
            error: {
              code: answer.code,
              message: answer.message,
              retryable: answer.retryable,
              field: given[index]?.field ?? null,
            },
          },
        ],
  );
  return { backups: backups.length > 0 ? backups : null, userErrors };
}
