/**
 * Audits every mutation: before its resolver is called, and after it has answered. One that carries out several commands
 * has `auditsEach` in its extensions, and audits each of them itself; one that is no command has `isAudited: false`.
 */
import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { type CommandResult, carriedOut, notDone } from '../src/audit/audit-entry.ts';
import { findGatewayError } from '../src/core/errors.ts';
import type { Context } from './context.ts';
import { decodeId } from './ids.ts';
import type { Payload } from './user-error.ts';

/** Every field that a payload may have besides `userErrors`. */
const nothingDone = { operation: null, backup: null, backups: null, message: null, processTerminated: null };

export function audited(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, args, resolve = defaultFieldResolver } = field;
    if (field.extensions['auditsEach'] === true || field.extensions['isAudited'] === false) continue;
    field.resolve = (root, given: Record<string, unknown>, context: Context, info): Promise<unknown> => {
      const ids = args.flatMap((argument) => idsIn(argument.type, given[argument.name]));
      return runAudited(context, name, ids, async (): Promise<unknown> => resolve(root, given, context, info));
    };
  }
  return schema;
}

/** Writes a command down before it is carried out and after it was answered. */
export async function runAudited<Answer>(
  { authentication: { requestId, address }, catalog }: Context,
  command: string,
  ids: readonly string[],
  work: () => Promise<Answer>,
): Promise<Answer | (typeof nothingDone & Pick<Payload, 'userErrors'>)> {
  const targets = ids.map((id) => ({ id, provider: decodeId(id)?.provider ?? null }));
  try {
    const { answer } = await catalog.audit.run({ command, requestId, address, targets }, async () => {
      const answer = await work();
      return { answer, result: resultOf(answer) };
    });
    return answer;
  } catch (thrown) {
    const error = findGatewayError(thrown);
    if (error?.code !== 'STORAGE_UNAVAILABLE') throw thrown;
    // It could not be written down, and was not carried out; other commands of the operation have their own answers.
    return { ...nothingDone, userErrors: [{ error }] };
  }
}

/** A mutation whose payload has no result is refused if it has errors, and carried out otherwise. */
function resultOf(answer: unknown): CommandResult {
  const { result, userErrors = [] } = (answer ?? {}) as Partial<Payload>;
  const [refusal] = userErrors;
  return result ?? (refusal ? notDone(refusal.error.code) : carriedOut({}));
}

/** Only arguments of type ID: other arguments may contain secrets. */
function idsIn(type: GraphQLInputType | GraphQLArgument['type'], value: unknown): string[] {
  if (value === null || value === undefined) return [];
  const given = getNullableType(type);
  if (isListType(given)) return (value as unknown[]).flatMap((one) => idsIn(given.ofType, one));
  if (isInputObjectType(given)) {
    return Object.values(given.getFields()).flatMap((field) =>
      idsIn(field.type, (value as Record<string, unknown>)[field.name]),
    );
  }
  return given.name === 'ID' ? [String(value)] : [];
}
