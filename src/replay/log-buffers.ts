/** The replay logs of all backups: in memory while in use, in the ledger's database until they expire. */

import { GatewayError } from '../core/errors.ts';
import type { Backup } from '../core/model.ts';
import type { Lease } from '../storage/leases.ts';
import { LogBuffer, type LogBufferLimits } from './log-buffer.ts';
import type { ReplayStore } from './replay-file.ts';
import type { SharedLogs } from './shared-logs.ts';

export interface LogBuffersOptions {
  readonly logLimits: LogBufferLimits;
  /** Memory of all buffers together, in bytes. Eviction starts with the least recently used buffer. */
  readonly maxLogBytes: number;
  readonly store: ReplayStore;
  /** The logs of several gateways, which are stored nowhere else; null, or absent, in a gateway that is alone. */
  readonly shared?: SharedLogs | null;
  readonly onBug: (error: unknown) => void;
}

/** Adds to a log. Called again, with a newer one, if another gateway has added to it meanwhile. */
export type LogChange = (buffer: LogBuffer) => Promise<void> | void;

interface ChangeOptions {
  /** The right to poll the backup. */
  readonly lease?: Lease | null;
  /** While the database is away: resolves with a copy that nobody else sees. Otherwise it rejects. */
  readonly orAlone?: boolean;
}

const maxBooks = 1000;
/** Each of them means that another gateway has written. */
const maxAttempts = 20;

interface Shelved {
  readonly buffer: LogBuffer;
  /** The newest seq passed to the store. */
  savedSeq: number;
  /** Whether the stored state has the end of the log, which may be all that has changed. */
  savedEnd: boolean;
}

export class LogBuffers {
  readonly #options: LogBuffersOptions;
  /** Least recently used first. */
  readonly #shelf = new Map<string, Shelved>();
  /** Of a shared log: the version that the buffer has; none if no gateway has stored it. */
  readonly #versions = new WeakMap<LogBuffer, number>();

  constructor(options: LogBuffersOptions) {
    this.#options = options;
  }

