/** Reading a product's log into its replay log. */
import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { type Backup, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { Lease } from '../storage/leases.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { LogBuffers } from './log-buffers.ts';

const reading = new WeakMap<LogBuffer, Promise<unknown>>();

export interface LogReadOptions {
  readonly buffers: LogBuffers;
  readonly provider: Provider;
  readonly backup: Backup;
  readonly signal: AbortSignal;
  /** Of several gateways: the right to poll the backup. */
  readonly lease?: Lease | null;
  /** See `LogBuffers.change`. */
  readonly orAlone?: boolean;
}

/**
 * Reads the product's log once into the buffer, and returns it. Reads into one buffer run one after another: a window read
 * earlier but joined later would look like a gap.
 */
export async function readLogInto(
  buffer: LogBuffer,
  { buffers, provider, backup, signal, ...options }: LogReadOptions,
): Promise<LogBuffer> {
  const { readLog } = provider;
  if (!readLog) return buffer;
  const before = reading.get(buffer) ?? Promise.resolve();
  const turn = before.then(() =>
    buffers.change(
      backup,
      buffer,
      async (known) => {
        signal.throwIfAborted();
        // A numbered log is read after the known lines. Otherwise all of it is needed to find the known lines in it.
        const read = await readLog.call(provider, backup, { offset: known.knownFromStart ?? 0, limit: null }, signal);
        known.add(read);
        // The product deleted the log when the backup ended: lines written after the last read are lost.
        if (read.state === 'discarded' && isSettled(backup)) known.addLostEnd();
      },
      options,
    ),
  );
  reading.set(
    buffer,
    turn.catch(() => undefined),
  );
  try {
    return await untilAborted(turn, signal);
  } catch (error) {
    if (!signal.aborted || error instanceof GatewayError) throw error;
    throw new GatewayError('PROVIDER_TIMEOUT', 'All clients that requested this log have disconnected.', {
      cause: error,
    });
  }
}
