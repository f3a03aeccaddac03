/**
 * One process at a time uses a database. The lock is a small SQLite file beside it that is kept locked exclusively: the
 * operating system releases it when the process ends, however it ends, and the database stays readable for others.
 */
import Database from 'libsql';
import { explainOpening, LedgerBusyError } from './database.ts';
import { requireFile, restrictMode } from './database-file.ts';

export interface FileLock {
  release(): void;
}

export const lockPathOf = (file: string): string => `${file}.lock`;

/** Null where another process, or another gateway in this one, has the lock. Throws LedgerError where it cannot be. */
export function tryLock(file: string): FileLock | null {
  const path = lockPathOf(file);
  requireFile(path);
  restrictMode(path);
  let database: Database.Database | null = null;
  try {
    database = new Database(path);
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY');
    // In this mode the lock is kept after the transaction. Nothing is written, so that nothing can be damaged.
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
