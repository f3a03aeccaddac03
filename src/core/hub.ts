/**
 * Products answer polls; people want to watch. The hub keeps one poll loop for each provider that somebody watches,
 * whatever the number of watchers: it starts with the first and ends with the last. All watched backups of a
 * provider are read by one call a tick; a backup whose log is wanted adds one log read a tick.
 */
import type { GatewayError } from './errors.ts';
import type { Instant } from './instant.ts';
import { readLogInto } from './log-reading.ts';
import { LogBook, type LogBookLimits } from './logbook.ts';
import type { Backup } from './model.ts';
import { Poller } from './poller.ts';
import type { Problem, Provider } from './provider.ts';
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
