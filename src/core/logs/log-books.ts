/** The replay logs of all backups: in memory while they are used, in the ledger's database for as long as they are kept. */

import type { Backup } from '../model.ts';
import { LogBook, type LogBookLimits } from './logbook.ts';
import type { ReplayStore } from './replay/store.ts';

export interface LogBooksOptions {
  readonly logLimits: LogBookLimits;
  /** Of all books in memory together; those that nobody watches or reads for longest go first. */
  readonly maxLogBytes: number;
  readonly store: ReplayStore;
  readonly onBug: (error: unknown) => void;
}

const maxBooks = 1000;

interface Shelved {
  readonly book: LogBook;
  /** Up to here it was given to the store. */
  savedSeq: number;
  /** That the end was seen may be all that has changed. */
  savedEnd: boolean;
}

export class LogBooks {
  readonly #options: LogBooksOptions;
  /** In the order of their use. */
  readonly #shelf = new Map<string, Shelved>();

  constructor(options: LogBooksOptions) {
    this.#options = options;
  }

  /** The book of a backup, where there is one; reading it keeps it from being dropped next. */
  find(backup: Backup): LogBook | null {
    const key = keyOf(backup);
    const shelved = this.#shelf.get(key) ?? this.#load(key);
    if (!shelved) return null;
    this.#touch(key, shelved);
    return shelved.book;
  }

  open(backup: Backup): LogBook {
    const known = this.find(backup);
    if (known) return known;
    const book = new LogBook(this.#options.logLimits);
    this.#touch(keyOf(backup), { book, savedSeq: 0, savedEnd: false });
    this.#dropOld();
    return book;
  }

  /** What is watched is used now, and it has grown. */
  keep(watched: Iterable<{ readonly backup: Backup; readonly book: LogBook }>): void {
    for (const { backup, book } of watched) {
      const key = keyOf(backup);
      const shelved = this.#shelf.get(key);
      // Watched books stay with their topics even when they are dropped here.
      this.#touch(key, shelved?.book === book ? shelved : { book, savedSeq: book.lastSeq, savedEnd: false });
    }
    this.#dropOld();
  }

  /** Resolves when what was added is kept. A book that was dropped meanwhile is kept no further. */
  async save(backup: Backup, book: LogBook): Promise<void> {
    const log = keyOf(backup);
    const shelved = this.#shelf.get(log);
    if (shelved?.book !== book || (book.lastSeq === shelved.savedSeq && book.hasEnd === shelved.savedEnd)) return;
    const { head, entries, lastSeq } = book.toKept(shelved.savedSeq);
    shelved.savedSeq = lastSeq;
    shelved.savedEnd = book.hasEnd;
    const texts = entries.map((entry) => JSON.stringify(entry));
    await this.#options.store.append({ log, head, entries: texts, lastSeq, evicted: book.evicted });
  }

  #load(key: string): Shelved | null {
    const kept = this.#options.store.load(key);
    if (!kept) return null;
    try {
      const book = new LogBook(this.#options.logLimits, kept);
      return { book, savedSeq: book.lastSeq, savedEnd: book.hasEnd };
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
    let bytes = 0;
    for (const { book } of this.#shelf.values()) bytes += book.bytes;
    for (const [key, { book }] of this.#shelf) {
      if (bytes <= this.#options.maxLogBytes && this.#shelf.size <= maxBooks) return;
      this.#shelf.delete(key);
      bytes -= book.bytes;
    }
  }
}

const keyOf = ({ provider, localId }: Backup): string => `log\n${provider}\n${localId}`;
