/** Reading a product's log into its replay log. */
import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { type Backup, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { LogBuffer } from './log-buffer.ts';

const reading = new WeakMap<LogBuffer, Promise<void>>();

/**
 * Reads the product's log once into the buffer. Reads into one buffer run one after another: a window read earlier but
 * joined later would look like a gap.
 */
export async function readLogInto(
  buffer: LogBuffer,
  provider: Provider,
  backup: Backup,
  signal: AbortSignal,
): Promise<void> {
  const { readLog } = provider;
  if (!readLog) return;
  const turn = (reading.get(buffer) ?? Promise.resolve()).then(async () => {
    signal.throwIfAborted();
    // A numbered log is read after the known lines. Otherwise all of it is needed to find the known lines in it.
    const read = await readLog.call(provider, backup, { offset: buffer.knownFromStart ?? 0, limit: null }, signal);
    buffer.add(read);
    // The product deleted the log when the backup ended: lines written after the last read are lost.
    if (read.state === 'discarded' && isSettled(backup)) buffer.addLostEnd();
  });
  reading.set(
    buffer,
    turn.catch(() => undefined),
  );
  try {
    await untilAborted(turn, signal);
  } catch (error) {
    if (!signal.aborted || error instanceof GatewayError) throw error;
    throw new GatewayError('PROVIDER_TIMEOUT', 'All clients that requested this log have disconnected.', {
      cause: error,
    });
  }
}
