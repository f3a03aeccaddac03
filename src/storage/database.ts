/** Opens the ledger's database (embedded SQLite). Errors say why a file cannot be used and what to do. */
import { existsSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { applicationId, migrations } from './migrations.ts';

/** The ledger cannot be used; the message says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** The database is locked by another program, which may release it soon. */
export class LedgerBusyError extends LedgerError {}

export type Synchronous = 'FULL' | 'NORMAL';

/** Time that a statement waits for a lock. Short, since writes behind it wait as well. */
export const busyTimeoutMs = 25;
/** A reader of its own may wait longer: nobody waits for it. */
const readerTimeoutMs = 5_000;

/**
 * Opens the database and creates its tables. `FULL` syncs every write to the disk, as commands need. `NORMAL` does not,
 * but survives the end of the process as well. Throws LedgerError.
 */
export function openDatabase(file: string, synchronous: Synchronous, { migrates = true } = {}): Database.Database {
  const database = openFile(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    requireOwnSchema(database, file);
    // Of a new file: another one keeps its mode.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
    if (migrates) migrate(database);
    else requireCurrent(database, file);
    return database;
  } catch (error) {
    database.close();
    throw explainOpening(error, file);
  }
}

/** Opens an existing database to read it, beside a gateway that uses it. Throws LedgerError. */
export function openReadOnly(file: string): Database.Database {
  if (!existsSync(file)) throw new LedgerError(`There is no ledger at ${file}.`);
  const database = openFile(file, { readonly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${readerTimeoutMs}`);
    requireOwnSchema(database, file);
    return database;
  } catch (error) {
    database.close();
    throw explainOpening(error, file);
  }
}

/** The version of its tables, and the one that this program needs. */
export const versionOf = (database: Database.Database): { readonly found: number; readonly needed: number } => ({
  found: readPragma(database, 'user_version'),
  needed: migrations.length,
});

/** Checks every page. Throws LedgerError if the file is damaged. */
export function checkDatabase(database: Database.Database, file: string): void {
  let found: unknown;
  try {
    found = database.prepare('PRAGMA quick_check(1)').get();
  } catch (error) {
    throw explainOpening(error, file);
  }
  const { quick_check: result } = z.object({ quick_check: z.string() }).parse(found);
  if (result !== 'ok') throw damaged(file);
}

function openFile(file: string, options?: Database.Options): Database.Database {
  try {
    return new Database(file, options);
  } catch (cause) {
    throw cannotOpen(file, cause);
  }
}

const cannotOpen = (file: string, cause: unknown) =>
  new LedgerError(`The ledger cannot be opened at ${file}: is there such a folder, and may it be written?`, { cause });

const damaged = (file: string, cause?: unknown) =>
  new LedgerError(
    `The ledger at ${file} is damaged. Restore it from a backup, or move it away: the gateway then starts with an empty one.`,
    { cause },
  );

const foreign = (file: string, cause?: unknown) =>
  new LedgerError(
    `The file ${file} is not a ledger of this program. It was left unchanged: give storage.url another path.`,
    { cause },
  );

/** Turns an SQLite error during opening into a LedgerError. Other errors are bugs and stay unchanged. */
export function explainOpening(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof LedgerError) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new LedgerBusyError(
      `The ledger at ${file} is locked by another program. Close that program and start again.`,
      {
        cause: error,
      },
    );
  }
  if (code.startsWith('SQLITE_NOTADB')) return foreign(file, error);
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(file, error);
  if (code.startsWith('SQLITE_READONLY')) {
    return new LedgerError(
      `The ledger at ${file} is read-only. The gateway must be able to write the file and its folder.`,
      {
        cause: error,
      },
    );
  }
  if (code.startsWith('SQLITE_FULL')) {
    return new LedgerError(`The ledger at ${file} cannot be written: the disk is full.`, { cause: error });
  }
  if (code.startsWith('SQLITE_CANTOPEN')) return cannotOpen(file, error);
  if (code.startsWith('SQLITE_IOERR')) {
    return new LedgerError(`The ledger at ${file} cannot be read or written: the disk reports an error (${code}).`, {
      cause: error,
    });
  }
  // A table or a column of this version is missing.
  return code === 'SQLITE_ERROR' ? damaged(file, error) : error;
}

/** Runs `work`, which reads from a newly opened database. Throws LedgerError. */
export function whileOpening<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // A row is not JSON, or does not match its schema.
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw damaged(file, error);
    throw explainOpening(error, file);
  }
}

/**
 * Like `whileOpening`, for reads of the running database at the start. Other rejections stay unchanged. `isRepeated`: it is
 * done again with each heartbeat, so that a server which does not answer just now is no reason to end.
 */
export async function startingFrom(file: string, work: () => Promise<unknown>, isRepeated: boolean): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isRepeated && error instanceof GatewayError && error.code === 'STORAGE_UNAVAILABLE') return;
    if (error instanceof SyntaxError) throw damaged(file, error);
    throw explainOpening(findCause(error), file);
  }
}

/** The failure of the database behind what clients are told. */
const findCause = (error: unknown): unknown =>
  error instanceof GatewayError && error.cause instanceof Error ? error.cause : error;

const wireNumber = z.array(z.record(z.string(), z.int()));

function readPragma(database: Database.Database, name: string): number {
  return Object.values(wireNumber.parse(database.pragma(name))[0] ?? {})[0] ?? 0;
}

/** Runs before any write: a database of another program must stay unchanged. */
function requireOwnSchema(database: Database.Database, file: string): void {
  const application = readPragma(database, 'application_id');
  const version = readPragma(database, 'user_version');
  const tables = new Set(
    z
      .array(z.object({ name: z.string() }))
      .parse(database.prepare('SELECT name FROM sqlite_schema').all())
      .map(({ name }) => name),
  );
  if (application !== 0 && application !== applicationId) throw foreign(file);
  if (version === 0 ? tables.size > 0 : !tables.has('operations')) throw foreign(file);
  if (version > migrations.length) {
    throw new LedgerError(
      `The ledger is of version ${version}, and this program knows ${migrations.length}: use a newer program, or another file.`,
    );
  }
}

function requireCurrent(database: Database.Database, file: string): void {
  const version = readPragma(database, 'user_version');
  if (version === migrations.length) return;
  throw new LedgerError(`The ledger at ${file} is in use by a gateway of an older version: stop that one first.`);
}

function migrate(database: Database.Database): void {
  const version = readPragma(database, 'user_version');
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    // One transaction for each step: a step that is interrupted is rolled back.
    database.exec(`BEGIN IMMEDIATE; ${step.sqlite} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
