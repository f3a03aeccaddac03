/** The ledger's database in one process: locked, checked at the start, and monitored while in use. */
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { formatInstant, now } from '../core/instant.ts';
import { createRefusedCredentials, type RefusedCredentials } from '../core/refused-credentials.ts';
import { checkDatabase, LedgerBusyError, openDatabase, whileOpening } from './database.ts';
import { realPathOf, requireFile, restrictMode } from './database-file.ts';
import { type FileLock, lockPathOf, tryLock } from './file-lock.ts';
import { openRefusedCredentials } from './refused-credentials.ts';
import { createRetentionClock, type ObservedTime, type RetentionClock } from './retention-clock.ts';
import { type StorageDatabase, sqliteFile, sqliteMemory } from './storage-database.ts';
import { createStorageHealth, type StorageHealth } from './storage-health.ts';

export interface Storage {
  /** The real path, or `:memory:`. */
  readonly file: string;
  readonly database: StorageDatabase;
  readonly health: StorageHealth;
  readonly retention: RetentionClock;
  readonly refusedCredentials: RefusedCredentials;
  /** Calls `changed` with the failure when the database becomes unusable, and with null when it is usable again. */
  onChange(changed: (failure: GatewayError | null) => void): void;
  /** Releases the lock. Close every user of the database first. */
  close(): Promise<void>;
}

/** Another gateway uses the database. */
export class LedgerLockedError extends LedgerBusyError {}

const observeClockEveryMs = 60_000;
const retryLockEveryMs = 100;

export interface WaitOptions {
  /** How long to wait for another gateway to stop, in milliseconds. */
  readonly waitMs: number;
  /** Called once, before the wait. */
  readonly onWait: (reason: string) => void;
}

/** Waits for the lock. Throws LedgerError after `waitMs`, or at once if waiting does not help. */
export async function waitForStorage(file: string, { waitMs, onWait }: WaitOptions): Promise<Storage> {
  const endsAt = performance.now() + waitMs;
  let isWaiting = false;
  for (;;) {
    try {
      return openStorage(file);
    } catch (error) {
      if (!(error instanceof LedgerBusyError) || performance.now() >= endsAt) throw error;
      if (!isWaiting) onWait(error.message);
      isWaiting = true;
      await wait(retryLockEveryMs);
    }
  }
}

