/** The log of a backup that has ended, as its watchers are told it. */

import { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { LogRead, Problem, Provider } from '../core/provider.ts';
import { keepsStreamOpen } from '../polling/backoff.ts';
import type { Hub } from '../polling/hub.ts';
import { done, pullStream } from '../polling/pull.ts';
import { BufferReader, maxLinesInEvent } from '../replay/buffer-reader.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { encodeLogCursor } from '../replay/log-cursor.ts';
import type { LogPosition, NumberedLine } from '../replay/log-parts.ts';
import type { Gap, Lines, LogEvent, Stalled } from '../replay/stream-events.ts';

/** Times that a product may say that there is more, and give none of it, before that is an error. */
const maxEmptyPages = 5;

/**
 * Read from the product page by page, as the client reads. Where the product keeps none, what our replay log holds of
 * it. `retryMs` is between tries while the provider does not answer.
 */
export function storedLog(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  after: LogPosition | null,
  retryMs: number,
): AsyncIterableIterator<LogEvent> {
  const source = new StoredLog(hub, provider, backup, after, retryMs);
  return pullStream<LogEvent>({
    next: (signal) => source.next(signal),
    onChange: (changed) => source.onRested(changed),
    close: () => undefined,
  });
}

class StoredLog {
  readonly #hub: Hub;
  readonly #provider: Provider;
  readonly #backup: Backup;
  readonly #retryMs: number;
  /** Set where our own replay log is told rather than the product's. */
  #replay: BufferReader | null = null;
  /** A place that only our replay log knows, which the reader goes on from. */
  #place: LogPosition | null = null;
  /** Lines that the reader has, counted from the first. */
  #offset: number;
  /** Events that are due before anything is read. */
  readonly #due: LogEvent[] = [];
  #state: 'reading' | 'read' | 'over' = 'reading';
  #emptyPages = 0;
  #stalledSince: number | null = null;
  #isResting = false;
  #timer: NodeJS.Timeout | undefined;
  #ring: () => void = () => undefined;

  constructor(hub: Hub, provider: Provider, backup: Backup, after: LogPosition | null, retryMs: number) {
    this.#hub = hub;
    this.#provider = provider;
    this.#backup = backup;
    this.#retryMs = retryMs;
    this.#offset = after?.epoch === null ? after.seq : 0;
    if (after === null || after.epoch === null) return;
    if (hub.bufferOf(backup)?.locate(after) != null) this.#place = after;
    else this.#due.push(this.#gap({ fromLine: null, toLine: null, reason: 'RESTARTED' }));
  }

  onRested(changed: () => void): () => void {
    this.#ring = changed;
    return () => clearTimeout(this.#timer);
  }

  async next(signal: AbortSignal): Promise<LogEvent | typeof done | null> {
    if (this.#state === 'over') return done;
    const due = this.#due.shift() ?? this.#replay?.next();
    if (due) return due;
    if (this.#isResting) return null;
    if (this.#hub.closed) throw this.#hub.closed;
    if (this.#state === 'reading' && !this.#replay) {
      try {
        const event = await (this.#place ? this.#goOn(this.#place, signal) : this.#readOn(signal));
        if (event || this.#isResting) return event;
      } catch (error) {
        return this.#stall(error);
      }
    }
    this.#state = 'over';
    return { type: 'finished', cursor: this.#cursor, backup: this.#backup };
  }

  /** A reader that left before the end gets what our replay log holds, brought up to date. */
  async #goOn(place: LogPosition, signal: AbortSignal): Promise<LogEvent | null> {
    const known = this.#hub.bufferOf(this.#backup);
    const buffer = known?.hasEnd ? known : await this.#hub.refreshBuffer(this.#provider, this.#backup, signal);
    this.#stalledSince = null;
    return this.#tell(buffer, place);
  }

  async #readOn(signal: AbortSignal): Promise<LogEvent | null> {
    const query = { offset: this.#offset, limit: maxLinesInEvent };
    const read = await this.#provider.readLog?.(this.#backup, query, signal);
    this.#stalledSince = null;
    if (!read || read.state === 'discarded') return this.#tellReplay();
    // Nobody knows where its lines were: they are joined to those that we saw, which gives each of them a place.
    if (read.firstNumber === null) return this.#tell(this.#hub.joinRead(this.#backup, read), this.#known());
    if (!read.hasMore) this.#state = 'read';
    const event = this.#toLines(read, read.firstNumber);
    if (event) this.#emptyPages = 0;
    else if (read.hasMore) this.#waitForMore();
    return event;
  }

  /** The product keeps no log: what we saw of it, and that the rest is missing. */
  #tellReplay(): LogEvent | null {
    this.#state = 'read';
    const buffer = this.#hub.bufferOf(this.#backup);
    if (!buffer) return this.#gap({ fromLine: this.#offset + 1, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
    this.#hub.noteLostEnd(this.#backup, buffer);
    return this.#tell(buffer, this.#known());
  }

  #known(): LogPosition | null {
    return this.#offset === 0 ? null : { epoch: null, seq: this.#offset };
  }

  #tell(buffer: LogBuffer, after: LogPosition | null): LogEvent | null {
    this.#state = 'read';
    this.#replay = new BufferReader(buffer, this.#backup, after);
    return this.#replay.next();
  }

  /** Lines by their numbers: those that the reader has are left out, those that are not there are a gap before the others. */
  #toLines(read: LogRead, firstNumber: number): LogEvent | null {
    const offset = this.#offset;
    const lines = read.lines.slice(Math.max(0, offset + 1 - firstNumber));
    if (lines.length === 0) return null;
    const first = Math.max(firstNumber, offset + 1);
    this.#offset = first - 1;
    const gap =
      first > offset + 1 ? this.#gap({ fromLine: offset + 1, toLine: first - 1, reason: 'UPSTREAM_TRUNCATED' }) : null;
    const event = this.#toEvent(lines.map((line, index) => ({ ...line, number: first + index })));
    if (!gap) return event;
    this.#due.push(event);
    return gap;
  }

  #toEvent(lines: readonly NumberedLine[]): Lines {
    this.#offset += lines.length;
    return { type: 'lines', cursor: this.#cursor, lines };
  }

  /** There is more, and none came: it is asked again, and not for ever. */
  #waitForMore(): void {
    this.#state = 'reading';
    if (++this.#emptyPages >= maxEmptyPages) {
      const message = `${this.#provider.name} says that its log has more lines, and gives none of them.`;
      throw new GatewayError('PROVIDER_INVALID_RESPONSE', message);
    }
    this.#rest(this.#retryMs);
  }

  #stall(error: unknown): Stalled | null {
    if (!keepsStreamOpen(error) || this.#emptyPages >= maxEmptyPages) throw error;
    this.#rest(Math.max(this.#retryMs, (error.retryAfterSeconds ?? 0) * 1000));
    if (this.#stalledSince !== null) return null;
    const since = now();
    this.#stalledSince = since;
    const problem: Problem = { provider: this.#provider.name, entityId: null, error };
    return { type: 'stalled', cursor: this.#cursor, since, problem };
  }

  /** Also a reader that asks again at once waits until then. */
  #rest(ms: number): void {
    this.#isResting = true;
    this.#timer = setTimeout(() => {
      this.#isResting = false;
      this.#ring();
    }, ms);
  }

  #gap(gap: Gap['gap']): Gap {
    return { type: 'gap', cursor: this.#cursor, gap };
  }

  get #cursor(): string {
    if (this.#replay) return this.#replay.cursor;
    return encodeLogCursor(this.#backup, this.#place ?? { epoch: null, seq: this.#offset });
  }
}
