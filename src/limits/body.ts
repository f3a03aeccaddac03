/** How large a request may be. Yoga counts the bytes as they come; what it says of them does not say what to do. */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';

/** The same error in words that help; any other as it is. */
export function explainBody(error: unknown, bodyBytes: number): unknown {
  if (!isTooLarge(error)) return error;
  return new GraphQLError(
    `The body is larger than ${bodyBytes} bytes: send a shorter document, or fewer values in its variables.`,
    { extensions: { http: { status: 413 } } },
  );
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  'extensions' in error &&
  (error.extensions as { code?: unknown } | undefined)?.code === 'REQUEST_ENTITY_TOO_LARGE';

export const refuseBatches: Plugin<Context> = {
  onRequestParse: () => ({
    onRequestParseDone({ requestParserResult }) {
      if (!Array.isArray(requestParserResult)) return;
      throw new GraphQLError(
        'The body is a list: send one operation a request. One operation may have several fields, and a WebSocket several operations.',
        { extensions: { http: { status: 400 } } },
      );
    },
  }),
};
