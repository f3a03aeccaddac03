/**
 * A download reads ahead of its reader, into a bounded buffer, so that the connection to the product is free as soon as
 * the product has sent everything. A reader that lets the buffer fill up and stay full is cut.
 */
import { GatewayError } from '../core/errors.ts';

export interface ReadAheadOptions {
  /** The configured name, for messages. */
  readonly provider: string;
  readonly maxBytes: number;
  /** Longest time that the reader may take nothing from a full buffer. If others wait, longest time in all that it is full. */
  readonly stallMs: number;
  /** Aborts when the reader has gone. */
  readonly signal: AbortSignal;
  /** Others wait for the connection. */
  readonly isAwaited: () => boolean;
  /** Closes the connection: nothing more is read. */
  readonly stop: (reason: unknown) => void;
  /** Called once, when nothing more comes. */
  readonly onEnd: () => void;
}

/** Starts to read the source at once, before its first reader. */
export function readAhead(source: AsyncIterable<Uint8Array>, options: ReadAheadOptions): AsyncIterable<Uint8Array> {
  const { provider, maxBytes, stallMs, signal, isAwaited, stop, onEnd } = options;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let takes = 0;
  let end: { readonly error: unknown } | null = null;
  let blockedMs = 0;
  let wake: () => void = () => undefined;

  /** Wakes the side that waits. */
  const changed = () => {
    const woken = wake;
    wake = () => undefined;
    woken();
  };

  const untilChanged = (ms: number | null): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(() => resolve(), ms);
      const before = wake;
      wake = () => {
        clearTimeout(timer);
        before();
        resolve();
      };
    });

  async function untilRoom(): Promise<void> {
    let takenAt = performance.now();
    while (bytes > maxBytes && end === null) {
      const [takesBefore, beganAt] = [takes, performance.now()];
      await untilChanged(stallMs / 4);
      signal.throwIfAborted();
      const now = performance.now();
      blockedMs += now - beganAt;
      if (takes !== takesBefore) takenAt = now;
      if (now - takenAt >= stallMs || (isAwaited() && blockedMs >= stallMs)) throw tooSlow(provider);
    }
  }

  async function pump(): Promise<void> {
    let error: unknown = null;
    try {
      for await (const chunk of source) {
        chunks.push(chunk);
        bytes += chunk.length;
        changed();
        if (bytes > maxBytes) await untilRoom();
        if (end !== null) break;
      }
    } catch (thrown) {
      error = thrown;
      stop(thrown);
    }
    end ??= { error };
    signal.removeEventListener('abort', changed);
    onEnd();
    changed();
  }

  signal.addEventListener('abort', changed);
  void pump();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        for (;;) {
          const chunk = chunks.shift();
          if (chunk) {
            bytes -= chunk.length;
            takes++;
            changed();
            return { done: false, value: chunk };
          }
          if (end?.error) throw end.error;
          if (end) return { done: true, value: undefined };
          await untilChanged(null);
        }
      },
      return() {
        end ??= { error: null };
        chunks.length = 0;
        stop(new DOMException('The reader of the download has gone.', 'AbortError'));
        changed();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

const tooSlow = (provider: string) =>
  new GatewayError('RATE_LIMITED', `The download from ${provider} was read too slowly: ask for it again.`, {
    retryAfterSeconds: 1,
  });
