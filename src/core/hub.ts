/**
 * Products answer polls; people want to watch. The hub keeps one poll loop for each provider that somebody watches,
 * whatever the number of watchers: it starts with the first and ends with the last. All watched backups of a
 * provider are read by one call a tick; a backup whose log is wanted adds one log read a tick.
 */
import { untilAborted } from './deadline.ts';
import { GatewayError } from './errors.ts';
import { type Instant, now } from './instant.ts';
import { LogBook, type LogBookLimits } from './logbook.ts';
import { type Backup, isFinished, type LocalId } from './model.ts';
import type { Problem, Provider } from './provider.ts';
import { mapBounded } from './readers/collections.ts';
import type { Recall } from './recall.ts';

export interface HubOptions {
  /** Between two polls while something changes. */
  readonly fastMs: number;
  /** The longest pause between two polls while nothing changes. */
  readonly slowMs: number;
  readonly logLimits: LogBookLimits;
  /** Of all replay logs together; those that nobody watches or reads for longest go first. */
  readonly maxLogBytes: number;
  /** Told of what must not happen: a fault of ours, which watchers see as INTERNAL. */
  readonly onBug: (error: unknown) => void;
}

/** One watched backup, as its watchers see it. They read it whenever `onChange` calls. */
export interface Topic {
  readonly backup: Backup;
  /** Grows with every change of `backup`, `outage` or `end`. */
  readonly version: number;
  /** The provider does not answer: since when, and why. Null while it does. */
  readonly outage: { readonly since: Instant; readonly problem: Problem } | null;
  /** Set once nothing will change any more: `finished`, or why the stream cannot go on. */
  readonly end: 'finished' | GatewayError | null;
  readonly book: LogBook;
  /** The log was read at least once since somebody here wanted it: `book` says where the log is now. */
  readonly hasReadLog: boolean;
  onChange(changed: () => void): () => void;
}

export interface Watch {
  readonly topic: Topic;
  close(): void;
}

export interface Hub {
  /** `wantsLog`: its log is read with every poll, for the lines or for the progress that only they show. */
  watch(provider: Provider, backup: Backup, options: { wantsLog: boolean }): Watch;
  /** The replay log of a backup, where there is one; reading it keeps it from being dropped next. */
  bookOf(backup: Backup): LogBook | null;
  /** The same, brought up to date by one read of the product. */
  refreshBook(provider: Provider, backup: Backup, signal: AbortSignal): Promise<LogBook>;
  /** A command changed this backup: watchers are told at once, and the next poll comes soon. */
  changed(provider: Provider, backup: Backup): void;
  /** Poll loops that run now. */
  readonly loops: number;
  close(): void;
}

export function createHub(options: HubOptions, recall: Recall): Hub {
  const pollers = new Map<string, Poller>();
  const books = new Map<string, LogBook>();
  const keyOf = ({ provider, localId }: Backup) => `${provider}\n${localId}`;

  function bookOf(backup: Backup): LogBook | null {
    const key = keyOf(backup);
    const book = books.get(key);
    if (!book) return null;
    books.delete(key);
    books.set(key, book);
    return book;
  }

  function openBook(backup: Backup): LogBook {
    const known = bookOf(backup);
    if (known) return known;
    const book = new LogBook(options.logLimits);
    books.set(keyOf(backup), book);
    dropOldBooks();
    return book;
  }

  /** What is watched is used now, and it has grown. */
  function keepWatched(topics: Iterable<Topic>): void {
    for (const { backup, book } of topics) {
      books.delete(keyOf(backup));
      books.set(keyOf(backup), book);
    }
    dropOldBooks();
  }

  /** Watched books stay with their topics even when they are dropped here. */
  function dropOldBooks(): void {
    let bytes = 0;
    for (const book of books.values()) bytes += book.bytes;
    for (const [key, book] of books) {
      if (bytes <= options.maxLogBytes && books.size <= 1000) return;
      books.delete(key);
      bytes -= book.bytes;
    }
  }

  return {
    watch(provider, backup, { wantsLog }) {
      let poller = pollers.get(provider.name);
      if (!poller) {
        const onStop = () => pollers.delete(provider.name);
        poller = new Poller(provider, options, recall, { onPolled: keepWatched, onStop });
        pollers.set(provider.name, poller);
      }
      return poller.watch(backup, wantsLog, () => openBook(backup));
    },
    bookOf,
    async refreshBook(provider, backup, signal) {
      const book = openBook(backup);
      await readLogInto(book, provider, backup, signal);
      return book;
    },
    changed: (provider, backup) => pollers.get(provider.name)?.changed(backup),
    get loops() {
      return pollers.size;
    },
    close() {
      for (const poller of pollers.values()) poller.stop();
    },
  };
}

