/** A stream does not outlive the token that opened it: it ends with UNAUTHENTICATED on every transport. */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { Authentication } from '../../auth/authentication.ts';
import { expiredMessage, revokedMessage, unauthenticated } from '../../auth/identity.ts';
import { SupervisedStream } from '../../core/supervised-stream.ts';

/** The longest timer of Node; another follows it where that is not enough. */
const maxTimerMs = 2 ** 31 - 1;

export const endExpired: Plugin<Context> = {
  onSubscribe: ({ args }) => ({
    onSubscribeResult({ result, setResult }) {
      if (Symbol.asyncIterator in result) setResult(untilExpiry(result, args.contextValue.authentication) as never);
    },
  }),
};

/** The same stream, which fails with UNAUTHENTICATED when the token that opened it expires or is revoked. */
export function untilExpiry<T>(stream: T, { expiresAt, revoked }: Pick<Authentication, 'expiresAt' | 'revoked'>): T {
  if ((expiresAt === null && !revoked) || !isStream(stream)) return stream;
  const supervised = SupervisedStream.of(stream);
  if (revoked) {
    const end = () => supervised.fail(unauthenticated(revokedMessage));
    revoked.addEventListener('abort', end, { once: true });
    supervised.onEnd(() => revoked.removeEventListener('abort', end));
    if (revoked.aborted) end();
  }
  if (expiresAt === null) return supervised as T;
  let timer: NodeJS.Timeout | undefined;
  function wait(until: number): void {
    const leftMs = until - Date.now();
    if (leftMs > 0) timer = setTimeout(() => wait(until), Math.min(leftMs, maxTimerMs)).unref();
    else supervised.fail(unauthenticated(expiredMessage));
  }
  supervised.onEnd(() => clearTimeout(timer));
  wait(expiresAt);
  return supervised as T;
}

const isStream = (value: unknown): value is AsyncIterable<ExecutionResult> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
