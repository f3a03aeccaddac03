/** The ledger's database: embedded SQLite, written before and after every command. */
import Database from 'libsql';
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { LocalId } from '../model.ts';

export type OperationKind = 'CREATE' | 'START' | 'CANCEL';
export type OperationStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'OUTCOME_UNKNOWN';

/** A command that somebody gave, and what became of it. */
export interface OperationRecord {
  readonly id: string;
  /** Who gave it. */
  readonly viewer: string;
  readonly provider: string;
  readonly kind: OperationKind;
  readonly entityId: LocalId | null;
  /** Of a cancel: what was to be cancelled. Of a start: the backup, once it is known to be ours. */
  readonly backupId: LocalId | null;
  /** The product's own id of that backup, once it is known. */
  readonly externalId: string | null;
  readonly idempotencyKey: string | null;
  /** What was asked, to tell a repeated command from another one with the same key. */
  readonly fingerprint: string;
  readonly status: OperationStatus;
  readonly requestedAt: Instant;
  /** Set before the command leaves: without it, nothing was sent. */
  readonly sentAt: Instant | null;
  /** When its answer was lost on the way; null where it came, is waited for, or this process was not there. */
  readonly lostAt: Instant | null;
  /** The product said that it took the command. */
  readonly isAccepted: boolean;
  readonly resolvedAt: Instant | null;
  readonly name: string | null;
  readonly nonce: string;
  readonly mark: string | null;
  readonly handle: string | null;
  readonly message: string | null;
  /** Backups that may be ours, where nothing proves it. */
  readonly candidateIds: readonly LocalId[];
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** When the backup of a start was seen to have ended; null until then. */
  readonly backupEndedAt: Instant | null;
}

export type OperationChange = Partial<
  Pick<
    OperationRecord,
    | 'backupId'
    | 'externalId'
    | 'status'
    | 'sentAt'
    | 'lostAt'
    | 'isAccepted'
    | 'resolvedAt'
    | 'mark'
    | 'handle'
    | 'message'
    | 'candidateIds'
    | 'error'
    | 'backupEndedAt'
  >
>;

export interface LedgerStore {
  insert(operation: OperationRecord): void;
  update(id: string, change: OperationChange): OperationRecord;
  find(id: string): OperationRecord | null;
  findByKey(viewer: string, idempotencyKey: string): OperationRecord | null;
  /** Those whose outcome is not known, oldest first. */
  pending(): OperationRecord[];
  /** Starts whose backup is known, and not known to have ended, oldest first. */
  unended(): OperationRecord[];
  /** The id that a backup was shown by before its product named it; it keeps that id. */
  addAlias(provider: string, localId: LocalId, alias: LocalId): void;
  aliasOf(provider: string, localId: LocalId): LocalId | null;
  localIdOf(provider: string, alias: LocalId): LocalId | null;
  /** A mark for a backup that was cancelled by us, where the product has no word for it; kept for good. */
  markCancelled(provider: string, localId: LocalId): void;
  isCancelled(provider: string, localId: LocalId): boolean;
  /** Forgets operations that were asked for before a time, pending ones excepted. */
  forgetBefore(time: Instant): void;
  close(): void;
}

