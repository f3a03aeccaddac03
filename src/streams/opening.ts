/** A stream whose backup cannot be read yet, since its provider is away: it says so, and begins when that is back. */
import type { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { keepsStreamOpen } from '../polling/backoff.ts';
import type { Hub } from '../polling/hub.ts';
import { done, pullStream } from '../polling/pull.ts';
import type { Stalled } from '../replay/stream-events.ts';

export interface OpenOptions {
  readonly provider: string;
  /** Of the event that says that the provider is away. */
  readonly cursor: string;
  readonly retryMs: number;
  /** Where it is closed, a stream that waits ends with the same error as the others. */
  readonly hub: Pick<Hub, 'closed'>;
  readonly signal: AbortSignal;
}

/**
 * Opens the stream at once where it can: it rejects where another try would not help. Otherwise it tells what is wrong
 * once, and tries again after about `retryMs`, or when the provider asked for that.
 */
export async function openStream<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterableIterator<T>>,
  { provider, cursor, retryMs, hub, signal }: OpenOptions,
): Promise<AsyncIterableIterator<T | Stalled>> {
  try {
    return await open(signal);
  } catch (error) {
    if (!keepsStreamOpen(error)) throw error;
    return openLater(
      open,
      { type: 'stalled', cursor, since: now(), problem: { provider, entityId: null, error } },
      retryMs,
      hub,
    );
  }
}

function openLater<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterableIterator<T>>,
  stalled: Stalled,
  retryMs: number,
  hub: Pick<Hub, 'closed'>,
): AsyncIterableIterator<T | Stalled> {
  let inner: AsyncIterableIterator<T> | null = null;
  let isTold = false;
  let isResting = true;
  let timer: NodeJS.Timeout | undefined;
  let ring: () => void = () => undefined;

  function rest(error: GatewayError): void {
    isResting = true;
    timer = setTimeout(
      () => {
        isResting = false;
        ring();
      },
      Math.max(jittered(retryMs), (error.retryAfterSeconds ?? 0) * 1000 + Math.random() * retryMs),
    );
  }

  return pullStream<T | Stalled>({
    async next(signal) {
      if (!isTold) {
        isTold = true;
        rest(stalled.problem.error);
        return stalled;
      }
      if (hub.closed) throw hub.closed;
      if (isResting) return null;
      try {
        inner ??= await open(signal);
      } catch (error) {
        if (!keepsStreamOpen(error)) throw error;
        rest(error);
        return null;
      }
      // The reader went while it was opened: `close` did not see it.
      if (signal.aborted) await inner.return?.();
      const { done: isOver, value } = await inner.next();
      return isOver ? done : (value as T);
    },
    onChange(changed) {
      ring = changed;
      return () => clearTimeout(timer);
    },
    close: () => void inner?.return?.(),
  });
}

/** Between a half more and a half less, so that many that failed together do not come back together. */
export const jittered = (ms: number): number => ms * (0.5 + Math.random());
