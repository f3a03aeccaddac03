import { type CommandResult, carriedOut, notDone } from '../src/audit/audit-entry.ts';
import { findGatewayError, type GatewayError } from '../src/core/errors.ts';
import type { Refs } from './refs.ts';
import type { UserError } from './rows.ts';

export interface Payload {
  readonly userErrors: readonly UserError[];
  /** For the audit log; no field of the schema. */
  readonly result: CommandResult;
}

export const userErrorsDescription = 'What was wrong with this command. If it is not empty, every other field is null.';

export function defineUserError(refs: Refs): void {
  refs.UserError.implement({
    description: 'Why a command was refused or failed.',
    fields: (t) => ({
      code: t.field({
        type: refs.ErrorCode,
        description: 'Kind of the error, for programs.',
        resolve: ({ error }) => error.code,
      }),
      message: t.string({
        description: 'What is wrong and what to do, for display.',
        resolve: ({ error }) => error.message,
      }),
      field: t.field({
        type: ['String'],
        nullable: true,
        description: 'Path of the argument that is wrong, such as `["input", "entityId"]`; null if none is.',
        resolve: ({ error }) => (error.field === null ? null : [...error.field]),
      }),
      retryable: t.boolean({
        description: 'Whether the same command may succeed later.',
        resolve: ({ error }) => error.isRetryable,
      }),
    }),
  });
}

/** The fields of a payload, with the result of a command that was carried out. */
export const answered = <Fields extends Parameters<typeof carriedOut>[0]>(
  fields: Fields,
): Fields & Pick<Payload, 'result'> => ({ ...fields, result: carriedOut(fields) });

/** Codes that are about who asks, not about the command: they are GraphQL errors, as everywhere. */
const isAboutViewer = ({ code }: GatewayError): boolean =>
  code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' || code === 'INTERNAL';

/** The payload of a command, or an empty one with the reason in `userErrors`. */
export async function attempt<Empty extends object, Result extends object>(
  empty: Empty,
  command: () => Promise<Result & Pick<Payload, 'result'>>,
): Promise<(Empty | Result) & Payload> {
  try {
    return { ...(await command()), userErrors: [] };
  } catch (thrown) {
    const error = findGatewayError(thrown);
    if (!error || isAboutViewer(error)) throw thrown;
    return { ...empty, userErrors: [{ error }], result: notDone(error.code) };
  }
}
