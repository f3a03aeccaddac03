/**
 * Cuts answers that nobody reads: an event stream whose client has stopped would keep its place and its buffer for as
 * long as the connection lives. The time-out of the HTTP server does not do it, as yoga switches that off for streams.
 */
import type { ServerResponse } from 'node:http';

interface Seen {
  readonly takenBytes: number;
  readonly sinceMs: number;
}

/** Gives back how to stop looking. */
export function cutSlowResponses(open: ReadonlySet<ServerResponse>, slowMs: number): () => void {
  const seen = new WeakMap<ServerResponse, Seen>();
  const look = (): void => {
    const nowMs = performance.now();
    for (const response of open) {
      const waitingBytes = response.writableLength;
      // Something was taken, or there was nothing to take: the time starts anew.
      const takenBytes = (response.socket?.bytesWritten ?? 0) - waitingBytes;
      const before = seen.get(response);
      if (waitingBytes === 0 || before?.takenBytes !== takenBytes) seen.set(response, { takenBytes, sinceMs: nowMs });
      else if (nowMs - before.sinceMs >= slowMs) response.destroy();
    }
  };
  const timer = setInterval(look, slowMs / 4).unref();
  return () => clearInterval(timer);
}
