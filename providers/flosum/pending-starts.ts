/** Waiting that ends with the caller's signal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilAborted } from '../../src/core/deadline.ts';
import { GatewayError } from '../../src/core/errors.ts';

/** Shared work: a caller that aborts leaves it to the others. Throws only what the work threw, or a GatewayError. */
export async function shared<T>(provider: string, work: Promise<T>, signal: AbortSignal): Promise<T> {
  return untilAborted(work, signal).catch((error: unknown) => {
    throw signal.aborted && error === signal.reason ? ended(provider, signal) : error;
  });
}

/** Throws where nobody waits any more, before anything is asked. */
export function throwIfEnded(provider: string, signal: AbortSignal): void {
  if (signal.aborted) throw ended(provider, signal);
}

function ended(provider: string, { reason: cause }: AbortSignal): GatewayError {
  if (cause instanceof GatewayError) return cause;
  return new GatewayError('PROVIDER_TIMEOUT', `The request ended before ${provider} answered.`, { cause });
}

/** False where the signal aborted first. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** One after the other for each key. A caller that aborts while waiting leaves the queue without delaying the others. */
export function createTurns(provider: string) {
  const last = new Map<string, Promise<void>>();
  return async <T>(key: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const before = last.get(key) ?? Promise.resolve();
    let leave = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const line = before.then(() => mine);
    last.set(key, line);
    try {
      await shared(provider, before, signal);
      return await work();
    } finally {
      leave();
      void line.then(() => {
        if (last.get(key) === line) last.delete(key);
      });
    }
  };
}
