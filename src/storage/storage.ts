/** Opens the ledger's database: locked, and checked at the start. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'libsql';
import { z } from 'zod';
import { formatInstant, now } from '../core/instant.ts';
import { createRefusedCredentials } from '../core/refused-credentials.ts';
import { checkDatabase, LedgerBusyError, LedgerError, openDatabase, openReadOnly, whileOpening } from './database.ts';
import { realPathOf, requireFile, restrictMode } from './database-file.ts';
import { type FileLock, lockPathOf, tryLock } from './file-lock.ts';
import type { SharedStorage } from './maintained.ts';
import type { Waits } from './postgres-pool.ts';
import { openRefusedCredentials } from './refused-credentials.ts';
import type { ObservedTime } from './retention-clock.ts';
import { type Storage, type StorageBeside, startAlone } from './started-storage.ts';
import { sqliteFile, sqliteMemory } from './storage-database.ts';
import { createStorageHealth } from './storage-health.ts';
import { isPostgresUrl, labelOf } from './storage-url.ts';

/** Another gateway uses the database. */
export class LedgerLockedError extends LedgerBusyError {}

const retryLockEveryMs = 100;
/** Each try makes connections. */
const retryServerEveryMs = 1_000;

export interface WaitOptions {
  /** How long to wait for another gateway to stop, in milliseconds. */
  readonly waitMs: number;
  /** Called once, before the wait. */
  readonly onWait: (reason: string) => void;
  /** Of PostgreSQL: several gateways may use it at once, and take over from one that was silent for so long. */
  readonly takeoverMs?: number;
  /** Of PostgreSQL behind a pooler: where this gateway holds its lock, and listens. */
  readonly listenUrl?: string | null;
  /** Of PostgreSQL: the longest waits for a connection, and for an answer. */
  readonly waits?: Waits;
}

/** Waits for the lock. Throws LedgerError after `waitMs`, or at once if waiting does not help. */
export async function waitForStorage(url: string, { waitMs, onWait, ...sharing }: WaitOptions): Promise<Storage> {
  const endsAt = performance.now() + waitMs;
  let isWaiting = false;
  for (;;) {
    try {
      return isPostgresUrl(url) ? await (await import('./postgres.ts')).openPostgres(url, sharing) : openStorage(url);
    } catch (error) {
      if (!(error instanceof LedgerBusyError) || performance.now() >= endsAt) throw error;
      if (!isWaiting) onWait(error.message);
      isWaiting = true;
      await wait(isPostgresUrl(url) ? retryServerEveryMs : retryLockEveryMs);
    }
  }
}

/** Opens a file, or a database in memory, without waiting for the lock. Throws LedgerError. */
export function openStorage(url: string): Storage {
  if (url === ':memory:') return inMemory();
  const file = labelOf(url);
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
  const connection = sqliteFile(path, [path, `${path}-wal`, lockPathOf(path)]);
  return startAlone({ file: path, database: connection, observed, release: lock.release });
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
  const who = findOwner(path) ?? 'another process';
  return new LedgerLockedError(
    `The ledger at ${file} is in use by another gateway: ${who}. Stop that one first, or give this one a storage.url of its own.`,
  );
}

/** Whether a gateway uses a file. */
export function isFileLocked(path: string): boolean {
  if (!existsSync(lockPathOf(path))) return false;
  const lock = tryLock(path);
  lock?.release();
  return lock === null;
}

/** Returns the process that used the file last, for people; null where the file does not say. */
export function findOwner(path: string): string | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true });
    const row: unknown = database.prepare('SELECT pid, host, since FROM process_owner').get();
    if (row === undefined) return null;
    const { pid, host, since } = wireOwner.parse(row);
    return `process ${pid} on ${host}, since ${formatInstant(since)}`;
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
    replayRows: null,
    replica: null,
    listens: true,
    onChange: ignore,
    close: () => database.close(),
  };
}

/**
 * Opens the storage for a short command, even while a gateway uses the file: only the tables that both may write.
 * Rejects with LedgerError if no gateway could use the file.
 */
export async function openSharedStorage(file: string): Promise<SharedStorage> {
  if (file === ':memory:') return inMemory();
  if (isPostgresUrl(file)) return (await import('./postgres.ts')).openPostgresBeside(file);
  try {
    // Opened and closed like a gateway does, to check the file without keeping the lock.
    await openStorage(file).close();
  } catch (error) {
    if (!(error instanceof LedgerLockedError)) throw error;
  }
  return openBeside(realPathOf(file));
}

/** Opens the database to read it, also while a gateway uses it. Rejects with LedgerError if it is missing or of another version. */
export async function openBesideGateway(url: string): Promise<StorageBeside> {
  if (isPostgresUrl(url)) return (await import('./postgres.ts')).openPostgresToRead(url);
  if (url === ':memory:') {
    throw new LedgerError('There is no database to look at: storage.url of this configuration is :memory:.');
  }
  const path = realPathOf(labelOf(url));
  openReadOnly(path).close();
  openDatabase(path, 'FULL', { migrates: false }).close();
  const database = sqliteFile(path, []);
  return { database, health: createStorageHealth(), close: () => database.close() };
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
