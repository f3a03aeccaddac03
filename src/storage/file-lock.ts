/**
 * A lock that lets one process at a time use a database. It is a small SQLite file beside the database, locked
 * exclusively. The operating system releases it when the process ends, and other programs can still read the database.
 */
import Database from 'libsql';
import { explainOpening, LedgerBusyError } from './database.ts';
import { requireFile, restrictMode } from './database-file.ts';

export interface FileLock {
  release(): void;
}

export const lockPathOf = (file: string): string => `${file}.lock`;

/**
 * Returns null if another process, or another gateway in this one, has the lock. Throws LedgerError if locking fails.
 */
export function tryLock(file: string): FileLock | null {
  const path = lockPathOf(file);
  requireFile(path);
  restrictMode(path);
  let database: Database.Database | null = null;
  try {
    database = new Database(path);
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY');
    // In this mode SQLite keeps the lock after the transaction. Nothing is written.
    database.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    database?.close();
    const explained = explainOpening(error, path);
    if (explained instanceof LedgerBusyError) return null;
    throw explained;
  }
  const held = database;
  return { release: () => void held.close() };
}
