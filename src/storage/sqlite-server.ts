/**
 * Runs statements on SQLite databases, for requests that are plain data. `createSqliteServer` runs in the worker thread
 * from its own text, so that one file works as a source, built and bundled: it must use nothing but its parameters and
 * the globals of Node.
 */
import type { statSync as StatSync } from 'node:fs';
import type Database from 'libsql';

export type SqliteRequest =
  | { readonly kind: 'open'; readonly session: number; readonly file: string; readonly watched: readonly string[] }
  | { readonly kind: 'run'; readonly session: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | {
      readonly kind: 'batch';
      readonly session: number;
      readonly statements: readonly Statement[];
      /** The commit does not wait for the disk: a crash of the machine may lose it, one of the process does not. */
      readonly isRelaxed: boolean;
    }
  | { readonly kind: 'close'; readonly session: number };

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface SqliteReply {
  readonly rows?: readonly unknown[];
  readonly changes?: number;
  readonly error?: { readonly message: string; readonly code: string | null };
}

export type SqliteServer = (request: SqliteRequest) => SqliteReply;

/** Code of the error for files that are no longer the ones that were opened. */
export const filesChangedCode = 'BACKPLANE_FILES_CHANGED';

/** `open`: opens the database of a session. */
export function createSqliteServer(open: (file: string) => Database.Database, statSync: typeof StatSync): SqliteServer {
  interface Session {
    readonly database: Database.Database;
    readonly statements: Map<string, Database.Statement>;
    readonly watched: readonly string[];
    readonly identities: Map<string, string>;
  }
  const maxStatements = 200;
  const sessions = new Map<number, Session>();

  function identityOf(path: string): string | null {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? `${stats.dev}:${stats.ino}` : null;
  }

  function filesChanged(path: string): Error {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const message = `its file ${name} was removed or replaced while it was in use; restart the gateway`;
    return Object.assign(new Error(message), { code: 'BACKPLANE_FILES_CHANGED' });
  }

  /** Throws if a file of the database was removed or replaced: writes to it would be lost. */
  function requireFiles({ watched, identities }: Session): void {
    for (const path of watched) {
      const identity = identityOf(path);
      const known = identities.get(path);
      if (known !== undefined && known !== identity) throw filesChanged(path);
      if (identity !== null) identities.set(path, identity);
    }
  }

  /** A boolean would abort the process, a number would be bound as REAL, and a text would end at a NUL. */
  function toBound(value: unknown): unknown {
    if (typeof value === 'boolean') return value ? 1n : 0n;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
  }

  function prepare({ database, statements }: Session, sql: string): Database.Statement {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    if (statements.size >= maxStatements) statements.clear();
    statements.set(sql, statement);
    return statement;
  }

  function execute(session: Session, sql: string, parameters: readonly unknown[]): SqliteReply {
    const statement = prepare(session, sql);
    const bound = parameters.map(toBound);
    if (!statement.reader) return { changes: Number(statement.run(...bound).changes) };
    const rows = statement.all(...bound) as unknown[];
    return { rows, changes: rows.length };
  }

  /**
   * A write takes the lock with a statement of its own. A prepared statement that waits for the lock in vain would stay
   * in progress, and no later transaction could be committed.
   */
  function inTransaction<T>({ database }: Session, work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function run(session: Session, sql: string, parameters: readonly unknown[]): SqliteReply {
    const { database } = session;
    if (/^\s*select\b/i.test(sql)) return execute(session, sql, parameters);
    if (/^(commit|rollback)$/i.test(sql)) {
      database.exec(sql);
      return {};
    }
    requireFiles(session);
    if (/^begin\b/i.test(sql)) {
      database.exec(sql);
      return {};
    }
    // `exec`, since each step of the statement frees one page. A checkpoint makes the file shorter.
    if (/^pragma incremental_vacuum\b/i.test(sql)) {
      inTransaction(session, () => database.exec(sql));
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      return {};
    }
    if (database.inTransaction) return execute(session, sql, parameters);
    return inTransaction(session, () => execute(session, sql, parameters));
  }

  /** All statements in one transaction. */
  function runBatch(session: Session, statements: readonly Statement[], isRelaxed: boolean): SqliteReply {
    const { database } = session;
    if (isRelaxed) database.exec('PRAGMA synchronous = NORMAL');
    try {
      requireFiles(session);
      return inTransaction(session, () => {
        for (const { sql, parameters } of statements) execute(session, sql, parameters);
        return {};
      });
    } finally {
      if (isRelaxed) database.exec('PRAGMA synchronous = FULL');
    }
  }

  function handle(request: SqliteRequest): SqliteReply {
    if (request.kind === 'open') {
      const { file, watched } = request;
      // SQLite would make a new one.
      if (watched.length > 0 && identityOf(file) === null) throw filesChanged(file);
      const session = { database: open(file), statements: new Map(), watched, identities: new Map() };
      sessions.set(request.session, session);
      requireFiles(session);
      return {};
    }
    const session = sessions.get(request.session);
    if (request.kind !== 'close') {
      if (!session) throw new Error('the session is not open');
      if (request.kind === 'run') return run(session, request.sql, request.parameters);
      return runBatch(session, request.statements, request.isRelaxed);
    }
    sessions.delete(request.session);
    session?.database.close();
    return {};
  }

  return (request) => {
    try {
      return handle(request);
    } catch (error) {
      const { message, code } = error as Error & { code?: unknown };
      return { error: { message: String(message), code: typeof code === 'string' ? code : null } };
    }
  };
}
