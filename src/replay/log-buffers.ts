/** The replay logs of all backups: in memory while in use, in the ledger's database until they expire. */

import type { Backup } from '../core/model.ts';
import { LogBuffer, type LogBufferLimits } from './log-buffer.ts';
import type { ReplayStore } from './replay-file.ts';

export interface LogBuffersOptions {
  readonly logLimits: LogBufferLimits;
  /** Memory of all buffers together, in bytes. Eviction starts with the least recently used buffer. */
  readonly maxLogBytes: number;
  readonly store: ReplayStore;
  readonly onBug: (error: unknown) => void;
}

const maxBooks = 1000;

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

  /** Resolves when the new entries are stored. Entries of an evicted buffer are not stored. */
  async save(backup: Backup, buffer: LogBuffer): Promise<void> {
    const log = keyOf(backup);
    const shelved = this.#shelf.get(log);
    if (shelved?.buffer !== buffer || (buffer.lastSeq === shelved.savedSeq && buffer.hasEnd === shelved.savedEnd))
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
