/** Reading a product's log into its replay log. */
import { untilAborted } from '../deadline.ts';
import { GatewayError } from '../errors.ts';
import { type Backup, isSettled } from '../model.ts';
import type { Provider } from '../provider.ts';
import type { LogBook } from './logbook.ts';

const reading = new WeakMap<LogBook, Promise<void>>();

/**
 * One read of the product's log into the book. Reads of one book go one after the other: a window that was read
 * earlier and joined later would look like a gap.
 */
export async function readLogInto(
  book: LogBook,
  provider: Provider,
  backup: Backup,
  signal: AbortSignal,
): Promise<void> {
  const { readLog } = provider;
  if (!readLog) return;
  const turn = (reading.get(book) ?? Promise.resolve()).then(async () => {
    signal.throwIfAborted();
    // A log that is numbered goes on after what we know; otherwise all of it is needed to find our place again.
    const read = await readLog.call(provider, backup, { offset: book.knownFromStart ?? 0, limit: null }, signal);
    book.add(read);
    // It was thrown away at the end: whatever came after our last look is lost, and maybe nothing was.
    if (read.state === 'discarded' && isSettled(backup)) book.addLostEnd();
  });
  reading.set(
    book,
    turn.catch(() => undefined),
  );
  try {
    await untilAborted(turn, signal);
  } catch (error) {
    if (!signal.aborted || error instanceof GatewayError) throw error;
    throw new GatewayError('PROVIDER_TIMEOUT', 'Whoever asked for this log has gone.', { cause: error });
  }
}
