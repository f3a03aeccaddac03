/** A stream does not outlive the token that opened it: it ends with UNAUTHENTICATED on every transport. */
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { Authentication } from '../../auth/authentication.ts';
import { expiredMessage, unauthenticated } from '../../auth/identity.ts';

type Results = AsyncIterable<ExecutionResult>;

/** No timer runs for longer; when one has run out, it is set again. */
const maxTimerMs = 2 ** 31 - 1;

export const endExpired: Plugin<Context> = {
  onSubscribe: ({ args }) => ({
    onSubscribeResult({ result, setResult }) {
      if (Symbol.asyncIterator in result) setResult(untilExpiry(result, args.contextValue.authentication) as never);
    },
  }),
};

/** The same stream, which throws once the identity that asked for it no longer holds; then its source has ended. */
export function untilExpiry<T>(stream: T, { expiresAt }: Pick<Authentication, 'expiresAt'>): T {
  if (expiresAt === null || !isStream(stream)) return stream;
  return new ExpiringStream(stream[Symbol.asyncIterator](), expiresAt) as T;
}

const isStream = (value: unknown): value is Results =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

class ExpiringStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<ExecutionResult>;
  readonly #expiresAt: number;
  #timer: NodeJS.Timeout | undefined;
  #isExpired = false;
  #isTold = false;
  /** Rejects the pending read. */
  #expire: () => void = () => undefined;

  constructor(source: AsyncIterator<ExecutionResult>, expiresAt: number) {
    this.#source = source;
    this.#expiresAt = expiresAt;
    this.#wait();
  }

  #wait(): void {
    const leftMs = this.#expiresAt - Date.now();
    if (leftMs > 0) {
      this.#timer = setTimeout(() => this.#wait(), Math.min(leftMs, maxTimerMs)).unref();
      return;
    }
    this.#isExpired = true;
    this.#expire();
    // Whether it can be stopped well has nobody to tell: its reader has its error.
    this.#source.return?.().catch(() => undefined);
  }

  next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#isTold) return this.return();
    return new Promise((resolve, reject) => {
      this.#expire = () => {
        this.#isTold = true;
        reject(unauthenticated(expiredMessage));
      };
      if (this.#isExpired) return this.#expire();
      this.#source.next().then(
        (result) => {
          this.#expire = () => undefined;
          if (result.done === true) clearTimeout(this.#timer);
          resolve(result);
        },
        (error: unknown) => {
          // What has failed is over, and would be held by its timer until it expires.
          clearTimeout(this.#timer);
          reject(error);
        },
      );
    });
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    clearTimeout(this.#timer);
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
