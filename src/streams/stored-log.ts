/** Streams the log of a backup that has ended. */

import { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { observer } from '../core/observer.ts';
import type { LogRead, Problem, Provider } from '../core/provider.ts';
import { keepsStreamOpen } from '../polling/backoff.ts';
import type { Hub } from '../polling/hub.ts';
import { done, pullStream } from '../polling/pull.ts';
import { BufferReader, maxLinesInEvent } from '../replay/buffer-reader.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { encodeLogCursor } from '../replay/log-cursor.ts';
import type { LogPosition, NumberedLine } from '../replay/log-parts.ts';
import type { Gap, Lines, LogEvent, Stalled } from '../replay/stream-events.ts';

/** Consecutive empty pages of a log that has more lines before that is an error. */
const maxEmptyPages = 5;

/**
 * Reads the log from the product page by page, at the pace of the client. If the product stores no log, the replay log
 * is used. `retryMs`: pause between retries while the provider does not answer.
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
    onChange: (changed) => source.onResumed(changed),
    close: () => undefined,
  });
}

class StoredLog {
  readonly #hub: Hub;
  readonly #provider: Provider;
  readonly #backup: Backup;
  readonly #retryMs: number;
  /** Reader of the replay log; null while the product's log is read. */
  #replay: BufferReader | null = null;
  /** Position in the replay log that the client resumes from; null if it resumes from a line number. */
  #resumeFrom: LogPosition | null = null;
  /** The position to resume from, before it is known whether the replay log has it. */
  #toLocate: LogPosition | null;
  /** Number of lines, from the first, that the client has. */
  #offset: number;
  /** Events to yield before the next read. */
  readonly #due: LogEvent[] = [];
  #state: 'reading' | 'read' | 'over' = 'reading';
  #emptyPages = 0;
  #stalledSince: number | null = null;
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  constructor(hub: Hub, provider: Provider, backup: Backup, after: LogPosition | null, retryMs: number) {
    this.#hub = hub;
    this.#provider = provider;
    this.#backup = backup;
    this.#retryMs = retryMs;
    this.#offset = after?.epoch === null ? after.seq : 0;
    this.#toLocate = after === null || after.epoch === null ? null : after;
  }

  onResumed(changed: () => void): () => void {
    this.#wake = changed;
    return () => clearTimeout(this.#timer);
  }

  async next(signal: AbortSignal): Promise<LogEvent | typeof done | null> {
    if (this.#state === 'over') return done;
    if (this.#toLocate) await this.#locate(this.#toLocate);
    const due = this.#due.shift() ?? this.#replay?.next();
    if (due) return due;
    if (this.#isPaused) return null;
    if (this.#hub.closed) throw this.#hub.closed;
    if (this.#state === 'reading' && !this.#replay) {
      try {
        const event = await (this.#resumeFrom ? this.#resume(this.#resumeFrom, signal) : this.#readOn(signal));
        if (event || this.#isPaused) return event;
      } catch (error) {
        return this.#stall(error);
      }
    }
    this.#state = 'over';
    return { type: 'finished', cursor: this.#cursor, backup: this.#backup };
  }

  async #locate(after: LogPosition): Promise<void> {
    const buffer = await this.#hub.bufferOf(this.#backup);
    this.#toLocate = null;
    if (buffer?.locate(after) != null) this.#resumeFrom = after;
    else this.#due.push(this.#gap({ fromLine: null, toLine: null, reason: 'RESTARTED' }));
  }

  /** Resumes from the replay log, after it is updated from the product. */
  async #resume(place: LogPosition, signal: AbortSignal): Promise<LogEvent | null> {
    const known = await this.#hub.bufferOf(this.#backup);
    const buffer = known?.hasEnd ? known : await this.#hub.refreshBuffer(this.#provider, this.#backup, signal);
    this.#stalledSince = null;
    return this.#fromBuffer(buffer, place);
  }

  async #readOn(signal: AbortSignal): Promise<LogEvent | null> {
    const query = { offset: this.#offset, limit: maxLinesInEvent };
    const read = await this.#provider.readLog?.(this.#backup, query, signal);
    this.#stalledSince = null;
    if (!read || read.state === 'discarded') return this.#readReplay();
    // A window without line numbers is joined to the known lines, which gives each line a position.
    if (read.firstNumber === null) return this.#fromBuffer(await this.#hub.joinRead(this.#backup, read), this.#known());
    if (!read.hasMore) this.#state = 'read';
    const event = this.#toLines(read, read.firstNumber);
    if (event) this.#emptyPages = 0;
    else if (read.hasMore) this.#waitForMore();
    return event;
  }

  /** The product stores no log: yields the lines of the replay log and a gap for the rest. */
  async #readReplay(): Promise<LogEvent | null> {
    this.#state = 'read';
    const buffer = await this.#hub.bufferOf(this.#backup);
    if (!buffer) return this.#gap({ fromLine: this.#offset + 1, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
    return this.#fromBuffer(await this.#hub.noteLostEnd(this.#backup, buffer), this.#known());
  }

  #known(): LogPosition | null {
    return this.#offset === 0 ? null : { epoch: null, seq: this.#offset };
  }

  #fromBuffer(buffer: LogBuffer, after: LogPosition | null): LogEvent | null {
    this.#state = 'read';
    this.#replay = new BufferReader(buffer, this.#backup, after);
    return this.#replay.next();
  }

  /** Skips lines that the client has. Lines missing before the first one become a gap. */
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

  /** Retries an empty page of a log that has more lines. Throws after `maxEmptyPages`. */
  #waitForMore(): void {
    this.#state = 'reading';
    if (++this.#emptyPages >= maxEmptyPages) {
      const message = `${this.#provider.name} reports that its log has more lines but returns none of them.`;
      throw new GatewayError('PROVIDER_INVALID_RESPONSE', message);
    }
    this.#pause(this.#retryMs);
  }

  #stall(error: unknown): Stalled | null {
    if (!keepsStreamOpen(error) || this.#emptyPages >= maxEmptyPages) throw error;
    this.#pause(Math.max(this.#retryMs, (error.retryAfterSeconds ?? 0) * 1000));
    if (this.#stalledSince !== null) return null;
    const since = now();
    this.#stalledSince = since;
    const problem: Problem = { provider: this.#provider.name, entityId: null, error };
    return { type: 'stalled', cursor: this.#cursor, since, problem };
  }

  /** Delays the next read, even if the client requests the next event at once. */
  #pause(ms: number): void {
    this.#isPaused = true;
    this.#timer = setTimeout(() => {
      this.#isPaused = false;
      this.#wake();
    }, ms);
  }

  #gap(gap: Gap['gap']): Gap {
    observer()?.streamGap(gap.reason);
    return { type: 'gap', cursor: this.#cursor, gap };
  }

  get #cursor(): string {
    if (this.#replay) return this.#replay.cursor;
    return encodeLogCursor(this.#backup, this.#resumeFrom ?? { epoch: null, seq: this.#offset });
  }
}
