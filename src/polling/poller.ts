/**
 * The poll loop of one provider: reads its watched, followed and new backups, and updates their watchers. One class, since
 * every method works on the state of the loop.
 */

import { GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { mapBounded } from '../core/map-bounded.ts';
import { type Backup, isFinished, type LocalId } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { outsideRequests } from '../core/request-scope.ts';
import { traced } from '../core/tracing.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import type { LogBuffers } from '../replay/log-buffers.ts';
import { LeaseLostError } from '../replay/poll-rights.ts';
import { givePriority } from '../upstream/priority.ts';
import { advanceTopic, stall } from './advance-topic.ts';
import { backoffMs, toProblem } from './backoff.ts';
import type { Feed, NewestRows } from './changes-feed.ts';
import { Follows } from './follows.ts';
import type { HubOptions, Watch } from './hub-options.ts';
import { SharedWatches } from './shared-watches.ts';
import { WatchedBackup } from './watched-backup.ts';

/** Maximum of concurrent log reads of one provider. */
const maxLogReads = 8;

export interface PollerOptions extends HubOptions {
  readonly observed: ObservedState;
  readonly buffers: LogBuffers;
  readonly onStop: () => void;
}

/** Polls one provider while it has watchers or followed backups. */
export class Poller {
  readonly #provider: Provider;
  readonly #feed: Feed;
  readonly #options: PollerOptions;
  readonly #topics = new Map<LocalId, WatchedBackup>();
  readonly #follows: Follows;
  /** Of several gateways, one polls each watched backup; null in a gateway that is alone. */
  readonly #shared: SharedWatches | null;
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
    const rights = options.sharing?.watches;
    this.#shared = rights
      ? new SharedWatches({
          ...options,
          provider: provider.name,
          rights,
          topics: this.#topics,
          poll: () => this.#soon(),
        })
      : null;
    givePriority(this.#stopped.signal, 'polls');
  }

  watch(backup: Backup, wantsLog: boolean): Watch {
    const { observed, buffers } = this.#options;
    let topic = this.#topics.get(backup.localId);
    // A topic that has ended is no longer read. It stays until its last watchers have received the end.
    if (!topic || topic.end !== null) {
      topic = new WatchedBackup(observed.note(backup), buffers.open(backup));
      this.#topics.set(backup.localId, topic);
    }
    topic.watchers++;
    if (wantsLog && topic.logWatchers++ === 0) topic.hasReadLog = false;
    this.#soon();
    this.#shared?.joined(topic);
    const watched = topic;
    return {
      topic,
      close: once(() => {
        watched.watchers--;
        if (wantsLog) watched.logWatchers--;
        if (watched.watchers > 0) return;
        if (this.#topics.get(watched.backup.localId) === watched) this.#topics.delete(watched.backup.localId);
        this.#shared?.left(watched);
        this.#stopIfIdle();
      }),
    };
  }

  /** Reads the newest backups of the provider with every poll until the watch is closed. */
  watchChanges(): { close(): void } {
    this.#feed.open();
    this.#soon();
    return {
      close: once(() => {
        this.#feed.leave();
        this.#stopIfIdle();
      }),
    };
  }

  follow(id: LocalId, since: Instant, onEnd: () => void): void {
    const isAlone = this.#isIdle();
    this.#follows.add(id, since, onEnd);
    if (isAlone) this.#schedule(this.#options.slowMs);
  }

  /** A command or an edit changed this backup: polls again soon. */
  changed(backup: Backup): void {
    // The next poll publishes the end, after it has read the log for the last time.
    const topic = this.#topics.get(backup.localId);
    if (topic?.end === null && !isFinished(backup.status)) topic.update({ backup });
    this.#soon();
  }

  /** Something may have changed: polls again soon. */
  wake(): void {
    this.#soon();
  }

  cancelling(id: LocalId): void {
    const topic = this.#topics.get(id);
    if (topic?.end !== null) return;
    // Recorded, since a poll in flight may have read the status before the request.
    topic.update({ backup: { ...this.#options.observed.noteCancelRequested(topic.backup), status: 'CANCELLING' } });
  }

  /** Ends the remaining watches, with this error if one is given. */
  stop(error: GatewayError | null = null): void {
    // The last watcher of an ended backup may leave after this loop stopped and another replaced it.
    if (this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#shared?.close();
    this.#stopped.abort(error ?? new GatewayError('PROVIDER_TIMEOUT', 'The last watcher has disconnected.'));
    for (const topic of this.#topics.values()) if (error && topic.end === null) topic.update({ end: error });
    this.#options.onStop();
  }

  #isIdle(): boolean {
    return this.#topics.size === 0 && this.#feed.watchers === 0 && this.#follows.size === 0;
  }

  #stopIfIdle(): void {
    if (this.#isIdle()) this.stop();
  }

  /** Starts the next poll now, or right after the running one. */
  #soon(): void {
    this.#pauseMs = this.#options.fastMs;
    if (this.#isPolling) this.#isDueNow = true;
    else this.#schedule(0);
  }

  #schedule(pauseMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted) return;
    // 10 % jitter keeps the loops of several gateways from synchronizing.
    const jitteredMs = pauseMs * (0.9 + Math.random() * 0.2);
    const waitMs = Math.max(jitteredMs, backoffMs(this.#provider));
    // The timer must not belong to the request of one watcher: other watchers may outlive it.
    this.#timer = outsideRequests(() => setTimeout(() => void this.#tick(), waitMs));
  }

  async #tick(): Promise<void> {
    this.#isPolling = true;
    this.#isDueNow = false;
    const before = this.#changes();
    const { name } = this.#provider;
    const poll = { name: `poll ${name}`, attributes: { 'backplane.provider': name } };
    await traced(poll, () => this.#poll()).catch((error: unknown) => this.#feed.stall(this.#toProblem(error)));
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
    const { watchers, outage, known, isReader } = this.#feed;
    if (isReader && watchers > 0 && outage === null && known.hasSettling) return true;
    return [...this.#topics.values()].some(({ backup, outage: its, end }) => backup.isSettling && !its && end === null);
  }

  /** Increases with every change of a topic, its log, or the newest backups. */
  #changes(): number {
    let sum = this.#feed.known.version;
    for (const { version, buffer } of this.#topics.values()) sum += version + buffer.lastSeq;
    return sum;
  }

  /** Reads the newest rows if there are watchers of changes, then the wanted backups that are not among them. */
  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    const topics = [...this.#topics.values()].filter((topic) => topic.end === null && this.#isPolledHere(topic));
    const newest = await this.#readNewest();
    if (signal.aborted) return;
    const listed = new Map(newest?.rows.map((row) => [row.localId, row]));
    const unfinished = newest ? this.#feed.known.unfinishedIds : [];
    const wanted = new Set([...topics.map(({ backup }) => backup.localId), ...this.#follows.due(), ...unfinished]);
    // Only the record of a settling backup shows that it has settled.
    const ids = [...wanted].filter((id) => !listed.has(id) || listed.get(id)?.isSettling);
    let read: readonly (Backup | null)[];
    try {
      read = ids.length === 0 ? [] : await this.#provider.getBackups(ids, signal);
    } catch (error) {
      if (signal.aborted) return;
      const outage = this.#toProblem(error);
      const unread = topics.filter(({ backup }) => !listed.has(backup.localId));
      for (const topic of unread) this.#stall(topic, outage);
      if (unfinished.length > 0) this.#feed.stall(outage);
      read = [];
      ids.length = 0;
    }
    const found = new Map<LocalId, Backup | null>([
      ...listed,
      ...ids.map((id, place) => [id, read[place] ?? null] as const),
    ]);
    const watched = topics.filter(({ backup }) => found.has(backup.localId));
    await mapBounded(watched, maxLogReads, (topic) => this.#advance(topic, found));
    if (signal.aborted) return;
    const rows = newest?.rows.map((row) => found.get(row.localId) ?? row) ?? [];
    await this.#publish(newest && { ...newest, rows }, found, ids.length === read.length);
  }

  /** Null if there are no watchers of changes, or the provider cannot list now. */
  async #readNewest(): Promise<NewestRows | null> {
    if (this.#feed.watchers === 0 || !this.#feed.isReader) return null;
    const { signal } = this.#stopped;
    try {
      return await this.#feed.readNewest(signal);
    } catch (error) {
      if (!signal.aborted) this.#feed.stall(this.#toProblem(error));
      return null;
    }
  }

  /** Publishes the changes that this poll found, and ends the follows of backups that have ended. */
  async #publish(
    newest: NewestRows | null,
    found: ReadonlyMap<LocalId, Backup | null>,
    isWhole: boolean,
  ): Promise<void> {
    const { observed } = this.#options;
    const feed = this.#feed;
    const show = (row: Backup): Backup => {
      const topic = this.#topics.get(row.localId);
      const isRead = topic && !topic.outage && topic.end === null && this.#isPolledHere(topic);
      return isRead ? topic.backup : observed.note(row);
    };
    if (newest && feed.isReader) feed.takeNewest({ ...newest, rows: newest.rows.map(show) });
    const listed = new Set(newest?.rows.map(({ localId }) => localId));
    for (const [id, backup] of found) {
      const isTold = feed.isReader && (feed.known.isUnfinished(id) || this.#follows.has(id));
      if (!backup) feed.known.forget(id);
      else if (isTold && !listed.has(id)) feed.takeRead(show(backup));
      this.#follows.take(id, backup);
    }
    if (newest && isWhole) feed.endCatchUp();
    await feed.flush(this.#stopped.signal);
  }

  async #advance(topic: WatchedBackup, found: ReadonlyMap<LocalId, Backup | null>): Promise<void> {
    const { signal } = this.#stopped;
    const read = found.get(topic.backup.localId) ?? null;
    try {
      await advanceTopic(topic, read, { ...this.#options, provider: this.#provider, signal });
      this.#shared?.tell(topic);
    } catch (error) {
      if (error instanceof LeaseLostError) topic.lease = null;
      else if (!signal.aborted) this.#stall(topic, this.#toProblem(error));
    }
  }

  #isPolledHere(topic: WatchedBackup): boolean {
    return this.#shared === null || topic.lease !== null;
  }

  #stall(topic: WatchedBackup, problem: Problem): void {
    stall(topic, problem);
    this.#shared?.tell(topic);
  }

  #toProblem(thrown: unknown): Problem {
    return toProblem(this.#provider, thrown, this.#options.onBug);
  }
}

/** Returns a function that calls `work` the first time only. */
function once(work: () => void): () => void {
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    work();
  };
}
