/** Receives one answer of a product whole, straight from undici's parser: without a stream unless it is compressed. */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { GatewayError } from '../core/errors.ts';
import type { Stop } from '../core/stop.ts';
import { type Answer, readText, tooLarge, tooSlow, toText } from './answer.ts';
import type { ResponseHeaders } from './contract.ts';
import { isEncoded } from './decoding.ts';
import type { Progress } from './failure.ts';

export interface AnswerLimits {
  readonly provider: string;
  /** Largest body of a success. */
  readonly maxBytes: number;
  /** Largest body of any other answer. */
  readonly maxRefusalBytes: number;
  /** How long the body may take. */
  readonly bodyMs: number;
}

type Controller = Dispatcher.DispatchController;

/** Resolves with an answer once it has a head and its body has ended, also where the body failed: reading it throws then. */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #progress: Progress & { isSent: boolean; status: number };
  readonly #stop: Stop;
  readonly #limits: AnswerLimits;
  readonly #cut = () => this.#fail(this.#stop.reason);
  #resolve!: (answer: Answer) => void;
  #reject!: (error: unknown) => void;
  #controller: Controller | null = null;
  #isOver = false;
  #headers: ResponseHeaders | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #maxBytes = 0;
  #endsAt = Number.POSITIVE_INFINITY;
  /** The body of a compressed answer. */
  #encoded: Readable | null = null;

  constructor(progress: Progress & { isSent: boolean; status: number }, stop: Stop, limits: AnswerLimits) {
    this.#progress = progress;
    this.#stop = stop;
    this.#limits = limits;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    stop.onStop(this.#cut);
  }

  /** Just before the request is written. One that ended while it waited for a connection is not sent. */
  onRequestStart(controller: Controller): void {
    if (this.#isOver) controller.abort(new Error('The call has ended.'));
    else this.#progress.isSent = true;
    this.#controller = controller;
  }

  onResponseStart(_: Controller, status: number, headers: ResponseHeaders): void {
    if (status < 200) return;
    const { maxBytes, maxRefusalBytes, bodyMs } = this.#limits;
    this.#progress.status = status;
    this.#headers = headers;
    this.#maxBytes = status <= 299 ? maxBytes : maxRefusalBytes;
    this.#endsAt = performance.now() + bodyMs;
    if (Number(headers['content-length'] ?? 0) > this.#maxBytes) this.#fail(this.#tooLarge());
    else if (isEncoded(headers)) this.#startDecoding(status, headers);
  }

  #startDecoding(status: number, headers: ResponseHeaders): void {
    const body = new Readable({
      read: () => undefined,
      destroy: (error, done) => {
        this.#fail(error ?? new Error('The rest of the answer is not needed.'));
        done(error);
      },
    });
    // Undici reports a failure to this class, and nobody may read the body of a refusal: an error without a listener ends
    // the process.
    this.#encoded = body.on('error', () => undefined);
    const limits = { provider: this.#limits.provider, maxBytes: this.#maxBytes, endsAt: this.#endsAt };
    this.#resolve({ statusCode: status, headers, readText: () => readText({ headers, body }, limits) });
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#fail(this.#tooLarge());
    else if (performance.now() > this.#endsAt) this.#fail(tooSlow(this.#limits.provider));
    else if (this.#encoded) this.#encoded.push(chunk);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    if (this.#encoded) this.#encoded.push(null);
    else this.#settle(() => this.#takeText());
  }

  onResponseError(_: Controller, error: Error): void {
    this.#fail(error);
  }

  #tooLarge(): GatewayError {
    return tooLarge(this.#limits.provider, this.#maxBytes);
  }

  /** Returns false if it was over already. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#stop.offStop(this.#cut);
    return true;
  }

  #fail(error: unknown): void {
    if (!this.#end()) return;
    this.#chunks = [];
    this.#encoded?.destroy(error as Error);
    if (this.#headers === null) this.#reject(error);
    else
      this.#settle(() => {
        throw error;
      });
    this.#controller?.abort(error instanceof Error ? error : new Error('The call has ended.', { cause: error }));
  }

  #settle(read: () => string): void {
    const headers = this.#headers as ResponseHeaders;
    this.#resolve({ statusCode: this.#progress.status, headers, bytes: this.#bytes, readText: read });
  }

  /** The bytes are not needed any longer. */
  #takeText(): string {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [];
    return toText(bytes);
  }
}
