/**
 * Pull-based streams: the reader requests each event, and no events are queued for it. A slow client therefore costs a
 * position but no memory. The iterator is written by hand, since an `async function*` that waits in `await` does not
 * handle `return()` until the wait is over.
 */
export interface PullSource<T> {
  /**
   * Returns the next event; null if there is none yet, in which case `onChange` signals when to call again. `done` ends
   * the stream. The signal aborts when the reader has left.
   */
  readonly next: (signal: AbortSignal) => T | null | typeof done | Promise<T | null | typeof done>;
  /** Calls `changed` whenever `next` may have a new event. Returns a function that removes the listener. */
  readonly onChange: (changed: () => void) => () => void;
  /** Called once, when the reader has left or the stream has ended. */
  readonly close: () => void;
}

export const done: unique symbol = Symbol('done');

export function pullStream<T>(source: PullSource<T>): AsyncIterableIterator<T> {
  const gone = new AbortController();
  /** Counts changes, so that a change between reading and waiting is not missed. */
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

  /** Settles at once when the reader leaves, even while the source still waits. */
  function whileHere(work: Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      const leave = () => resolve(ended);
      if (gone.signal.aborted) leave();
      gone.signal.addEventListener('abort', leave, { once: true });
      const fail = (error: unknown) => {
        // Before `end`, which would resolve this promise. A failure after the reader has left is ignored.
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