/** The ledger cannot be used; the message says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** Each step is run once, in order, and never changed afterwards: the database says how many it has seen. */
const migrations: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     viewer TEXT NOT NULL,
     provider TEXT NOT NULL,
     kind TEXT NOT NULL,
     idempotency_key TEXT,
     status TEXT NOT NULL,
     requested_at INTEGER NOT NULL,
     record TEXT NOT NULL
   );
   CREATE UNIQUE INDEX operations_by_key ON operations (viewer, idempotency_key) WHERE idempotency_key IS NOT NULL;
   CREATE INDEX operations_by_status ON operations (status, requested_at);
   CREATE TABLE aliases (provider TEXT NOT NULL, local_id TEXT NOT NULL, alias TEXT NOT NULL, PRIMARY KEY (provider, local_id));
   CREATE UNIQUE INDEX aliases_by_alias ON aliases (provider, alias);
   CREATE TABLE cancelled (provider TEXT NOT NULL, local_id TEXT NOT NULL, PRIMARY KEY (provider, local_id));`,
  `CREATE TABLE replay_logs (log TEXT PRIMARY KEY, head TEXT NOT NULL, used_at INTEGER NOT NULL);
   CREATE TABLE replay_parts (
     log TEXT NOT NULL,
     last_seq INTEGER NOT NULL,
     at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     entries TEXT NOT NULL,
     PRIMARY KEY (log, last_seq)
   ) WITHOUT ROWID;
   CREATE INDEX replay_parts_by_time ON replay_parts (at);
   CREATE TABLE replay_notes (name TEXT PRIMARY KEY, note TEXT NOT NULL);`,
  `CREATE TABLE audit (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     viewer TEXT NOT NULL,
     is_personal INTEGER NOT NULL,
     is_under_way INTEGER NOT NULL,
     count INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     record TEXT NOT NULL
   );
   CREATE INDEX audit_by_time ON audit (at);
   CREATE INDEX audit_by_viewer ON audit (viewer, seq, bytes);
   CREATE INDEX audit_personal ON audit (viewer, seq) WHERE is_personal = 1;
   CREATE INDEX audit_under_way ON audit (seq) WHERE is_under_way = 1;
   CREATE TABLE audit_providers (provider TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (provider, seq)) WITHOUT ROWID;
   CREATE INDEX audit_providers_by_entry ON audit_providers (seq);
   CREATE TRIGGER audit_forgotten AFTER DELETE ON audit BEGIN DELETE FROM audit_providers WHERE seq = old.seq; END;
   CREATE TABLE audit_days (
     viewer TEXT NOT NULL,
     day INTEGER NOT NULL,
     refused INTEGER NOT NULL,
     rest INTEGER,
     PRIMARY KEY (viewer, day)
   ) WITHOUT ROWID;
   CREATE TABLE audit_key (key BLOB NOT NULL);
   INSERT INTO audit_key VALUES (randomblob(32));`,
];

const wireRecord = z.object({ record: z.string() });
const wireId = z.object({ id: z.string() });

const readId = (row: unknown): string | null => (row === undefined ? null : wireId.parse(row).id);

/** `file`: a path, or `:memory:`. Throws LedgerError where it cannot be opened, or is of a newer version. */
export function openStore(file: string): LedgerStore {
  const database = openDatabase(file, 'FULL');
  const insert = database.prepare(
    `INSERT INTO operations (id, viewer, provider, kind, idempotency_key, status, requested_at, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare('UPDATE operations SET status = ?, record = ? WHERE id = ?');
  const byId = database.prepare('SELECT record FROM operations WHERE id = ?');
  const byKey = database.prepare('SELECT record FROM operations WHERE viewer = ? AND idempotency_key = ?');
  const unended = database.prepare(
    `SELECT record FROM operations WHERE status = 'SUCCEEDED' AND kind <> 'CANCEL'
     AND json_extract(record, '$.backupId') IS NOT NULL AND json_extract(record, '$.backupEndedAt') IS NULL
     ORDER BY requested_at`,
  );
  const byStatus = database.prepare('SELECT record FROM operations WHERE status = ? ORDER BY requested_at');
  const addAlias = database.prepare('INSERT OR REPLACE INTO aliases (provider, local_id, alias) VALUES (?, ?, ?)');
  const aliasOf = database.prepare('SELECT alias AS id FROM aliases WHERE provider = ? AND local_id = ?');
  const localIdOf = database.prepare('SELECT local_id AS id FROM aliases WHERE provider = ? AND alias = ?');
  const mark = database.prepare('INSERT OR IGNORE INTO cancelled (provider, local_id) VALUES (?, ?)');
  const marked = database.prepare('SELECT local_id AS id FROM cancelled WHERE provider = ? AND local_id = ?');
  const forget = database.prepare("DELETE FROM operations WHERE requested_at < ? AND status <> 'PENDING'");

  function read(row: unknown): OperationRecord | null {
    if (row === undefined) return null;
    const record = JSON.parse(wireRecord.parse(row).record) as OperationRecord;
    // One that an older program has written lacks it.
    return { ...record, externalId: record.externalId ?? null };
  }

  const store: LedgerStore = {
    insert(operation) {
      const { id, viewer, provider, kind, idempotencyKey, status, requestedAt } = operation;
      insert.run(id, viewer, provider, kind, idempotencyKey, status, requestedAt, JSON.stringify(operation));
    },
    update(id, change) {
      const before = store.find(id);
      if (!before) throw new Error(`operation ${id} is not in the ledger`);
      const after = { ...before, ...change };
      update.run(after.status, JSON.stringify(after), id);
      return after;
    },
    find: (id) => read(byId.get(id)),
    findByKey: (viewer, key) => read(byKey.get(viewer, key)),
    pending: () => byStatus.all('PENDING').flatMap((row: unknown) => read(row) ?? []),
    unended: () => unended.all().flatMap((row: unknown) => read(row) ?? []),
    addAlias: (provider, localId, alias) => void addAlias.run(provider, localId, alias),
    aliasOf: (provider, localId) => readId(aliasOf.get(provider, localId)),
    localIdOf: (provider, alias) => readId(localIdOf.get(provider, alias)),
    markCancelled: (provider, localId) => void mark.run(provider, localId),
    isCancelled: (provider, localId) => readId(marked.get(provider, localId)) !== null,
    forgetBefore: (time) => void forget.run(time),
    close: () => void database.close(),
  };
  return store;
}

/**
 * The database with all its tables. `FULL` waits for the disk with every write, which a command must; `NORMAL` does
 * not, and survives the end of the process all the same. Throws LedgerError.
 */
export function openDatabase(file: string, synchronous: 'FULL' | 'NORMAL'): Database.Database {
  const database = openFile(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000`);
  migrate(database);
  return database;
}

function openFile(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (cause) {
    throw new LedgerError(`The ledger cannot be opened at ${file}: is there such a folder, and may it be written?`, {
      cause,
    });
  }
}

function migrate(database: Database.Database): void {
  const version =
    z.array(z.object({ user_version: z.int() })).parse(database.pragma('user_version'))[0]?.user_version ?? 0;
  if (version > migrations.length) {
    throw new LedgerError(
      `The ledger is of version ${version}, and this program knows ${migrations.length}: use a newer program, or another file.`,
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    // One transaction a step: a process that ends in the middle leaves the step undone.
    database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
