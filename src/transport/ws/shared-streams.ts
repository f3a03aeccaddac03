/**
 * One run of a subscription for all who asked for exactly the same: the same document and variables, by the same
 * viewer, at the same origin. A client that joins gets the newest result at once and then each that follows; one who is slow
 * skips to the newest. That is only right for streams whose newest result says everything, as progress does.
 */
import type { ExecutionResult } from 'graphql';
import { outsideRequests } from '../../core/request-scope.ts';
import type { Stop } from '../../core/stop.ts';
import type { Supervised } from '../../core/supervised-stream.ts';
import type { Viewer } from '../../core/viewer.ts';

type Results = AsyncIterator<ExecutionResult, void>;
/** Of a subscription that could not begin, there is one result. */
type Opened = ExecutionResult | AsyncIterable<ExecutionResult>;

/** What makes two operations the same; nothing else may matter to a result. */
export interface ShareKey {
  /** The whole of it: the same person may see less with another token. */
  readonly viewer: Viewer;
  readonly origin: string;
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: unknown;
}

export interface SharedStreams {
  /** `open` runs once for all; its signal aborts when the last of them has left. */
  join(key: ShareKey, open: (signal: AbortSignal) => Promise<Opened>, stop: Stop): Promise<Opened>;
  /** Subscriptions that run now. */
  readonly size: number;
}

export function createSharedStreams(): SharedStreams {
  const runs = new Map<string, Run>();
  return {
    async join({ viewer, origin, query, operationName, variables }, open, stop) {
      const key = JSON.stringify([viewer, origin, query, operationName, variables]);
      let run = runs.get(key);
      if (!run) {
        const created: Run = new Run(open, () => {
          if (runs.get(key) === created) runs.delete(key);
        });
        runs.set(key, created);
        run = created;
      }
      return run.join(stop);
    },
    get size() {
      return runs.size;
    },
  };
}

class Run {
  readonly #controller = new AbortController();
  readonly #onEnd: () => void;
  readonly #opened: Promise<Opened>;
  readonly #readers = new Set<Reader>();
  #source: Results | null = null;
  newest: ExecutionResult | null = null;
  /** Counts the results. */
  version = 0;
  end: { readonly error: unknown } | 'complete' | null = null;

  /** `onEnd`: a client that comes later needs another run. */
  constructor(open: (signal: AbortSignal) => Promise<Opened>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#opened = open(this.#controller.signal);
    this.#opened.then(
      // It goes on for the others when the client that began it has left.
      (opened) => (isIterable(opened) ? outsideRequests(() => this.#pump(opened)) : onEnd()),
      () => onEnd(),
    );
  }

  async join(stop: Stop): Promise<Opened> {
    const reader = new Reader(this);
    this.#readers.add(reader);
    // The reader may go before there is anything to read.
    stop.onStop(() => reader.leave());
    const opened = await this.#opened;
    return isIterable(opened) ? reader : opened;
  }

  async #pump(stream: AsyncIterable<ExecutionResult>): Promise<void> {
    this.#source = stream[Symbol.asyncIterator]();
    // Everybody may have left while it was opened, and then nobody is there to end it.
    if (this.#controller.signal.aborted) await this.#source.return?.();
    try {
      for (;;) {
        const { done, value } = await this.#source.next();
        if (done === true) break;
        this.newest = value;
        this.version++;
        this.#wake();
      }
      this.end = 'complete';
    } catch (error) {
      this.end = { error };
    }
    this.#onEnd();
    this.#wake();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#onEnd();
    this.#controller.abort();
    // Its failure to stop has nobody to tell.
    this.#source?.return?.().catch(() => undefined);
  }
}

type Told = IteratorResult<ExecutionResult, undefined>;

/** One who joined; as little as can be, since there are thousands. */
class Reader implements Supervised<ExecutionResult> {
  readonly #run: Run;
  #seen = 0;
  #isOver = false;
  /** The error that has not been told yet. */
  #failure: { readonly error: unknown } | null = null;
  #onEnd: readonly (() => void)[] = [];
  #waiting: { resolve: (result: Told) => void; reject: (error: unknown) => void } | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  onEnd(work: () => void): void {
    if (this.#isOver) work();
    else this.#onEnd = [...this.#onEnd, work];
  }

  next(): Promise<Told> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.wake();
    });
  }

  /** Settles a pending read with what there is. */
  wake(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const { newest, version, end } = this.#run;
    if (!this.#isOver && newest && version > this.#seen) {
      this.#waiting = null;
      this.#seen = version;
      waiting.resolve({ done: false, value: newest });
    } else if (this.#isOver) {
      const failure = this.#failure;
      this.#failure = null;
      this.#waiting = null;
      if (failure) waiting.reject(failure.error);
      else waiting.resolve(ended);
    } else if (end === 'complete') this.leave();
    else if (end !== null) this.fail(end.error);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = { error };
    this.leave();
  }

  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.wake();
    this.#run.leave(this);
    const works = this.#onEnd;
    this.#onEnd = [];
    for (const work of works) work();
  }

  return(): Promise<Told> {
    this.leave();
    return Promise.resolve(ended);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const ended = { done: true, value: undefined } as const;

const isIterable = (opened: Opened): opened is AsyncIterable<ExecutionResult> => Symbol.asyncIterator in opened;
