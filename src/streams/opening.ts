/**
 * Opens a stream. If its provider is unavailable, the stream starts with a Stalled event and resumes after recovery.
 */
import type { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { keepsStreamOpen } from '../polling/backoff.ts';
import type { Hub } from '../polling/hub.ts';
import { done, pullStream } from '../polling/pull.ts';
import type { Stalled } from '../replay/stream-events.ts';

export interface OpenOptions {
  readonly provider: string;
  /** Cursor of the Stalled event. */
  readonly cursor: string;
  readonly retryMs: number;
  /** When the hub is closed, a waiting stream ends with the hub's error. */
  readonly hub: Pick<Hub, 'closed'>;
  readonly signal: AbortSignal;
}

/**
 * Opens the stream. Rejects with errors that a retry does not resolve. Otherwise yields one Stalled event and retries
 * every `retryMs` with jitter, or after the `retryAfterSeconds` of the error if that is longer.
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
  let isStallSent = false;
  let isPaused = true;
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;

  function pause(error: GatewayError): void {
    isPaused = true;
    timer = setTimeout(
      () => {
        isPaused = false;
        wake();
      },
      Math.max(jittered(retryMs), (error.retryAfterSeconds ?? 0) * 1000 + Math.random() * retryMs),
    );
  }

  return pullStream<T | Stalled>({
    async next(signal) {
      if (!isStallSent) {
        isStallSent = true;
        pause(stalled.problem.error);
        return stalled;
      }
      if (hub.closed) throw hub.closed;
      if (isPaused) return null;
      try {
        inner ??= await open(signal);
      } catch (error) {
        if (!keepsStreamOpen(error)) throw error;
        pause(error);
        return null;
      }
      // The reader left while the stream was opened, so `close` could not end it.
      if (signal.aborted) await inner.return?.();
      const { done: isOver, value } = await inner.next();
      return isOver ? done : (value as T);
    },
    onChange(changed) {
      wake = changed;
      return () => clearTimeout(timer);
    },
    close: () => void inner?.return?.(),
  });
}

/** Adds 50 % jitter either way, so that streams that failed together do not retry together. */
export const jittered = (ms: number): number => ms * (0.5 + Math.random());
