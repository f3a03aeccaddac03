/** What watchers of one backup are told, in order; every event has a cursor to resume after. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeToken, encodeToken } from './cursor.ts';
import { badInput, GatewayError } from './errors.ts';
import type { Hub, Topic, Watch } from './hub.ts';
import { type Instant, now } from './instant.ts';
import type { LogGap, LogPosition, NumberedLine } from './logbook.ts';
import { type Backup, isFinished } from './model.ts';
import type { Problem, Provider } from './provider.ts';
import { done, pullStream } from './pull.ts';

interface Updated {
  readonly type: 'updated';
  readonly cursor: string;
  readonly backup: Backup;
}

/** The last event: the stream completes after it. */
interface Finished {
  readonly type: 'finished';
  readonly cursor: string;
  readonly backup: Backup;
}

/** The provider does not answer. The stream stays open, and goes on when it does. */
interface Stalled {
  readonly type: 'stalled';
  readonly cursor: string;
  readonly since: Instant;
  readonly problem: Problem;
}

interface Lines {
  readonly type: 'lines';
  readonly cursor: string;
  readonly lines: readonly NumberedLine[];
}

interface Gap {
  readonly type: 'gap';
  readonly cursor: string;
  readonly gap: LogGap;
}

export type ProgressEvent = Updated | Stalled | Finished;
export type LogEvent = Lines | Gap | Stalled | Finished;

const maxLinesInEvent = 200;

/** The state now, then each change (the newest where several came at once), then the end. */
export function progressStream(hub: Hub, provider: Provider, backup: Backup): AsyncIterableIterator<ProgressEvent> {
  const cursor = encodeToken(['progress']);
  if (isFinished(backup.status)) return ofOne({ type: 'finished', cursor, backup });
  const watch = hub.watch(provider, backup, { wantsLog: provider.refineFromLog !== undefined });
  const { topic } = watch;
  let seen = 0;
  let isOver = false;
  return pullStream<ProgressEvent>({
    next() {
      if (isOver) return done;
      if (topic.version === seen) return null;
      seen = topic.version;
      if (topic.end instanceof GatewayError) throw topic.end;
      if (topic.outage) return { type: 'stalled', cursor, ...topic.outage };
      isOver = topic.end === 'finished';
      return { type: isOver ? 'finished' : 'updated', cursor, backup: topic.backup };
    },
    onChange: (changed) => topic.onChange(changed),
    close: () => watch.close(),
  });
}

function ofOne<T>(event: T): AsyncIterableIterator<T> {
  let isSent = false;
  return pullStream<T>({
    next: () => {
      if (isSent) return done;
      isSent = true;
      return event;
    },
    onChange: () => () => undefined,
    close: () => undefined,
  });
}

/** Every line from the first, or from after a position, each once; then the end. `retryMs` is between tries of a stored log. */
export function logStream(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  after: LogPosition | null,
  retryMs: number,
): AsyncIterableIterator<LogEvent> {
  if (!isFinished(backup.status)) return liveLog(hub.watch(provider, backup, { wantsLog: true }), after);
  return storedLog(hub, provider, backup, after, retryMs);
}

function liveLog(watch: Watch, after: LogPosition | null): AsyncIterableIterator<LogEvent> {
  const { topic } = watch;
  const reader = new BookReader(topic.book, topic.backup, after);
  let outage: Topic['outage'] = null;
  let isOver = false;
  return pullStream<LogEvent>({
    next() {
      if (isOver) return done;
      // Where the reader stands is known only once the book is up to date with the log.
      const event = topic.hasReadLog ? reader.next() : null;
      if (event) return event;
      if (topic.end instanceof GatewayError) throw topic.end;
      if (topic.end === 'finished') {
        isOver = true;
        return { type: 'finished', cursor: reader.cursor, backup: topic.backup };
      }
      const hasNews = topic.outage !== null && topic.outage !== outage;
      outage = topic.outage;
      return hasNews && outage ? { type: 'stalled', cursor: reader.cursor, ...outage } : null;
    },
    onChange: (changed) => topic.onChange(changed),
    close: () => watch.close(),
  });
}

/** A reader's way through a replay log. */
class BookReader {
  readonly #book: Topic['book'];
  readonly #backup: Backup;
  readonly #after: LogPosition | null;
  #seq: number | null = null;

  constructor(book: Topic['book'], backup: Backup, after: LogPosition | null) {
    this.#book = book;
    this.#backup = backup;
    this.#after = after;
  }

