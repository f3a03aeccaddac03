/** The ledger's database in one process: locked, checked at the start, and monitored while in use. */
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { formatInstant, now } from '../core/instant.ts';
import { createRefusedCredentials, type RefusedCredentials } from '../core/refused-credentials.ts';
import { checkDatabase, LedgerBusyError, openDatabase, whileOpening } from './database.ts';
import { realPathOf, requireFile, restrictMode, watchIdentity } from './database-file.ts';
import { type FileLock, lockPathOf, tryLock } from './file-lock.ts';
import { openRefusedCredentials } from './refused-credentials.ts';
import { createRetentionClock, type RetentionClock } from './retention-clock.ts';
import { createStorageHealth, type StorageHealth } from './storage-health.ts';

export interface Storage {
  /** The real path, or `:memory:`. */
  readonly file: string;
  readonly health: StorageHealth;
  readonly retention: RetentionClock;
  readonly refusedCredentials: RefusedCredentials;
  /** Calls `changed` with the failure when the database becomes unusable, and with null when it is usable again. */
  onChange(changed: (failure: GatewayError | null) => void): void;
  /** Releases the lock. Close every user of the database first. */
  close(): void;
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

function openLocked(path: string, lock: FileLock): Storage {
  const database = openDatabase(path, 'FULL');
  try {
    // After the checks: the mode of another program's file must not change.
    for (const ending of ['', '-wal', '-shm']) restrictMode(path + ending);
    checkDatabase(database, path);
    return startStorage(path, database, lock);
  } catch (error) {
    database.close();
    throw error;
  }
}

function startStorage(path: string, database: Database.Database, lock: FileLock): Storage {
  // A write, to detect a read-only database now.
  database
    .prepare('INSERT OR REPLACE INTO process_owner (id, pid, host, since) VALUES (1, ?, ?, ?)')
    .run(process.pid, hostname(), now());
  const testWrite = database.prepare('UPDATE process_owner SET checks = checks + 1');
  const removeOwner = database.prepare('DELETE FROM process_owner');
  const saveTime = database.prepare(
    'INSERT OR REPLACE INTO retention_clock (id, trusted_at, ahead_by, ahead_ms) VALUES (1, ?, ?, ?)',
  );
  const listeners = new Set<(failure: GatewayError | null) => void>();
  const findFault = watchIdentity([path, `${path}-wal`, lockPathOf(path)]);
  findFault();
  const health = createStorageHealth({
    testWrite: () => void testWrite.run(),
    findFault,
    onChange: (failure) => {
      for (const listener of listeners) listener(failure);
    },
  });
  const retention = createRetentionClock({
    load: () => readTime(database),
    // Unsaved state is observed again.
    save: ({ trustedAt, aheadBy, aheadMs }) =>
      tryWrite(health, () => void saveTime.run(trustedAt, aheadBy, Math.round(aheadMs))),
  });
  retention.now();
  const timer = setInterval(() => retention.now(), observeClockEveryMs).unref();
  return {
    file: path,
    health,
    retention,
    refusedCredentials: openRefusedCredentials(database, health),
    onChange: (changed) => void listeners.add(changed),
    close() {
      clearInterval(timer);
      health.close();
      tryWrite(health, () => void removeOwner.run());
      database.close();
      lock.release();
    },
  };
}

function tryWrite(health: StorageHealth, work: () => void): void {
  try {
    health.write(work);
  } catch (error) {
    // The health has recorded the failure, and `onChange` reports it.
    if (!(error instanceof GatewayError)) throw error;
  }
}

const wireTime = z.object({ trusted_at: z.int(), ahead_by: z.int(), ahead_ms: z.int() });
const wireNewest = z.object({ newest: z.int().nullable() });

function readTime(database: Database.Database) {
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

const inMemory = (): Storage => ({
  file: ':memory:',
  health: createStorageHealth(),
  retention: { now },
  refusedCredentials: createRefusedCredentials(),
  onChange: ignore,
  close: ignore,
});

export interface SharedStorage {
  readonly refusedCredentials: RefusedCredentials;
  close(): void;
}

/**
 * Opens the storage for a short command, even while a gateway uses the file: only the tables that both may write.
 * Throws LedgerError if no gateway could use the file.
 */
export function openSharedStorage(file: string): SharedStorage {
  if (file === ':memory:') return inMemory();
  try {
    // Opened and closed like a gateway does, to check the file without keeping the lock.
    openStorage(file).close();
  } catch (error) {
    if (!(error instanceof LedgerLockedError)) throw error;
  }
  return openBeside(realPathOf(file));
}

/** Storage in memory, for a command whose file cannot be used. */
export const temporaryStorage = (): SharedStorage => inMemory();

/** Opens a file that a gateway uses, without migrations. Throws LedgerError for another version. */
function openBeside(path: string): SharedStorage {
  const database = openDatabase(path, 'FULL', { migrates: false });
  const health = createStorageHealth();
  return {
    refusedCredentials: openRefusedCredentials(database, health),
    close() {
      health.close();
      database.close();
    },
  };
}