  get bytes(): number {
    let bytes = 0;
    for (const { buffer } of this.#shelf.values()) bytes += buffer.bytes;
    return bytes;
  }

  /** The buffer of a backup; null if there is none. Marks it as used, which delays its eviction. */
  find(backup: Backup): LogBuffer | null {
    const key = keyOf(backup);
    const shelved = this.#shelf.get(key) ?? this.#load(key);
    if (!shelved) return null;
    this.#touch(key, shelved);
    return shelved.buffer;
  }

  open(backup: Backup): LogBuffer {
    const known = this.find(backup);
    if (known) return known;
    const buffer = new LogBuffer(this.#options.logLimits);
    this.#touch(keyOf(backup), { buffer, savedSeq: 0, savedEnd: false });
    this.#dropOld();
    return buffer;
  }

  /** Like `find`, with what other gateways have stored as far as the database can be read. */
  async findNewest(backup: Backup): Promise<LogBuffer | null> {
    const known = this.find(backup);
    if (!this.#options.shared) return known;
    const buffer = known ?? new LogBuffer(this.#options.logLimits);
    try {
      await this.pull(backup, buffer);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
    }
    const present = this.find(backup);
    if (present || !this.#versions.has(buffer)) return present;
    this.#touch(keyOf(backup), { buffer, savedSeq: 0, savedEnd: false });
    this.#dropOld();
    return buffer;
  }

  /** Marks watched buffers as used, since they grow, and evicts others. */
  keep(watched: Iterable<{ readonly backup: Backup; readonly buffer: LogBuffer }>): void {
    for (const { backup, buffer } of watched) {
      const key = keyOf(backup);
      const shelved = this.#shelf.get(key);
      // Watched buffers stay with their topics even when they are dropped here.
      this.#touch(key, shelved?.buffer === buffer ? shelved : { buffer, savedSeq: buffer.lastSeq, savedEnd: false });
    }
    this.#dropOld();
  }

  /**
   * Changes the buffer; `save` stores it. Of a shared log: resolves when the result is stored, and shows nothing before. Rejects
   * then with LeaseLostError and STORAGE_UNAVAILABLE. Returns the buffer.
   */
  async change(backup: Backup, buffer: LogBuffer, change: LogChange, options: ChangeOptions = {}): Promise<LogBuffer> {
    const { shared } = this.#options;
    if (!shared) {
      await change(buffer);
      return buffer;
    }
    let isStored = false;
    try {
      for (let attempt = 0; !isStored; attempt++) {
        if (attempt === maxAttempts) throw new GatewayError('STORAGE_UNAVAILABLE', 'Other gateways write to this log.');
        await this.pull(backup, buffer);
        isStored = await this.#changeShared(shared, backup, { buffer, change, lease: options.lease ?? null });
      }
    } catch (error) {
      if (!options.orAlone || !(error instanceof GatewayError) || error.code !== 'STORAGE_UNAVAILABLE') throw error;
      const copy = buffer.fork({ isNewEpoch: true });
      await change(copy);
      return copy;
    }
    return buffer;
  }

  /** False: another gateway has added to the log meanwhile. */
  async #changeShared(
    shared: SharedLogs,
    backup: Backup,
    { buffer, change, lease }: { buffer: LogBuffer; change: LogChange; lease: Lease | null },
  ): Promise<boolean> {
    const version = this.#versions.get(buffer) ?? null;
    const { lastSeq: storedSeq, hasEnd } = buffer;
    const draft = buffer.fork();
    await change(draft);
    if (draft.lastSeq === storedSeq && draft.hasEnd === hasEnd) return true;
    const { head, entries, lastSeq } = draft.toKept(version === null ? 0 : storedSeq);
    const isStored = await shared.write({
      provider: backup.provider,
      log: keyOf(backup),
      version,
      head,
      entries: entries.map((entry) => JSON.stringify(entry)),
      lastSeq,
      evicted: draft.evicted,
      lease,
    });
    // What others have appended after that may be here already.
    if (isStored && (this.#versions.get(buffer) ?? null) === version) {
      buffer.adopt(draft);
      this.#versions.set(buffer, (version ?? 0) + 1);
    }
    return isStored;
  }

  /** Of a shared log: adds what other gateways have stored. Rejects with STORAGE_UNAVAILABLE. */
  async pull(backup: Backup, buffer: LogBuffer): Promise<void> {
    const { shared } = this.#options;
    if (!shared) return;
    const before = this.#versions.get(buffer);
    const { epoch, lastSeq: seq } = buffer;
    const stored = await shared.read(keyOf(backup), { epoch, seq });
    const version = this.#versions.get(buffer);
    if (!stored) {
      // It was deleted since it is old, or much: it is stored anew with what is here, and its numbers may be used again.
      if (version === undefined || version !== before) return;
      this.#versions.delete(buffer);
      buffer.adopt(buffer.fork({ isNewEpoch: true }));
      return;
    }
    if (stored.version <= (version ?? 0)) return;
    buffer.follow(stored);
    this.#versions.set(buffer, stored.version);
  }

  /** Like `pull`, for many. */
  async pullAll(topics: Iterable<{ readonly backup: Backup; readonly buffer: LogBuffer }>): Promise<void> {
    const { shared } = this.#options;
    if (!shared) return;
    const all = [...topics];
    const versions = await shared.versions(all.map(({ backup }) => keyOf(backup)));
    for (const { backup, buffer } of all) {
      if ((versions.get(keyOf(backup)) ?? 0) > (this.#versions.get(buffer) ?? 0)) await this.pull(backup, buffer);
    }
  }

  /** Resolves when the new entries are stored. Entries of an evicted buffer are not stored. */
  async save(backup: Backup, buffer: LogBuffer): Promise<void> {
    const log = keyOf(backup);
    const shelved = this.#shelf.get(log);
    if (
      this.#options.shared ||
      shelved?.buffer !== buffer ||
      (buffer.lastSeq === shelved.savedSeq && buffer.hasEnd === shelved.savedEnd)
    )
      return;
    const { head, entries, lastSeq } = buffer.toKept(shelved.savedSeq);
    shelved.savedSeq = lastSeq;
    shelved.savedEnd = buffer.hasEnd;
    const texts = entries.map((entry) => JSON.stringify(entry));
    await this.#options.store.append({ log, head, entries: texts, lastSeq, evicted: buffer.evicted });
  }

  #load(key: string): Shelved | null {
    const kept = this.#options.store.load(key);
    if (!kept) return null;
    try {
      const buffer = new LogBuffer(this.#options.logLimits, kept);
      return { buffer, savedSeq: buffer.lastSeq, savedEnd: buffer.hasEnd };
    } catch (error) {
      this.#options.onBug(error);
      return null;
    }
  }

  #touch(key: string, shelved: Shelved): void {
    this.#shelf.delete(key);
    this.#shelf.set(key, shelved);
  }

  #dropOld(): void {
    let { bytes } = this;
    for (const [key, { buffer }] of this.#shelf) {
      if (bytes <= this.#options.maxLogBytes && this.#shelf.size <= maxBooks) return;
      this.#shelf.delete(key);
      bytes -= buffer.bytes;
    }
  }
}

const keyOf = ({ provider, localId }: Backup): string => `log\n${provider}\n${localId}`;
