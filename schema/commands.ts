/** Commands: one input each, and a payload that says what was wrong with this very command in `userErrors`. */
import { findGatewayError, GatewayError } from '../src/core/errors.ts';
import type { Backup, Ref } from '../src/core/model.ts';
import type { Builder } from './builder.ts';
import { decodeId } from './ids.ts';
import type { CreateInput } from './product.ts';
import type { Refs } from './refs.ts';

interface Payload {
  readonly userErrors: readonly UserError[];
}

/** Boxed: the executor takes a value that is an Error for a failure of the field. */
interface UserError {
  readonly error: GatewayError;
}

interface BackupPayload extends Payload {
  readonly backup: Backup | null;
  readonly message: string | null;
}

interface CancelPayload extends Payload {
  readonly backup: Backup | null;
  readonly processTerminated: boolean | null;
}

/** What any product's input may have besides its own settings. */
interface GivenInput {
  readonly entityId: string;
  readonly name?: string | null;
  readonly description?: string | null;
}

export function defineCommands(
  builder: Builder,
  refs: Refs,
  createInputs: readonly (readonly [string, CreateInput])[],
): void {
  const UserError = defineUserError(builder, refs);
  const userErrorsDescription = 'What was wrong with this command. Where there is anything, every other field is null.';

  const startPayload = (name: string, description: string) =>
    builder.objectRef<BackupPayload>(name).implement({
      description,
      fields: (t) => ({
        backup: t.field({
          type: refs.Backup,
          nullable: true,
          description:
            'The backup as it was a moment after it was asked for; null where the product does not name it yet.',
          resolve: ({ backup }) => backup,
        }),
        message: t.exposeString('message', {
          nullable: true,
          description: 'What happened, for people; null where nothing needs saying.',
        }),
        userErrors: t.field({
          type: [UserError],
          description: userErrorsDescription,
          resolve: ({ userErrors }) => [...userErrors],
        }),
      }),
    });
  const CreatePayload = startPayload('CreateBackupPayload', 'What became of `createBackup`.');
  const StartPayload = startPayload('StartBackupPayload', 'What became of `startBackup`.');
  const CancelPayload = builder.objectRef<CancelPayload>('CancelBackupPayload').implement({
    description: 'What became of `cancelBackup`.',
    fields: (t) => ({
      backup: t.field({
        type: refs.Backup,
        nullable: true,
        description: 'The backup after the request: CANCELLED, or CANCELLING where stopping takes a while.',
        resolve: ({ backup }) => backup,
      }),
      processTerminated: t.exposeBoolean('processTerminated', {
        nullable: true,
        description: 'The product found a process and ended it; null where it does not say.',
      }),
      userErrors: t.field({
        type: [UserError],
        description: userErrorsDescription,
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

  const CreateInput = builder.inputType('CreateBackupInput', {
    description: 'What to back up, with the settings of exactly one product.',
    isOneOf: true,
    fields: (t) =>
      Object.fromEntries(
        createInputs.map(([kind, type]) => [
          kind,
          t.field({ type, description: `For a provider of kind ${kind.toUpperCase()}.` }),
        ]),
      ),
  });
  const StartInput = builder.inputType('StartBackupInput', {
    description: 'What to back up, with its own defaults.',
    fields: (t) => ({
      entityId: t.id({ required: true, description: 'Id of the protected entity.' }),
      name: t.string({ description: 'A name for the backup. UNSUPPORTED where the product takes none.' }),
      description: t.string({ description: 'Free text. UNSUPPORTED where the product takes none.' }),
    }),
  });
  const CancelInput = builder.inputType('CancelBackupInput', {
    description: 'Which backup to stop.',
    fields: (t) => ({ id: t.id({ required: true, description: 'Id of a running backup.' }) }),
  });

  const entityRef = (id: string, field: readonly string[]): Ref => {
    const decoded = decodeId(id);
    const isEntity = [...refs.typesOf.values()].some(({ entityType }) => entityType === decoded?.type);
    if (!decoded || !isEntity) {
      throw new GatewayError(
        'NOT_FOUND',
        'That is no id of a protected entity. The query { protectedEntities } lists them.',
        { field },
      );
    }
    return decoded;
  };
  const backupRef = (id: string): Ref => {
    const decoded = decodeId(id);
    const isBackup = [...refs.typesOf.values()].some(({ backupType }) => backupType === decoded?.type);
    if (!decoded || !isBackup)
      throw new GatewayError('NOT_FOUND', 'That is no id of a backup.', { field: ['input', 'id'] });
    return decoded;
  };

  builder.mutationFields((t) => ({
    createBackup: t.field({
      type: CreatePayload,
      description: 'Starts a backup with one product’s own settings.',
      args: { input: t.arg({ type: CreateInput, required: true, description: 'What to back up, and how.' }) },
      resolve: (_root, { input }, { catalog, signal }) =>
        attempt({ backup: null, message: null }, async () => {
          const [kind = '', settings] = Object.entries(input as Record<string, GivenInput>)[0] ?? [];
          const { entityId = '', name = null, description = null, ...own } = settings ?? {};
          const entity = entityRef(entityId, ['input', kind, 'entityId']);
          return catalog.createBackup(kind, entity, { name, description, settings: own }, signal);
        }),
    }),
    startBackup: t.field({
      type: StartPayload,
      description: 'Starts a backup of any entity with its own defaults: the "run now" button.',
      args: { input: t.arg({ type: StartInput, required: true, description: 'What to back up.' }) },
      resolve: (_root, { input: { entityId, name, description } }, { catalog, signal }) =>
        attempt({ backup: null, message: null }, async () => {
          const entity = entityRef(entityId, ['input', 'entityId']);
          const request = { name: name ?? null, description: description ?? null };
          return catalog.startBackup(entity, request, signal);
        }),
    }),
    cancelBackup: t.field({
      type: CancelPayload,
      description: 'Asks the product to stop a running backup.',
      args: { input: t.arg({ type: CancelInput, required: true, description: 'Which backup.' }) },
      resolve: (_root, { input }, { catalog, signal }) =>
        attempt({ backup: null, processTerminated: null }, () => catalog.cancelBackup(backupRef(input.id), signal)),
    }),
  }));
}

const defineUserError = (builder: Builder, refs: Refs) =>
  builder.objectRef<UserError>('UserError').implement({
    description: 'Something wrong with one command.',
    fields: (t) => ({
      code: t.field({ type: refs.ErrorCode, description: 'What, for programs.', resolve: ({ error }) => error.code }),
      message: t.string({
        description: 'What, and what to do about it, for people.',
        resolve: ({ error }) => error.message,
      }),
      field: t.field({
        type: ['String'],
        nullable: true,
        description:
          'Path of the argument that is wrong, from the arguments’ root: `["input", "entityId"]`; null where none is.',
        resolve: ({ error }) => (error.field === null ? null : [...error.field]),
      }),
      retryable: t.boolean({
        description: 'The same command may succeed later.',
        resolve: ({ error }) => error.retryable,
      }),
    }),
  });

/** Codes that are about who asks, not about the command: they are GraphQL errors, as everywhere. */
const isAboutViewer = ({ code }: GatewayError): boolean =>
  code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' || code === 'INTERNAL';

async function attempt<Empty extends object, Result extends object>(
  empty: Empty,
  command: () => Promise<Result>,
): Promise<(Empty | Result) & Payload> {
  try {
    return { ...(await command()), userErrors: [] };
  } catch (thrown) {
    const error = findGatewayError(thrown);
    if (!error || isAboutViewer(error)) throw thrown;
    return { ...empty, userErrors: [{ error }] };
  }
}
