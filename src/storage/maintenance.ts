/** What operators do with a database: check it, and bring its tables up to date. */
import { existsSync } from 'node:fs';
import { checkDatabase, LedgerError, openReadOnly, versionOf } from './database.ts';
import { realPathOf } from './database-file.ts';
import type { StorageState } from './maintained.ts';
import { findOwner, isFileLocked, openStorage } from './storage.ts';
import { isPostgresUrl, labelOf } from './storage-url.ts';

/** Reads every page of a file, also while a gateway uses it. Rejects with LedgerError if no gateway could use the database. */
export async function checkStorage(url: string): Promise<StorageState> {
  if (isPostgresUrl(url)) return (await import('./postgres.ts')).checkPostgres(url);
  const path = pathOf(url);
  const database = openReadOnly(path);
  try {
    checkDatabase(database, path);
    const owner = isFileLocked(path) ? (findOwner(path) ?? 'another process') : null;
    return { label: labelOf(url), ...versionOf(database), owner };
  } finally {
    database.close();
  }
}

/** Returns the version before and after. Rejects with LedgerError, also if a gateway uses the database. */
export async function migrateStorage(url: string): Promise<{ label: string; from: number; to: number }> {
  if (isPostgresUrl(url)) {
    return { label: labelOf(url), ...(await (await import('./postgres.ts')).migratePostgres(url)) };
  }
  const path = pathOf(url);
  const from = existsSync(path) ? (await checkStorage(url)).found : 0;
  await openStorage(url).close();
  return { label: labelOf(url), from, to: (await checkStorage(url)).found };
}

function pathOf(url: string): string {
  if (url !== ':memory:') return realPathOf(url);
  throw new LedgerError('There is no database to look at: storage.url of this configuration is :memory:.');
}