class WatchedBackup implements Topic {
  backup: Backup;
  version = 1;
  outage: Topic['outage'] = null;
  end: Topic['end'] = null;
  readonly book: LogBook;
  hasReadLog = false;
  watchers = 0;
  logWatchers = 0;
  readonly #listeners = new Set<() => void>();

  constructor(backup: Backup, book: LogBook) {
    this.backup = backup;
    this.book = book;
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  update(change: Partial<Pick<WatchedBackup, 'backup' | 'outage' | 'end'>>): void {
    Object.assign(this, change);
    this.version++;
    this.tell();
  }
}

interface PollerEvents {
  readonly onPolled: (topics: Iterable<Topic>) => void;
  readonly onStop: () => void;
}

/** Until when a provider asked to be left alone, by `performance.now()`; it holds for its next loop as well. */
const quietUntil = new WeakMap<Provider, number>();

/** Log reads at once of one provider. */
const maxLogReads = 8;

/** The loop of one provider. */
class Poller {
  readonly #provider: Provider;
  readonly #options: HubOptions;
  readonly #recall: Recall;
  readonly #events: PollerEvents;
  readonly #topics = new Map<LocalId, WatchedBackup>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;
  #isDueNow = false;
  #pauseMs: number;

  constructor(provider: Provider, options: HubOptions, recall: Recall, events: PollerEvents) {
    this.#provider = provider;
    this.#options = options;
    this.#recall = recall;
    this.#events = events;
    this.#pauseMs = options.fastMs;
  }

