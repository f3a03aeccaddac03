/** The one place where an error becomes what clients may see of it, on every transport. */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { errorCodes, findGatewayError } from './core/errors.ts';
import type { Log } from './log.ts';

export type ToPublicError = (error: unknown) => GraphQLError;

/**
 * Ours keep their code and message. What GraphQL itself refuses (syntax, types, values) is BAD_USER_INPUT. All else
 * is a fault of this gateway: it is logged whole, and the client gets an id to find it by.
 */
export const createPublicError =
  (log: Log): ToPublicError =>
  (thrown) => {
    const error = asGraphQLError(thrown);
    if (error && isPublic(error)) return error;
    const place = {
      nodes: error?.nodes ?? null,
      source: error?.source ?? null,
      positions: error?.positions ?? null,
      path: error?.path ?? null,
    };
    const http = error?.extensions['http'];
    const extensions = (code: string, more: object = {}) => ({ code, ...more, ...(http ? { http } : {}) });

    const known = findGatewayError(thrown);
    if (known) {
      // A value that a scalar refused is wrapped with the name of its variable, which helps.
      const message = error && error.path === undefined ? error.message : known.message;
      const { code, retryable, retryAfterSeconds, field } = known;
      return new GraphQLError(message, {
        ...place,
        extensions: extensions(code, {
          retryable,
          ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
          ...(field === null ? {} : { field }),
        }),
      });
    }
    if (error && isOfGraphQL(error)) {
      return new GraphQLError(error.message, {
        ...place,
        extensions: extensions('BAD_USER_INPUT', { retryable: false }),
      });
    }
    const errorId = randomUUID();
    log.error({ errorId, err: error?.originalError ?? thrown, path: error?.path }, 'unexpected error');
    return new GraphQLError('Something unexpected went wrong in this gateway. Its log has the cause under errorId.', {
      ...place,
      extensions: extensions('INTERNAL', { retryable: false, errorId }),
    });
  };

/** By name: two copies of the library may be loaded, and then `instanceof` is wrong. */
const asGraphQLError = (error: unknown): GraphQLError | null =>
  error instanceof Error && error.name === 'GraphQLError' ? (error as GraphQLError) : null;

/** Nothing else is behind it: an enum that refuses the value of a variable is wrapped by who names the variable. */
const isOfGraphQL = ({ originalError }: GraphQLError): boolean => {
  const within = asGraphQLError(originalError);
  return originalError == null || (within !== null && isOfGraphQL(within));
};

/** It has been here before. */
const isPublic = ({ extensions }: GraphQLError): boolean =>
  'retryable' in extensions && errorCodes.some((code) => code === extensions['code']);
