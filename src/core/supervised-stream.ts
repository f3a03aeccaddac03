/** A stream that calls work at its end, and can be ended early with an error. */
export interface Supervised<T> extends AsyncIterableIterator<T, undefined> {
  /** Calls `work` once: when the stream ends or fails, when the reader leaves, or after `fail`; at once if it has ended. */
  onEnd(work: () => void): void;
  /** Rejects the pending read, or else the next one, with `error`; then the stream ends. */
  fail(error: unknown): void;
}

/**
 * A stream with cleanup work that runs at its end, such as the release of a slot, and a way to end it early with an
 * error. Several parts of the gateway share one object for each stream, since there are thousands of streams.
 */
export class SupervisedStream<T> implements Supervised<T> {
  readonly #source: AsyncIterator<T>;
  readonly #onEnd: (() => void)[] = [];
  #isOver = false;
  /** The error that the reader has not received yet. */
  #failure: { readonly error: unknown } | null = null;
  /** Rejects the pending read. */
  #interrupt: ((error: unknown) => void) | null = null;

  private constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  /** Returns the same object if the stream is already supervised. */
  static of<T>(stream: AsyncIterable<T>): Supervised<T> {
    return 'onEnd' in stream && 'fail' in stream
      ? (stream as Supervised<T>)
      : new SupervisedStream(stream[Symbol.asyncIterator]());
  }

  onEnd(work: () => void): void {
    if (this.#isOver) work();
    else this.#onEnd.push(work);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    if (this.#interrupt) this.#interrupt(error);
    else this.#failure = { error };
    this.#end();
    // A failure to stop the source is ignored: its reader already has an error.
    this.#source.return?.().catch(() => undefined);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#failure) {
      const { error } = this.#failure;
      this.#failure = null;
      return Promise.reject(error);
    }
    if (this.#isOver) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      this.#source.next().then(
        (result) => {
          this.#interrupt = null;
          if (result.done === true) this.#end();
          resolve(result.done === true ? ended : result);
        },
        (error: unknown) => {
          this.#interrupt = null;
          this.#end();
          reject(error);
        },
      );
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    await this.#source.return?.();
    return ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#isOver = true;
    for (const work of this.#onEnd.splice(0)) work();
  }
}

const ended = { done: true, value: undefined } as const;
