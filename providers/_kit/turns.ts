/** Commands that a product takes only one at a time. */

/** Waits for the command before this one; rejects if the signal aborts first. */
type Wait = (before: Promise<void>, signal: AbortSignal) => Promise<void>;

/**
 * Runs the work of each key one after the other, in the order of the calls. A caller whose signal aborts while it waits
 * leaves the queue without delaying the others; work that has begun is not aborted.
 */
export function createTurns(wait: Wait) {
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
      await wait(before, signal);
      return await work();
    } finally {
      leave();
      void line.then(() => {
        if (last.get(key) === line) last.delete(key);
      });
    }
  };
}