  get cursor(): string {
    return encodeLogCursor(this.#backup, this.#seq === null ? this.#after : this.#book.positionAt(this.#seq));
  }

  next(): Lines | Gap | null {
    if (this.#seq === null) {
      const seq = this.#after === null ? 0 : this.#book.locate(this.#after);
      this.#seq = seq ?? 0;
      // What the client has seen cannot be found here: it is told so, and gets what there is.
      if (seq === null) return this.#gap({ fromLine: null, toLine: null, reason: 'RESTARTED' });
    }
    const part = this.#book.after(this.#seq, maxLinesInEvent);
    if (!part) return null;
    this.#seq = part.seq;
    return part.type === 'gap' ? this.#gap(part.gap) : { type: 'lines', cursor: this.cursor, lines: part.lines };
  }

  #gap(gap: LogGap): Gap {
    return { type: 'gap', cursor: this.cursor, gap };
  }
}

/**
 * The log of a backup that has ended: read from the product page by page, as the client reads. Where the product
 * keeps none, what our replay log holds of it.
 */
function storedLog(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  after: LogPosition | null,
  retryMs: number,
): AsyncIterableIterator<LogEvent> {
  const book = hub.bookOf(backup);
  const isOfBook = after !== null && book?.locate(after) != null && after.epoch !== null;
  let replay = isOfBook && book ? new BookReader(book, backup, after) : null;
  let offset = after?.epoch === null ? after.seq : 0;
  let isForeign = after !== null && after.epoch !== null && !isOfBook;
  let end: 'reading' | 'read' | 'over' = 'reading';
  let stalledSince: Instant | null = null;
  let ring: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let isResting = false;
  const cursor = () => replay?.cursor ?? encodeLogCursor(backup, { epoch: null, seq: offset });

  async function readOn(signal: AbortSignal): Promise<LogEvent | null> {
    const read = await provider.readLog?.(backup, { offset, limit: maxLinesInEvent }, signal);
    stalledSince = null;
    if (!read || read.state === 'discarded') {
      end = 'read';
      book?.addLostEnd();
      replay = book ? new BookReader(book, backup, { epoch: null, seq: offset }) : null;
      const gap: LogGap = { fromLine: offset + 1, toLine: null, reason: 'UPSTREAM_TRUNCATED' };
      return replay ? replay.next() : { type: 'gap', cursor: cursor(), gap };
    }
    if (!read.hasMore) end = 'read';
    if (read.lines.length === 0) return null;
    const first = offset + 1;
    offset += read.lines.length;
    return {
      type: 'lines',
      cursor: cursor(),
      lines: read.lines.map((line, index) => ({ ...line, number: first + index })),
    };
  }

  /** Also a reader that asks again at once waits until then. */
  function rest(ms: number): void {
    isResting = true;
    timer = setTimeout(() => {
      isResting = false;
      ring();
    }, ms);
  }

  return pullStream<LogEvent>({
    async next(signal) {
      if (end === 'over') return done;
      if (isForeign) {
        isForeign = false;
        return { type: 'gap', cursor: cursor(), gap: { fromLine: null, toLine: null, reason: 'RESTARTED' } };
      }
      const replayed = replay?.next();
      if (replayed) return replayed;
      if (isResting) return null;
      if (end === 'reading' && !replay) {
        try {
          const event = await readOn(signal);
          if (event) return event;
        } catch (error) {
          if (!(error instanceof GatewayError) || !error.retryable) throw error;
          rest(Math.max(retryMs, (error.retryAfterSeconds ?? 0) * 1000));
          if (stalledSince !== null) return null;
          stalledSince = now();
          const problem: Problem = { provider: provider.name, entityId: null, error };
          return { type: 'stalled', cursor: cursor(), since: stalledSince, problem };
        }
      }
      end = 'over';
      return { type: 'finished', cursor: cursor(), backup };
    },
    onChange(changed) {
      ring = changed;
      return () => clearTimeout(timer);
    },
    close: () => undefined,
  });
}

// ---- cursors of logs

const wireLogCursor = z.tuple([
  z.literal('log'),
  z.string().length(8),
  z.union([z.literal(0), z.string().min(1).max(20)]),
  z.int().min(0),
]);

const backupHash = ({ provider, localId }: Backup): string =>
  createHash('sha256').update(`${provider}\n${localId}`).digest('base64url').slice(0, 8);

export const encodeLogCursor = (backup: Backup, position: LogPosition | null): string =>
  encodeToken(['log', backupHash(backup), position?.epoch ?? 0, position?.seq ?? 0]);

/** Throws BAD_USER_INPUT for what is no cursor of a log; one of another backup's log is a place that cannot be found. */
export function decodeLogCursor(backup: Backup, text: string): LogPosition {
  const parsed = wireLogCursor.safeParse(decodeToken(text));
  if (!parsed.success) {
    throw badInput('"after" is not a cursor of a log. Use the cursor of a log event or of a line, unchanged.', [
      'after',
    ]);
  }
  const [, hash, epoch, seq] = parsed.data;
  return hash === backupHash(backup) ? { epoch: epoch === 0 ? null : epoch, seq } : { epoch: 'foreign', seq: 0 };
}
