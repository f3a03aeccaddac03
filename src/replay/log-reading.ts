/** Reading a product's log into its replay log. */
import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { type Backup, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { LogBuffer } from './log-buffer.ts';

const reading = new WeakMap<LogBuffer, Promise<void>>();

/**
 * One read of the product's log into the buffer. Reads of one buffer go one after the other: a window that was read
 * earlier and joined later would look like a gap.
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
    // A log that is numbered goes on after what we know; otherwise all of it is needed to find our place again.
    const read = await readLog.call(provider, backup, { offset: buffer.knownFromStart ?? 0, limit: null }, signal);
    buffer.add(read);
    // The product deleted the log at its end: lines after the last read, if there were any, are lost.
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
    throw new GatewayError('PROVIDER_TIMEOUT', 'Every client that asked for this log has gone.', { cause: error });
  }
}
