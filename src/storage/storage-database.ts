/** The database of a running gateway. Every call is asynchronous: nothing waits for a disk or a network in this thread. */

import { type Compilable, CompiledQuery, type DatabaseConnection, type Dialect, Kysely, sql } from 'kysely';
import type Libsql from 'libsql';
import { busyTimeoutMs } from './database.ts';
import { type SqliteConnection, sqliteFileDialect, sqliteMemoryDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;

export interface StorageDatabase {
  readonly kind: 'sqlite' | 'postgres';
  /** Several gateways may write to it, so that none has all of it in memory. */
  readonly isShared: boolean;
  readonly db: Db;
  /** Runs `work` in one transaction. Throws what `work` throws, after a rollback. */
  atomically<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Runs statements in one transaction whose commit does not wait for the disk: a crash of the database's machine may
   * lose it, the end of this process does not.
   */
  writeRelaxed(queries: readonly Compilable[]): Promise<void>;
  /** Gives some of the pages of deleted rows back to the disk. False: there is no more to do, or the server does it. */
  vacuumSome(): Promise<boolean>;
  close(): Promise<void>;
}

/** For a file that `openDatabase` has checked and brought up to date. */
export const sqliteFile = (path: string, watched: readonly string[]): StorageDatabase =>
  toStorageDatabase('sqlite', sqliteFileDialect(path, watched, busyTimeoutMs));

export const sqliteMemory = (database: Libsql.Database): StorageDatabase =>
  toStorageDatabase('sqlite', sqliteMemoryDialect(database));

export function toStorageDatabase(
  kind: StorageDatabase['kind'],
  dialect: Dialect,
  { schema, isShared = false }: { readonly schema?: string; readonly isShared?: boolean } = {},
): StorageDatabase {
  const root = new Kysely<Tables>({ dialect });
  const inSchema = (db: Db): Db => (schema === undefined ? db : db.withSchema(schema));
  return {
    kind,
    isShared,
    db: inSchema(root),
    async atomically(work) {
      let failure: { readonly error: unknown } | null = null;
      try {
        return await root.transaction().execute(async (tx) => {
          try {
            return await work(inSchema(tx));
          } catch (error) {
            failure = { error };
            throw error;
          }
        });
      } catch (error) {
        // After some failures SQLite has rolled back by itself, and the second rollback fails.
        throw failure === null ? error : (failure as { readonly error: unknown }).error;
      }
    },
    async writeRelaxed(queries) {
      const statements = queries.map((query) => query.compile());
      await root.getExecutor().provideConnection((connection) => runRelaxed(connection, statements));
    },
    vacuumSome: async () => kind === 'sqlite' && vacuumSqlite(root),
    close: () => root.destroy(),
  };
}

/** Pages of one step, of 4 kB; and pages that are kept, since new rows will need them. */
const vacuumPages = 250;
const sparePages = 1_000;

/** Does nothing for a file that an earlier version has made: its pages are used again. */
async function vacuumSqlite(db: Db): Promise<boolean> {
  const { rows } = await sql<{ mode: number; free: number }>`
    select (select auto_vacuum from pragma_auto_vacuum) as mode, (select freelist_count from pragma_freelist_count) as free
  `.execute(db);
  const [state] = rows;
  if (state?.mode !== 2 || state.free <= sparePages) return false;
  await db.executeQuery(CompiledQuery.raw(`pragma incremental_vacuum(${vacuumPages})`));
  return true;
}

async function runRelaxed(connection: DatabaseConnection, statements: readonly CompiledQuery[]): Promise<void> {
  if ('runBatch' in connection) return (connection as SqliteConnection).runBatch(statements, true);
  await connection.executeQuery(CompiledQuery.raw('begin'));
  try {
    await connection.executeQuery(CompiledQuery.raw('set local synchronous_commit = off'));
    for (const statement of statements) await connection.executeQuery(statement);
    await connection.executeQuery(CompiledQuery.raw('commit'));
  } catch (error) {
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined);
    throw error;
  }
}