  watch(backup: Backup, wantsLog: boolean, openBook: () => LogBook): Watch {
    let topic = this.#topics.get(backup.localId);
    // One that has ended is read no more; it only waits for its last watchers to hear of it.
    if (!topic || topic.end !== null) {
      topic = new WatchedBackup(this.#recall.note(backup), openBook());
      this.#topics.set(backup.localId, topic);
    }
    topic.watchers++;
    if (wantsLog && topic.logWatchers++ === 0) topic.hasReadLog = false;
    this.#soon();
    return { topic, close: this.#closer(topic, wantsLog) };
  }

  /** Usable once, like the watch that it belongs to. */
  #closer(topic: WatchedBackup, wantsLog: boolean): () => void {
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      topic.watchers--;
      if (wantsLog) topic.logWatchers--;
      if (topic.watchers > 0) return;
      if (this.#topics.get(topic.backup.localId) === topic) this.#topics.delete(topic.backup.localId);
      if (this.#topics.size === 0) this.stop();
    };
  }

  changed(backup: Backup): void {
    // Its end is told by the next poll, which reads the log for the last time.
    const topic = this.#topics.get(backup.localId);
    if (topic?.end === null && !isFinished(backup.status)) topic.update({ backup });
    this.#soon();
  }

  stop(): void {
    // The last watcher of something that ended may leave after the loop, when another runs in its place.
    if (this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#stopped.abort(new GatewayError('PROVIDER_TIMEOUT', 'Nobody watches any more.'));
    this.#events.onStop();
  }

  /** The next poll starts now, or right after the one that runs. */
  #soon(): void {
    this.#pauseMs = this.#options.fastMs;
    if (this.#isPolling) this.#isDueNow = true;
    else this.#schedule(0);
  }

  #schedule(pauseMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted) return;
    // A tenth of jitter keeps the loops of many gateways from falling into step.
    const jitteredMs = pauseMs * (0.9 + Math.random() * 0.2);
    const quietMs = (quietUntil.get(this.#provider) ?? 0) - performance.now();
    this.#timer = setTimeout(() => void this.#tick(), Math.max(jitteredMs, quietMs));
  }

  async #tick(): Promise<void> {
    this.#isPolling = true;
    this.#isDueNow = false;
    const before = this.#changes();
    await this.#poll();
    this.#isPolling = false;
    this.#events.onPolled(this.#topics.values());
    const hasChanged = this.#changes() !== before;
    this.#pauseMs = hasChanged ? this.#options.fastMs : Math.min(this.#pauseMs * 1.5, this.#options.slowMs);
    this.#schedule(this.#isDueNow ? 0 : this.#pauseMs);
  }

  /** A number that grows with every change of any topic or its log. */
  #changes(): number {
    let sum = 0;
    for (const { version, book } of this.#topics.values()) sum += version + book.lastSeq;
    return sum;
  }

  /** Reads everything once. */
  async #poll(): Promise<void> {
    const topics = [...this.#topics.values()].filter(({ end }) => end === null);
    if (topics.length === 0) return;
    const { signal } = this.#stopped;
    try {
      const ids = topics.map(({ backup }) => backup.localId);
      const backups = await this.#provider.getBackups(ids, signal);
      const read = topics.map((topic, index) => [topic, backups[index] ?? null] as const);
      await mapBounded(read, maxLogReads, ([topic, backup]) => this.#advance(topic, backup));
    } catch (error) {
      if (signal.aborted) return;
      for (const topic of topics) this.#stall(topic, error);
    }
  }

  /** One backup's part of a poll: its log where somebody wants it, then its state, then its end. */
  async #advance(topic: WatchedBackup, read: Backup | null): Promise<void> {
    if (!read) {
      topic.update({ end: new GatewayError('NOT_FOUND', `${this.#provider.name} no longer has this backup.`) });
      return;
    }
    try {
      if (topic.logWatchers > 0) {
        await readLogInto(topic.book, this.#provider, read, this.#stopped.signal);
        topic.hasReadLog = true;
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#stall(topic, error);
      return;
    }
    const refined = isFinished(read.status)
      ? read
      : (this.#provider.refineFromLog?.(read, topic.book.newest(50)) ?? read);
    const backup = this.#recall.note(refined);
    const isOver = isFinished(backup.status);
    if (isOver || topic.outage || !isSame(topic.backup, backup)) {
      topic.update({ backup, outage: null, end: isOver ? 'finished' : null });
    } else {
      topic.tell();
    }
  }

  #stall(topic: WatchedBackup, thrown: unknown): void {
    if (!(thrown instanceof GatewayError)) this.#options.onBug(thrown);
    const error =
      thrown instanceof GatewayError
        ? thrown
        : new GatewayError('INTERNAL', 'Reading this backup failed in an unexpected way.', { cause: thrown });
    const untilMs = performance.now() + (error.retryAfterSeconds ?? 0) * 1000;
    quietUntil.set(this.#provider, Math.max(quietUntil.get(this.#provider) ?? 0, untilMs));
    if (topic.outage?.problem.error.code === error.code) return;
    const problem: Problem = { provider: this.#provider.name, entityId: null, error };
    topic.update({ outage: { since: topic.outage?.since ?? now(), problem } });
  }
}

const reading = new WeakMap<LogBook, Promise<void>>();

/**
 * One read of the product's log into the book. Reads of one book go one after the other: a window that was read
 * earlier and joined later would look like a gap.
 */
async function readLogInto(book: LogBook, provider: Provider, backup: Backup, signal: AbortSignal): Promise<void> {
  const { readLog } = provider;
  if (!readLog) return;
  const turn = (reading.get(book) ?? Promise.resolve()).then(async () => {
    signal.throwIfAborted();
    // A log that is numbered goes on after what we know; otherwise all of it is needed to find our place again.
    const read = await readLog.call(provider, backup, { offset: book.knownFromStart ?? 0, limit: null }, signal);
    book.add(read);
    // It was thrown away at the end: whatever came after our last look is lost, and maybe nothing was.
    if (read.state === 'discarded' && isFinished(backup.status)) book.addLostEnd();
  });
  reading.set(
    book,
    turn.catch(() => undefined),
  );
  await untilAborted(turn, signal);
}

/** `updatedAt` alone is no change: it may move with every reading. */
function isSame(a: Backup, b: Backup): boolean {
  return JSON.stringify(withoutClock(a)) === JSON.stringify(withoutClock(b));
}

const withoutClock = (backup: Backup): unknown =>
  backup.progress ? { ...backup, progress: { ...backup.progress, updatedAt: 0 } } : backup;
