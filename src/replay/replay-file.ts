/**
 * Stores replay logs across restarts: append-only logs in the ledger's database, one row for each append. Bounded by
 * total bytes and by age; the owner of a log bounds the log itself. Without a file, nothing is stored.
 */
import type { Compilable } from 'kysely';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { ReplayRows } from '../storage/replay-rows.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import { createStorageHealth, isStorageFailure, type StorageHealth } from '../storage/storage-health.ts';
import { keptInFile, keptInMemory } from './kept-replay.ts';
import { joinParts } from './replay-parts.ts';
import { createPruning } from './replay-pruning.ts';

export interface ReplayStoreOptions {
  /** Path of the ledger; `:memory:` stores nothing. Reads are from the file: each log is read once, before it is used. */
  readonly file: string;
  /** What was stored at the start; then nothing is read from the file. */
  readonly rows?: ReplayRows | null;
  /** Writes are made here. */
  readonly database: StorageDatabase;
  /** Total size of all logs. Eviction starts with the least recently used log and never takes the pinned one. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly pinned: string;
  /** Called with unexpected write errors. Streams continue; the entries are lost at a restart. */
  readonly onBug: (error: unknown) => void;
  readonly health?: StorageHealth;
  /** Clock for the deletion of old entries; default: the system clock. */
  readonly retention?: RetentionClock;
}

export interface KeptLog {
  readonly head: unknown;
  /** Oldest first, without holes. */
  readonly entries: readonly unknown[];
  /** The number of the last entry, even if that entry is no longer stored. */
  readonly lastSeq: number;
}

export interface ReplayWrite {
  readonly log: string;
  /** State of the log besides its entries. */
  readonly head: unknown;
  /** Each entry as JSON. */
  readonly entries: readonly string[];
  /** The number of the last entry. */
  readonly lastSeq: number;
  /** Entries up to this number are deleted. */
  readonly evicted: number;
  /** Named values stored in the same transaction. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

export interface ReplayStore {
  load(log: string): KeptLog | null;
  /** Undefined if no such note is stored. */
  note(name: string): unknown;
  /** Resolves when the write and all earlier ones have succeeded or failed. Never rejects. */
  append(write: ReplayWrite): Promise<void>;
  /** Writes what is pending, then closes. */
  close(): Promise<void>;
}

/** Approximate maximum of one transaction, which takes some milliseconds. */
const maxBatchBytes = 500_000;

const nothingKept: ReplayStore = {
  load: () => null,
  note: () => undefined,
  append: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

const wireKeptHead = z.object({ head: z.unknown(), lastSeq: z.int().min(0) });

export function openReplayStore(options: ReplayStoreOptions): ReplayStore {
  if (options.file === ':memory:') return nothingKept;
  const { health = createStorageHealth(), retention = { now } } = options;
  const { db, writeRelaxed } = options.database;
  const kept = options.rows ? keptInMemory(options.rows) : keptInFile(options.file);
  let waiting: { write: ReplayWrite; written: () => void }[] = [];
  let flushing: Promise<void> | null = null;
  let isClosed = false;
  const pruning = createPruning({ ...options, retention, onDropBefore: kept.dropBefore, onDrop: kept.drop });

  function toQueries({ log, head, entries, lastSeq, evicted, notes = {} }: ReplayWrite, at: Instant): Compilable[] {
    const text = `[${entries.join(',')}]`;
    pruning.added(text.length);
    const row = { head: JSON.stringify({ head, lastSeq }), used_at: at };
    const part = { at, bytes: text.length, entries: text };
    const texts = Object.entries(notes).map(([name, value]) => [name, JSON.stringify(value)] as const);
    const added = entries.length === 0 ? null : { last_seq: lastSeq, at, entries: text };
    kept.put({ log, head: row.head, part: added, evicted, notes: texts });
    const ofLog = db.deleteFrom('replay_parts').where('log', '=', log);
    const putHead = db.insertInto('replay_logs').values({ log, ...row });
    const putPart = db.insertInto('replay_parts').values({ log, last_seq: lastSeq, ...part });
    return [
      putHead.onConflict((conflict) => conflict.column('log').doUpdateSet(row)),
      ...(entries.length === 0
        ? []
        : [putPart.onConflict((conflict) => conflict.columns(['log', 'last_seq']).doUpdateSet(part))]),
      ofLog.where('last_seq', '<=', evicted),
      ...texts.map(([name, note]) => {
        const put = db.insertInto('replay_notes').values({ name, note });
        return put.onConflict((conflict) => conflict.column('name').doUpdateSet({ note }));
      }),
    ];
  }

  /** While the database cannot be used, the log gets a hole. A stream that resumes there after a restart gets a gap. */
  async function write(batch: readonly ReplayWrite[]): Promise<void> {
    try {
      const at = now();
      await health.write(async () => {
        await writeRelaxed(batch.flatMap((one) => toQueries(one, at)));
        await pruning.run();
      }, 'replay');
    } catch (error) {
      if (!(error instanceof GatewayError)) options.onBug(error);
    }
  }

  /** While the database cannot be read, there are no stored logs: streams continue from the product. */
  function readKept<T>(read: () => T, nothing: T): T {
    try {
      return read();
    } catch (error) {
      if (isStorageFailure(error)) return nothing;
      throw error;
    }
  }

  function load(log: string): KeptLog | null {
    const text = kept.head(log);
    if (text === null) return null;
    const { head, lastSeq } = wireKeptHead.parse(JSON.parse(text));
    return { head, entries: joinParts(kept.parts(log), lastSeq), lastSeq };
  }

  function loadNote(name: string): unknown {
    const text = kept.note(name);
    return text === null ? undefined : JSON.parse(text);
  }

  /** One transaction after another, each with what was waiting when it began. */
  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      let bytes = 0;
      const end = waiting.findIndex(({ write: { entries } }) => {
        const isFull = bytes > maxBatchBytes;
        for (const entry of entries) bytes += entry.length;
        return isFull;
      });
      const batch = end < 0 ? waiting : waiting.slice(0, end);
      waiting = end < 0 ? [] : waiting.slice(end);
      await write(batch.map((one) => one.write));
      for (const { written } of batch) written();
    }
  }

  function schedule(): void {
    flushing ??= outsideRequests(() => nextTurn().then(flush)).finally(() => {
      flushing = null;
      if (waiting.length > 0) schedule();
    });
  }

  return {
    load: (log) => readKept(() => load(log), null),
    note: (name) => readKept(() => loadNote(name), undefined),
    append(one) {
      if (isClosed) return Promise.resolve();
      const { promise, resolve } = withResolver();
      waiting.push({ write: one, written: resolve });
      schedule();
      return promise;
    },
    async close() {
      isClosed = true;
      while (flushing !== null) await flushing;
      kept.close();
    },
  };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** One transaction for all writes of a turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
