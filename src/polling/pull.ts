/**
 * Streams that are pulled: a reader asks for the next event, and nothing is queued for it meanwhile. A client that
 * stops reading therefore costs its position and no memory. It is an iterator made by hand, since an
 * `async function*` that waits in `await` does not hear `return()` until the wait is over.
 */
export interface PullSource<T> {
  /**
   * The next event; `null` where there is none yet, and then `onChange` says when to look again. `done` ends the
   * stream. The signal aborts when the reader has gone.
   */
  readonly next: (signal: AbortSignal) => T | null | typeof done | Promise<T | null | typeof done>;
  /** Calls `changed` whenever `next` may have something new; gives back how to stop. */
  readonly onChange: (changed: () => void) => () => void;
  /** The reader has gone, or the stream has ended: called once. */
  readonly close: () => void;
}

export const done: unique symbol = Symbol('done');

export function pullStream<T>(source: PullSource<T>): AsyncIterableIterator<T> {
  const gone = new AbortController();
  /** Wakes a waiting `next()`; it counts changes, so that one between looking and waiting is not missed. */
  let changes = 0;
  let wake: () => void = () => undefined;
  const stopListening = source.onChange(() => {
    changes++;
    wake();
  });
  let queue: Promise<unknown> = Promise.resolve();
  const ended: IteratorResult<T> = { done: true, value: undefined };

  function end(): void {
    if (gone.signal.aborted) return;
    gone.abort();
    stopListening();
    wake();
    source.close();
  }

  async function pull(): Promise<IteratorResult<T>> {
    while (!gone.signal.aborted) {
      const seen = changes;
      const event = await source.next(gone.signal);
      if (gone.signal.aborted) break;
      if (event === done) {
        end();
        break;
      }
      if (event !== null) return { done: false, value: event };
      if (changes === seen) await new Promise<void>((resolve) => (wake = resolve));
    }
    return ended;
  }

  /** Settles at once when the reader goes, whatever the source is still waiting for. */
  function whileHere(work: Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      const leave = () => resolve(ended);
      if (gone.signal.aborted) leave();
      gone.signal.addEventListener('abort', leave, { once: true });
      const fail = (error: unknown) => {
        // Before `end`, which would settle this as a quiet end. A failure after the reader went has no one to tell.
        reject(error);
        end();
      };
      work.then(resolve, fail).finally(() => gone.signal.removeEventListener('abort', leave));
    });
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const work = queue.then(pull);
      queue = work.catch(() => undefined);
      return whileHere(work);
    },
    return() {
      end();
      return Promise.resolve(ended);
    },
    throw(error) {
      end();
      return Promise.reject(error);
    },
  };
}
