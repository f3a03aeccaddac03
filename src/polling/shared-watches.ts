/**
 * The watched backups of one provider, of several gateways on one database. Of the gateways that have watchers of a backup one
 * has the right to poll it, and tells the others, which show what it has told.
 */
import { GatewayError } from '../core/errors.ts';
import type { LocalId } from '../core/model.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import type { LogBuffers } from '../replay/log-buffers.ts';
import type { Lease, WatchRights } from '../replay/poll-rights.ts';
import { stall } from './advance-topic.ts';
import { applyNote, readNote, toNote } from './topic-note.ts';
import type { WatchedBackup } from './watched-backup.ts';

export interface SharedWatchesOptions {
  readonly provider: string;
  readonly rights: WatchRights;
  /** The watched backups, which come and go. */
  readonly topics: ReadonlyMap<LocalId, WatchedBackup>;
  readonly observed: ObservedState;
  readonly buffers: LogBuffers;
  /** Polls soon those to which there is a right. */
  readonly poll: () => void;
  readonly onBug: (error: unknown) => void;
}

export class SharedWatches {
  readonly #options: SharedWatchesOptions;
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #due: 'nothing' | 'read' | 'hold' = 'nothing';
  #isRunning = false;
  #isClosed = false;
  /** One after another, so that the newest state of a backup is told last. */
  #telling: Promise<void> = Promise.resolve();

  constructor(options: SharedWatchesOptions) {
    this.#options = options;
    this.#stopListening = options.rights.listen(options.provider, {
      asked: () => this.#want('hold'),
      told: () => this.#want('read'),
    });
  }

  /** There is one more watcher. */
  joined(topic: WatchedBackup): void {
    if (topic.lease === null) topic.note = null;
    if (topic.logWatchers === 1) this.#options.rights.askHolders(this.#options.provider);
    this.#want('hold');
  }

  /** Nobody watches it here any more. The right to what has ended expires, so that the others read how it did. */
  left(topic: WatchedBackup): void {
    const { lease } = topic;
    if (topic.end !== null) return;
    topic.lease = null;
    if (lease) this.#release(lease);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
    for (const topic of this.#options.topics.values()) this.left(topic);
  }

  /** Tells the other gateways what a poll has found, unless they know. */
  tell(topic: WatchedBackup): void {
    const { lease } = topic;
    const note = toNote(topic);
    if (lease) this.#telling = this.#telling.then(() => this.#tell(topic, lease, note)).catch(this.#unlessAway);
  }

  async #tell(topic: WatchedBackup, lease: Lease, note: string): Promise<void> {
    if (note === topic.note) return;
    await this.#options.rights.note(this.#options.provider, lease, note);
    topic.note = note;
  }

  #release(lease: Lease): void {
    // After what was told before.
    this.#telling = this.#telling
      .then(() => this.#options.rights.release(this.#options.provider, lease))
      .catch(this.#unlessAway);
  }

  readonly #unlessAway = (error: unknown): void => {
    // After the end of the gateway, its database is closed.
    if (!(error instanceof GatewayError || this.#isClosed)) this.#options.onBug(error);
  };

  #want(what: 'read' | 'hold'): void {
    if (this.#isClosed) return;
    if (this.#due !== 'hold') this.#due = what;
    if (!this.#isRunning) void outsideRequests(() => this.#run());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    clearTimeout(this.#timer);
    while (this.#due !== 'nothing' && !this.#isClosed) {
      const isHold = this.#due === 'hold';
      this.#due = 'nothing';
      await (isHold ? this.#hold() : this.#read()).catch((error: unknown) => this.#fail(error));
    }
    this.#isRunning = false;
    if (this.#isClosed || this.#open().length === 0) return;
    this.#timer = setTimeout(() => this.#want('hold'), this.#options.rights.everyMs).unref();
  }

  #open(): readonly WatchedBackup[] {
    return [...this.#options.topics.values()].filter(({ end }) => end === null);
  }

  async #hold(): Promise<void> {
    const { rights, provider, poll } = this.#options;
    const topics = this.#open();
    if (topics.length === 0) return;
    const wishes = topics.map(({ backup, logWatchers }) => ({ id: backup.localId, wantsLog: logWatchers > 0 }));
    const found = await rights.hold(provider, wishes);
    const others = new Map<WatchedBackup, string | null>();
    let isNew = false;
    for (const topic of topics) {
      const { lease = null, note = null, isWanted = false } = found.get(topic.backup.localId) ?? {};
      const isGone = this.#isClosed || this.#options.topics.get(topic.backup.localId) !== topic;
      if (lease && isGone) this.#release(lease);
      else if (lease) {
        isNew ||= lease.epoch !== topic.lease?.epoch || (isWanted && !topic.isLogWantedElsewhere);
        if (lease.epoch !== topic.lease?.epoch) topic.note = note;
        topic.isLogWantedElsewhere = isWanted;
      } else others.set(topic, note);
      topic.lease = isGone ? null : lease;
    }
    if (isNew) poll();
    await this.#show(others);
  }

  async #read(): Promise<void> {
    const topics = this.#open().filter(({ lease }) => lease === null);
    const ids = topics.map(({ backup }) => backup.localId);
    const notes = await this.#options.rights.notes(this.#options.provider, ids);
    await this.#show(new Map(topics.map((topic) => [topic, notes.get(topic.backup.localId) ?? null])));
  }

  /** The notes were read before the logs: the lines before a state are here when it is shown. */
  async #show(notes: ReadonlyMap<WatchedBackup, string | null>): Promise<void> {
    const { buffers, observed } = this.#options;
    await buffers.pullAll([...notes.keys()].filter(({ logWatchers }) => logWatchers > 0));
    for (const [topic, note] of notes) {
      if (topic.end !== null || topic.lease !== null) continue;
      // What was told already must not undo what was done through this gateway since.
      if (note !== null && (note !== topic.note || topic.outage)) {
        applyNote(topic, readNote(note), (backup) => observed.note(backup));
      } else topic.notify();
      topic.note = note;
    }
  }

  #fail(error: unknown): void {
    this.#unlessAway(error);
    if (!(error instanceof GatewayError)) return;
    // Nobody knows who polls.
    for (const topic of this.#open()) {
      topic.lease = null;
      stall(topic, { provider: this.#options.provider, entityId: null, error });
    }
  }
}