/** Opens the storage without waiting for the lock. Throws LedgerError. */
export function openStorage(file: string): Storage {
  if (file === ':memory:') return inMemory();
  const path = realPathOf(file);
  requireFile(path);
  const lock = tryLock(path);
  if (!lock) throw lockedBy(path, file);
  try {
    return whileOpening(path, () => openLocked(path, lock));
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Checks the file and brings it up to date in this thread, before anything is served. */
function openLocked(path: string, lock: FileLock): Storage {
  const database = openDatabase(path, 'FULL');
  let observed: ObservedTime | null;
  try {
    // After the checks: the mode of another program's file must not change.
    for (const ending of ['', '-wal', '-shm']) restrictMode(path + ending);
    checkDatabase(database, path);
    // A write, to detect a read-only database now.
    database
      .prepare('INSERT OR REPLACE INTO process_owner (id, pid, host, since) VALUES (1, ?, ?, ?)')
      .run(process.pid, hostname(), now());
    observed = readTime(database);
  } finally {
    database.close();
  }
  return startStorage(path, sqliteFile(path, [path, `${path}-wal`, lockPathOf(path)]), lock, observed);
}

function startStorage(file: string, database: StorageDatabase, lock: FileLock, observed: ObservedTime | null): Storage {
  const { db } = database;
  const listeners = new Set<(failure: GatewayError | null) => void>();
  const health = createStorageHealth({
    testWrite: () =>
      db
        .updateTable('process_owner')
        .set(({ eb }) => ({ checks: eb('checks', '+', 1) }))
        .execute(),
    onChange: (failure) => {
      for (const listener of listeners) listener(failure);
    },
  });
  const retention = createRetentionClock({
    load: () => observed,
    // Unsaved state is observed again.
    save: (time) => void tryWrite(health, () => saveTime(database, time)),
  });
  retention.now();
  const timer = setInterval(() => retention.now(), observeClockEveryMs).unref();
  return {
    file,
    database,
    health,
    retention,
    refusedCredentials: openRefusedCredentials(database, health),
    onChange: (changed) => void listeners.add(changed),
    async close() {
      clearInterval(timer);
      health.close();
      await tryWrite(health, () => db.deleteFrom('process_owner').execute());
      await database.close();
      lock.release();
    },
  };
}

function saveTime({ db }: StorageDatabase, { trustedAt, aheadBy, aheadMs }: ObservedTime): Promise<unknown> {
  const time = { trusted_at: trustedAt, ahead_by: aheadBy, ahead_ms: Math.round(aheadMs) };
  return db
    .insertInto('retention_clock')
    .values({ id: 1, ...time })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(time))
    .execute();
}

async function tryWrite(health: StorageHealth, work: () => Promise<unknown>): Promise<void> {
  try {
    await health.write(work);
  } catch (error) {
    // The health has recorded the failure, and `onChange` reports it.
    if (!(error instanceof GatewayError)) throw error;
  }
}

const wireTime = z.object({ trusted_at: z.int(), ahead_by: z.int(), ahead_ms: z.int() });
const wireNewest = z.object({ newest: z.int().nullable() });

function readTime(database: Database.Database): ObservedTime | null {
  const row: unknown = database.prepare('SELECT trusted_at, ahead_by, ahead_ms FROM retention_clock').get();
  if (row !== undefined) {
    const { trusted_at: trustedAt, ahead_by: aheadBy, ahead_ms: aheadMs } = wireTime.parse(row);
    return { trustedAt, aheadBy, aheadMs };
  }
  // A file of an older version: its newest record gives a trusted time.
  const newest: unknown = database
    .prepare(
      'SELECT max(at) AS newest FROM (SELECT max(requested_at) AS at FROM operations UNION ALL SELECT max(at) FROM audit)',
    )
    .get();
  const at = wireNewest.parse(newest).newest;
  return at === null ? null : { trustedAt: at, aheadBy: 0, aheadMs: 0 };
}

const wireOwner = z.object({ pid: z.int(), host: z.string(), since: z.int() });

/** Reads the owner from the database, which stays readable while it is locked. */
function lockedBy(path: string, file: string): LedgerLockedError {
  const owner = findOwner(path);
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${formatInstant(owner.since)}` : 'another process';
  return new LedgerLockedError(
    `The ledger at ${file} is in use by another gateway: ${who}. Stop that one first, or give this one a ledger.file of its own.`,
  );
}

function findOwner(path: string): z.infer<typeof wireOwner> | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true });
    const row: unknown = database.prepare('SELECT pid, host, since FROM process_owner').get();
    return row === undefined ? null : wireOwner.parse(row);
  } catch {
    // The other process may still be creating the file; the message then has no owner.
    return null;
  } finally {
    database?.close();
  }
}

const ignore = (): void => undefined;

function inMemory(): Storage {
  const database = sqliteMemory(openDatabase(':memory:', 'FULL'));
  return {
    file: ':memory:',
    database,
    health: createStorageHealth(),
    retention: { now },
    refusedCredentials: createRefusedCredentials(),
    onChange: ignore,
    close: () => database.close(),
  };
}

export interface SharedStorage {
  readonly refusedCredentials: RefusedCredentials;
  close(): Promise<void>;
}

/**
 * Opens the storage for a short command, even while a gateway uses the file: only the tables that both may write.
 * Rejects with LedgerError if no gateway could use the file.
 */
export async function openSharedStorage(file: string): Promise<SharedStorage> {
  if (file === ':memory:') return inMemory();
  try {
    // Opened and closed like a gateway does, to check the file without keeping the lock.
    await openStorage(file).close();
  } catch (error) {
    if (!(error instanceof LedgerLockedError)) throw error;
  }
  return openBeside(realPathOf(file));
}

/** Storage in memory, for a command whose file cannot be used. */
export const temporaryStorage = (): SharedStorage => inMemory();

/** Opens a file that a gateway uses, without migrations. Throws LedgerError for another version. */
function openBeside(path: string): SharedStorage {
  openDatabase(path, 'FULL', { migrates: false }).close();
  const database = sqliteFile(path, []);
  const health = createStorageHealth();
  return {
    refusedCredentials: openRefusedCredentials(database, health),
    close() {
      health.close();
      return database.close();
    },
  };
}
