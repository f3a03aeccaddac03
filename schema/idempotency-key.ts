/** The key of a command: its own, or that of the request, which a proxy may have repeated. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from './context.ts';

export const idempotencyKeyDescription =
  'A text of your choice, at most 200 characters. The same key with the same input within 30 days is the same command: it is sent once, however often you give it. Without it, the header `Idempotency-Key` of the request is used.';

/** One request may hold several commands: each has the key of the request with its own name in the answer. */
export const keyFor = (
  given: string | null | undefined,
  { requestKey }: Context,
  { path }: GraphQLResolveInfo,
): string | null => given ?? (requestKey === null ? null : `${requestKey} ${path.key}`);
