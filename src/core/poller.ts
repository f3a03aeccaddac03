/** The poll loop of one provider: which of its backups are watched, and what their watchers see. */
import { GatewayError } from './errors.ts';
import type { HubOptions, Topic, Watch } from './hub.ts';
import { now } from './instant.ts';
import { readLogInto } from './log-reading.ts';
import type { LogBook } from './logbook.ts';
import { type Backup, isFinished, type LocalId } from './model.ts';
import type { Problem, Provider } from './provider.ts';
import { mapBounded } from './readers/collections.ts';
import type { Recall } from './recall.ts';

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
export class Poller {
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

/** `updatedAt` alone is no change: it may move with every reading. */
function isSame(a: Backup, b: Backup): boolean {
  return JSON.stringify(withoutClock(a)) === JSON.stringify(withoutClock(b));
}

const withoutClock = (backup: Backup): unknown =>
  backup.progress ? { ...backup, progress: { ...backup.progress, updatedAt: 0 } } : backup;
