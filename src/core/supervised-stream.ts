/**
 * A stream with everything that ends with it, such as a slot that is released, and a way to end it early with an error. One
 * object for each stream, however many parts of the gateway watch over it: there are thousands of streams.
 */
export class SupervisedStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: AsyncIterator<T>;
  readonly #onEnd: (() => void)[] = [];
  #isOver = false;
  /** The reader has not got it yet. */
  #failure: { readonly error: unknown } | null = null;
  /** Rejects the read that waits. */
  #interrupt: ((error: unknown) => void) | null = null;

  private constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  /** The same object where the stream is supervised already. */
  static of<T>(stream: AsyncIterable<T>): SupervisedStream<T> {
    return stream instanceof SupervisedStream
      ? (stream as SupervisedStream<T>)
      : new SupervisedStream(stream[Symbol.asyncIterator]());
  }

  /** Calls `work` once: when the source ends or fails, when the reader leaves, or after `fail`. */
  onEnd(work: () => void): void {
    if (this.#isOver) work();
    else this.#onEnd.push(work);
  }

  /** The read that waits rejects with `error`, or else the next one; then the stream is over. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    if (this.#interrupt) this.#interrupt(error);
    else this.#failure = { error };
    this.#end();
    // Whether the source can be stopped has nobody to tell: its reader has an error.
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
