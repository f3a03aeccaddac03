/**
 * Stores replay logs across restarts: append-only logs in the ledger's database, one row for each append. Bounded by
 * total bytes and by age; the owner of a log bounds the log itself. Without a file, nothing is stored.
 */
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { outsideRequests } from '../core/request-scope.ts';
import { openDatabase } from '../storage/database.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import { createStorageHealth, type StorageHealth } from '../storage/storage-health.ts';

export interface ReplayStoreOptions {
  /** Path of the ledger; `:memory:` stores nothing. */
  readonly file: string;
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
  close(): void;
}

/** Approximate maximum of one transaction, which takes some milliseconds. */
const maxBatchBytes = 500_000;
const pruneEveryMs = 60_000;

const nothingKept: ReplayStore = {
  load: () => null,
  note: () => undefined,
  append: () => Promise.resolve(),
  close: () => undefined,
};

const wireHead = z.object({ head: z.string() });
const wireKeptHead = z.object({ head: z.unknown(), lastSeq: z.int().min(0) });
const wirePart = z.object({ last_seq: z.int(), entries: z.string() });
const wireBytes = z.object({ bytes: z.number().nullable() });
const wireLog = z.object({ log: z.string() });
const wireNote = z.object({ note: z.string() });

export function openReplayStore(options: ReplayStoreOptions): ReplayStore {
  if (options.file === ':memory:') return nothingKept;
  const { health = createStorageHealth(), retention = { now } } = options;
  const database = openDatabase(options.file, 'NORMAL');
  const headOf = database.prepare('SELECT head FROM replay_logs WHERE log = ?');
  const partsOf = database.prepare('SELECT last_seq, entries FROM replay_parts WHERE log = ? ORDER BY last_seq');
  const noteOf = database.prepare('SELECT note FROM replay_notes WHERE name = ?');
  const putHead = database.prepare('INSERT OR REPLACE INTO replay_logs (log, head, used_at) VALUES (?, ?, ?)');
  const putPart = database.prepare(
    'INSERT OR REPLACE INTO replay_parts (log, last_seq, at, bytes, entries) VALUES (?, ?, ?, ?, ?)',
  );
  const putNote = database.prepare('INSERT OR REPLACE INTO replay_notes (name, note) VALUES (?, ?)');
  const evict = database.prepare('DELETE FROM replay_parts WHERE log = ? AND last_seq <= ?');
  const bytesOfAll = database.prepare('SELECT sum(bytes) AS bytes FROM replay_parts');
  const unused = database.prepare('SELECT log FROM replay_logs WHERE log <> ? ORDER BY used_at LIMIT 1');
  const dropParts = database.prepare('DELETE FROM replay_parts WHERE log = ?');
  const dropHead = database.prepare('DELETE FROM replay_logs WHERE log = ?');
  const dropOldParts = database.prepare('DELETE FROM replay_parts WHERE at < ?');
  const dropOldHeads = database.prepare('DELETE FROM replay_logs WHERE used_at < ? AND log <> ?');

  let waiting: { write: ReplayWrite; written: () => void }[] = [];
  let isScheduled = false;
  let isClosed = false;
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  /** Bytes added since the total was last computed, which reads every row. */
  let addedBytes = Number.POSITIVE_INFINITY;

  function put({ log, head, entries, lastSeq, evicted, notes = {} }: ReplayWrite, at: Instant): void {
    const text = `[${entries.join(',')}]`;
    putHead.run(log, JSON.stringify({ head, lastSeq }), at);
    if (entries.length > 0) putPart.run(log, lastSeq, at, text.length, text);
    evict.run(log, evicted);
    for (const [name, note] of Object.entries(notes)) putNote.run(name, JSON.stringify(note));
    addedBytes += text.length;
  }

  /** Deletes entries that are too old, then the oldest beyond the size limit. */
  function prune(): void {
    if (performance.now() - prunedAtMs > pruneEveryMs) {
      prunedAtMs = performance.now();
      const oldest = retention.now() - options.maxAgeMs * 1000;
      dropOldParts.run(oldest);
      dropOldHeads.run(oldest, options.pinned);
    }
    if (addedBytes < options.maxBytes / 20) return;
    addedBytes = 0;
    for (;;) {
      if ((wireBytes.parse(bytesOfAll.get()).bytes ?? 0) <= options.maxBytes) return;
      const row: unknown = unused.get(options.pinned);
      if (row === undefined) return;
      const { log } = wireLog.parse(row);
      dropParts.run(log);
      dropHead.run(log);
    }
  }

  function writeNow(batch: readonly ReplayWrite[]): void {
    try {
      const at = now();
      database.exec('BEGIN');
      for (const one of batch) put(one, at);
      prune();
      database.exec('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /** While the database cannot be used, the log gets a hole. A stream that resumes there after a restart gets a gap. */
  function write(batch: readonly ReplayWrite[]): void {
    try {
      health.write(() => writeNow(batch));
    } catch (error) {
      if (!(error instanceof GatewayError)) options.onBug(error);
    }
  }

  /** While the database cannot be read, there are no stored logs: streams continue from the product. */
  function readKept<T>(read: () => T, nothing: T): T {
    try {
      return health.read(read);
    } catch (error) {
      if (error instanceof GatewayError) return nothing;
      throw error;
    }
  }

  function load(log: string): KeptLog | null {
    const row: unknown = headOf.get(log);
    if (row === undefined) return null;
    const parts = z.array(wirePart).parse(partsOf.all(log));
    const { head, lastSeq } = wireKeptHead.parse(JSON.parse(wireHead.parse(row).head));
    const entries: unknown[] = [];
    let seq = 0;
    for (const part of parts) {
      const added = JSON.parse(part.entries) as unknown[];
      // A failed write leaves a hole: entries before it cannot be used.
      if (part.last_seq - added.length !== seq) entries.length = 0;
      for (const entry of added) entries.push(entry);
      seq = part.last_seq;
    }
    return { head, entries: seq === lastSeq ? entries : [], lastSeq };
  }

  function loadNote(name: string): unknown {
    const row: unknown = noteOf.get(name);
    return row === undefined ? undefined : JSON.parse(wireNote.parse(row).note);
  }

  /** Runs one transaction. The next one runs in a later turn of the event loop. */
  function flush(): void {
    isScheduled = false;
    let bytes = 0;
    const end = waiting.findIndex(({ write: { entries } }) => {
      const isFull = bytes > maxBatchBytes;
      for (const entry of entries) bytes += entry.length;
      return isFull;
    });
    const batch = end < 0 ? waiting : waiting.slice(0, end);
    waiting = end < 0 ? [] : waiting.slice(end);
    write(batch.map((one) => one.write));
    for (const { written } of batch) written();
    if (waiting.length > 0) schedule();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    // One transaction for all waiting writes.
    outsideRequests(() =>
      setImmediate(() => {
        if (!isClosed) flush();
      }),
    );
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
    close() {
      while (waiting.length > 0) flush();
      isClosed = true;
      database.close();
    },
  };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
