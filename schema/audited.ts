/** Audits every mutation: before its resolver is called, and after it has answered. */
import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { CommandResult } from '../src/audit/audit-entry.ts';
import type { OperationRecord } from '../src/commands/operation-record.ts';
import { findGatewayError } from '../src/core/errors.ts';
import type { Backup } from '../src/core/model.ts';
import type { Context } from './context.ts';
import { decodeId } from './ids.ts';
import type { UserError } from './rows.ts';

/** What the payload of a command may have; one that has nothing of it was done. */
interface Answer {
  readonly operation?: OperationRecord | null;
  readonly backup?: Backup | null;
  readonly backups?: readonly Backup[] | null;
  readonly userErrors?: readonly UserError[];
}

/** Every field that a payload may have besides `userErrors`. */
const nothingDone = { operation: null, backup: null, backups: null, message: null, processTerminated: null };

export function audited(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, args, resolve = defaultFieldResolver } = field;
    field.resolve = async (root, given: Record<string, unknown>, context: Context, info): Promise<unknown> => {
      const { requestId, address } = context.authentication;
      const ids = args.flatMap((argument) => idsIn(argument.type, given[argument.name]));
      const targets = ids.map((id) => ({ id, provider: decodeId(id)?.provider ?? null }));
      const command = async (): Promise<unknown> => resolve(root, given, context, info);
      try {
        return await context.catalog.audit.run({ command: name, requestId, address, targets }, command, (answer) =>
          toResult((answer ?? {}) as Answer, targets.length),
        );
      } catch (thrown) {
        const error = findGatewayError(thrown);
        if (error?.code !== 'STORAGE_UNAVAILABLE') throw thrown;
        // It could not be written down, and was not carried out; other commands of the operation have their own answers.
        return { ...nothingDone, userErrors: [{ error }] };
      }
    };
  }
  return schema;
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

function toResult({ operation = null, backup, backups, userErrors = [] }: Answer, targets: number): CommandResult {
  const indexes = Array.from({ length: Math.max(1, targets) }, (_, index) => index);
  const codeOfAll = userErrors[0]?.error.code ?? null;
  const ofTarget = new Map(userErrors.map(({ error: { field, code } }) => [Number(field?.[2] ?? Number.NaN), code]));
  // Where nothing at all was changed, what was wrong with one has stopped the others.
  const isPartial = backups !== null && backups !== undefined;
  const codes = indexes.map((index) => ofTarget.get(index) ?? (isPartial ? null : codeOfAll));
  const changed = isPartial ? backups.values() : [backup].values();
  const externalIds = indexes.map((index) =>
    codes[index] === null && operation === null ? (changed.next().value?.externalId ?? null) : null,
  );
  return { codes, externalIds, operation };
}
