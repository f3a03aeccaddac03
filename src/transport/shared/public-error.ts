/** The one place where an error becomes what clients may see of it, on every transport. */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { errorCodes, findGatewayError, type GatewayError } from '../../core/errors.ts';
import { currentRequest, toLogFields } from '../../core/request-scope.ts';
import { cutText } from '../../core/text.ts';
import { toWellFormed } from '../../core/unicode.ts';
import type { ToPublicError } from '../../limits/refusal.ts';
import type { Log } from '../../observability/log.ts';
import { persistedQueryCodes } from './documents.ts';

/**
 * Ours keep their code and message. What GraphQL itself refuses (syntax, types, values) is BAD_USER_INPUT. All else
 * is a fault of this gateway: it is logged whole under the id of the request, which the client gets to find it by. `mayGuess`: GraphQL
 * may say which name was meant instead, which lets the schema be read name by name.
 */
export const createPublicError =
  (log: Log, mayGuess = true): ToPublicError =>
  (thrown, request = currentRequest()) => {
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
    /** Logs the cause; a part of a stream that runs for many has no request, and gets an id of its own. */
    const report = (): string => {
      const requestId = request?.requestId ?? randomUUID();
      log.error(
        { ...toLogFields(request), requestId, err: error?.originalError ?? thrown, path: error?.path },
        'unexpected error',
      );
      return requestId;
    };

    const said = ({ message }: GraphQLError) => (mayGuess ? message : withoutGuess(message));
    const known = findGatewayError(thrown);
    if (known) {
      // A value that a scalar refused is wrapped with the name of its variable, which helps.
      // It may repeat what a client sent.
      const message = toWellFormed(error && error.path === undefined ? shorten(said(error)) : known.message);
      const { code, isRetryable, retryAfterSeconds, field } = known;
      return new GraphQLError(message, {
        ...place,
        extensions: extensions(code, {
          retryable: isRetryable,
          ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
          ...(field === null ? {} : { field }),
          ...(isFault(known) ? { requestId: report() } : {}),
        }),
      });
    }
    if (error && !isOurFault(error)) {
      return new GraphQLError(toWellFormed(shorten(said(error))), {
        ...place,
        extensions: extensions('BAD_USER_INPUT', { retryable: false }),
      });
    }
    const requestId = report();
    return new GraphQLError('Something unexpected went wrong in this gateway. Its log has the cause under requestId.', {
      ...place,
      extensions: extensions('INTERNAL', { retryable: false, requestId }),
    });
  };

/** GraphQL repeats the value that it refuses, once for each fault in it, and the value may be large. */
const maxMessage = 1_000;

const shorten = (message: string): string =>
  message.length <= maxMessage ? message : cutText(message, maxMessage - 1);

/** A guess is always the last sentence. What a client wrote itself may look like one, and is its own loss. */
const withoutGuess = (message: string): string => message.split('Did you mean ', 1)[0]?.trimEnd() ?? '';

/** By name: two copies of the library may be loaded, and then `instanceof` is wrong. */
const asGraphQLError = (error: unknown): GraphQLError | null =>
  error instanceof Error && error.name === 'GraphQLError' ? (error as GraphQLError) : null;

/**
 * GraphQL wraps its own refusal of a variable once more, before anything runs. At a place in the answer the same means
 * that what we gave cannot be written.
 */
function isOurFault({ originalError, path }: GraphQLError): boolean {
  const inner = path === undefined ? asGraphQLError(originalError) : null;
  return inner ? isOurFault(inner) : originalError !== undefined;
}

/** Of this gateway, though somebody below has found it already. */
const isFault = ({ code }: GatewayError): boolean => code === 'INTERNAL';

/** The latter are words of a protocol between clients and gateways, and none of the schema. */
const publicCodes: readonly unknown[] = [...errorCodes, ...persistedQueryCodes];

/** It has been here before. */
const isPublic = ({ extensions }: GraphQLError): boolean =>
  'retryable' in extensions && publicCodes.includes(extensions['code']);
