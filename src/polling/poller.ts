/** The poll loop of one provider: which of its backups are watched, followed or new, and what their watchers see. */

import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { mapBounded } from '../core/map-bounded.ts';
import { type Backup, isFinished, isSettled, type LocalId } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import type { LogBuffers } from '../replay/log-buffers.ts';
import { readLogInto } from '../replay/log-reading.ts';
import { givePriority } from '../upstream/priority.ts';
import { backoffMs, toProblem } from './backoff.ts';
import type { Feed, NewestRows } from './changes-feed.ts';
import { Follows } from './follows.ts';
import type { HubOptions, Watch } from './hub-options.ts';
import { WatchedBackup } from './watched-backup.ts';

/** Log reads at once of one provider. */
const maxLogReads = 8;

export interface PollerOptions extends HubOptions {
  readonly observed: ObservedState;
  readonly buffers: LogBuffers;
  readonly onStop: () => void;
}

/** The loop of one provider. */
export class Poller {
  readonly #provider: Provider;
  readonly #feed: Feed;
  readonly #options: PollerOptions;
  readonly #topics = new Map<LocalId, WatchedBackup>();
  readonly #follows: Follows;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;
  #isDueNow = false;
  #pauseMs: number;

  constructor(provider: Provider, feed: Feed, options: PollerOptions) {
    this.#provider = provider;
    this.#feed = feed;
    this.#options = options;
    this.#follows = new Follows(options.slowMs);
    this.#pauseMs = options.fastMs;
    givePriority(this.#stopped.signal, 'polls');
  }

  watch(backup: Backup, wantsLog: boolean): Watch {
    const { observed, buffers } = this.#options;
    let topic = this.#topics.get(backup.localId);
    // One that has ended is read no more; it only waits for its last watchers to hear of it.
    if (!topic || topic.end !== null) {
      topic = new WatchedBackup(observed.note(backup), buffers.open(backup));
      this.#topics.set(backup.localId, topic);
    }
    topic.watchers++;
    if (wantsLog && topic.logWatchers++ === 0) topic.hasReadLog = false;
    this.#soon();
    const watched = topic;
    return {
      topic,
      close: once(() => {
        watched.watchers--;
        if (wantsLog) watched.logWatchers--;
        if (watched.watchers > 0) return;
        if (this.#topics.get(watched.backup.localId) === watched) this.#topics.delete(watched.backup.localId);
        this.#stopIfIdle();
      }),
    };
  }

  /** The newest backups of the provider are read with every poll from now on. */
  watchChanges(): { close(): void } {
    this.#feed.open();
    this.#soon();
    return {
      close: once(() => {
        this.#feed.watchers--;
        this.#stopIfIdle();
      }),
    };
  }

  follow(id: LocalId, since: Instant, onEnd: () => void): void {
    const isAlone = this.#isIdle();
    this.#follows.add(id, since, onEnd);
    if (isAlone) this.#schedule(this.#options.slowMs);
  }

  /** A command changed this backup, or somebody here did: the next poll comes soon. */
  changed(backup: Backup): void {
    // Its end is told by the next poll, which reads the log for the last time.
    const topic = this.#topics.get(backup.localId);
    if (topic?.end === null && !isFinished(backup.status)) topic.update({ backup });
    this.#soon();
  }

  cancelling(id: LocalId): void {
    const topic = this.#topics.get(id);
    if (topic?.end !== null) return;
    // Remembered, since a poll that is on its way has read it as it was before.
    topic.update({ backup: { ...this.#options.observed.noteCancelRequested(topic.backup), status: 'CANCELLING' } });
  }

  /** Ends the remaining watches, with this error if one is given. */
  stop(error: GatewayError | null = null): void {
    // The last watcher of something that ended may leave after the loop, when another runs in its place.
    if (this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#stopped.abort(error ?? new GatewayError('PROVIDER_TIMEOUT', 'Nobody watches any more.'));
    for (const topic of this.#topics.values()) if (error && topic.end === null) topic.update({ end: error });
    this.#options.onStop();
  }

  #isIdle(): boolean {
    return this.#topics.size === 0 && this.#feed.watchers === 0 && this.#follows.size === 0;
  }

  #stopIfIdle(): void {
    if (this.#isIdle()) this.stop();
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
    const waitMs = Math.max(jitteredMs, backoffMs(this.#provider));
    // The timer must not belong to the request of one watcher, which may end long before the others.
    this.#timer = outsideRequests(() => setTimeout(() => void this.#tick(), waitMs));
  }

  async #tick(): Promise<void> {
    this.#isPolling = true;
    this.#isDueNow = false;
    const before = this.#changes();
    await this.#poll().catch((error: unknown) => this.#feed.stall(this.#toProblem(error)));
    this.#isPolling = false;
    this.#options.buffers.keep(this.#topics.values());
    const isWatched = this.#topics.size > 0 || this.#feed.watchers > 0;
    const { fastMs, slowMs } = this.#options;
    if (!isWatched) this.#pauseMs = slowMs;
    else if (this.#hasSettling()) this.#pauseMs = fastMs;
    else this.#pauseMs = this.#changes() !== before ? fastMs : Math.min(this.#pauseMs * 1.5, slowMs);
    this.#schedule(this.#isDueNow ? 0 : this.#pauseMs);
    this.#stopIfIdle();
  }

  #hasSettling(): boolean {
    const { watchers, outage, known } = this.#feed;
    if (watchers > 0 && outage === null && known.hasSettling) return true;
    return [...this.#topics.values()].some(({ backup, outage: its, end }) => backup.isSettling && !its && end === null);
  }

  /** A number that grows with every change of any topic, its log, or the newest backups. */
  #changes(): number {
    let sum = this.#feed.known.version;
    for (const { version, buffer } of this.#topics.values()) sum += version + buffer.lastSeq;
    return sum;
  }

  /** Reads everything once: the newest rows where somebody watches changes, then what is not among them. */
  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    const topics = [...this.#topics.values()].filter(({ end }) => end === null);
    const newest = await this.#readNewest();
    if (signal.aborted) return;
    const listed = new Map(newest?.rows.map((row) => [row.localId, row]));
    const unfinished = newest ? this.#feed.known.unfinishedIds : [];
    const wanted = new Set([...topics.map(({ backup }) => backup.localId), ...this.#follows.due(), ...unfinished]);
    // Of one that settles, only its own record says when that is over.
    const ids = [...wanted].filter((id) => !listed.has(id) || listed.get(id)?.isSettling);
    let read: readonly (Backup | null)[];
    try {
      read = ids.length === 0 ? [] : await this.#provider.getBackups(ids, signal);
    } catch (error) {
      if (signal.aborted) return;
      const outage = this.#toProblem(error);
      const unread = topics.filter(({ backup }) => !listed.has(backup.localId));
      for (const topic of unread) stall(topic, outage);
      if (unfinished.length > 0) this.#feed.stall(outage);
      read = [];
      ids.length = 0;
    }
    const found = new Map<LocalId, Backup | null>([
      ...listed,
      ...ids.map((id, place) => [id, read[place] ?? null] as const),
    ]);
    const watched = topics.filter(({ backup }) => found.has(backup.localId));
    await mapBounded(watched, maxLogReads, (topic) => this.#advance(topic, found.get(topic.backup.localId) ?? null));
    if (signal.aborted) return;
    const rows = newest?.rows.map((row) => found.get(row.localId) ?? row) ?? [];
    await this.#tell(newest && { ...newest, rows }, found, ids.length === read.length);
  }

  /** Null where nobody watches changes, or the provider cannot list now. */
  async #readNewest(): Promise<NewestRows | null> {
    if (this.#feed.watchers === 0) return null;
    const { signal } = this.#stopped;
    try {
      return await this.#feed.readNewest(signal);
    } catch (error) {
      if (!signal.aborted) this.#feed.stall(this.#toProblem(error));
      return null;
    }
  }

  /** What this poll found is written down for those who watch changes, and ends what was followed. */
  async #tell(newest: NewestRows | null, found: ReadonlyMap<LocalId, Backup | null>, isWhole: boolean): Promise<void> {
    const { observed } = this.#options;
    const feed = this.#feed;
    const show = (row: Backup): Backup => {
      const topic = this.#topics.get(row.localId);
      return topic && !topic.outage && topic.end === null ? topic.backup : observed.note(row);
    };
    if (newest) feed.takeNewest({ ...newest, rows: newest.rows.map(show) });
    const listed = new Set(newest?.rows.map(({ localId }) => localId));
    for (const [id, backup] of found) {
      const isTold = feed.known.isUnfinished(id) || this.#follows.has(id);
      if (!backup) feed.known.forget(id);
      else if (isTold && !listed.has(id)) feed.takeRead(show(backup));
      this.#follows.take(id, backup);
    }
    if (newest && isWhole) feed.endLook();
    await feed.flush(this.#stopped.signal);
  }

  /** One backup's part of a poll: its log where somebody wants it, then its state, then its end. */
  async #advance(topic: WatchedBackup, read: Backup | null): Promise<void> {
    if (!read) {
      topic.update({ end: new GatewayError('NOT_FOUND', `${this.#provider.name} no longer has this backup.`) });
      return;
    }
    const { observed, buffers } = this.#options;
    const { signal } = this.#stopped;
    try {
      if (topic.logWatchers > 0) {
        // A product may take the log of a run away with its end: whatever it still shows of the live one is had first.
        if (isFinished(read.status) && !isFinished(topic.backup.status) && !topic.buffer.hasEnd)
          await readLogInto(topic.buffer, this.#provider, topic.backup, signal).catch(nothingLeft);
        await readLogInto(topic.buffer, this.#provider, read, signal);
        await buffers.save(read, topic.buffer);
        topic.hasReadLog = true;
      }
      const refined = isFinished(read.status)
        ? read
        : (this.#provider.refineFromLog?.(read, topic.buffer.newest(50)) ?? read);
      const backup = observed.note(refined);
      topic.show(backup, isSettled(backup));
    } catch (error) {
      if (!signal.aborted) stall(topic, this.#toProblem(error));
    }
  }

  #toProblem(thrown: unknown): Problem {
    return toProblem(this.#provider, thrown, this.#options.onBug);
  }
}

/** The log of a run that has just ended need not be there; what is kept of it is read next, and says what is wrong. */
const nothingLeft = (error: unknown): void => {
  if (!(error instanceof GatewayError)) throw error;
};

/** Told once for each cause; it keeps when it began. */
function stall(topic: WatchedBackup, problem: Problem): void {
  if (topic.outage?.problem.error.code === problem.error.code) return;
  topic.update({ outage: { since: topic.outage?.since ?? now(), problem } });
}

/** Usable once, like the watch that it belongs to. */
function once(work: () => void): () => void {
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    work();
  };
}
