/** SQLite for Kysely: one connection, in the worker thread, or in this thread for a database in memory. */
import { statSync } from 'node:fs';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type Database from 'libsql';
import { createSqliteServer, type SqliteReply, type Statement } from './sqlite-server.ts';
import { type SendToSqlite, sqliteThread } from './sqlite-thread.ts';

/** Runs one request after another. */
interface Session {
  run(sql: string, parameters: readonly unknown[]): Promise<SqliteReply>;
  batch(statements: readonly Statement[], isRelaxed: boolean): Promise<SqliteReply>;
  close(): Promise<void>;
}

/** For a file that `openDatabase` has checked. `watched`: files that must stay the same ones. */
export const sqliteFileDialect = (file: string, watched: readonly string[], busyTimeoutMs: number): Dialect =>
  toDialect(fileSession(file, watched, busyTimeoutMs));

/** For a database in memory, which nothing has to wait for. */
export const sqliteMemoryDialect = (database: Database.Database): Dialect => toDialect(memorySession(database));

const toDialect = (session: Session): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new SqliteDriver(session),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

let lastSession = 0;

function fileSession(file: string, watched: readonly string[], busyTimeoutMs: number): Session {
  const session = ++lastSession;
  let opened: { readonly worker: ReturnType<typeof sqliteThread>; readonly done: Promise<SqliteReply> } | null = null;

  /** Opens the database, again in a new thread if the thread has ended or opening failed. */
  async function open(): Promise<SendToSqlite> {
    const worker = sqliteThread(busyTimeoutMs);
    if (opened?.worker !== worker) {
      opened = { worker, done: worker.send({ kind: 'open', session, file, watched }) };
    }
    const { done } = opened;
    const { error } = await done;
    if (!error) return worker.send;
    opened = null;
    throw toError(error);
  }

  return {
    run: async (sql, parameters) => required(await (await open())({ kind: 'run', session, sql, parameters })),
    batch: async (statements, isRelaxed) =>
      required(await (await open())({ kind: 'batch', session, statements, isRelaxed })),
    async close() {
      if (opened && !opened.worker.hasEnded) await opened.worker.send({ kind: 'close', session }).catch(ignore);
    },
  };
}

function memorySession(database: Database.Database): Session {
  const serve = createSqliteServer(() => database, statSync);
  serve({ kind: 'open', session: 1, file: ':memory:', watched: [] });
  return {
    run: async (sql, parameters) => required(serve({ kind: 'run', session: 1, sql, parameters })),
    batch: async (statements, isRelaxed) => required(serve({ kind: 'batch', session: 1, statements, isRelaxed })),
    close: async () => void serve({ kind: 'close', session: 1 }),
  };
}

const ignore = (): void => undefined;

function required(reply: SqliteReply): SqliteReply {
  if (reply.error) throw toError(reply.error);
  return reply;
}

const toError = ({ message, code }: NonNullable<SqliteReply['error']>): Error =>
  Object.assign(new Error(message), code === null ? {} : { code });

export interface SqliteConnection extends DatabaseConnection {
  /** All statements in one transaction, and in one request. `isRelaxed`: the commit does not wait for the disk. */
  runBatch(statements: readonly Statement[], isRelaxed: boolean): Promise<void>;
}

/** There is one connection: the caller that has it keeps others waiting, in their order. */
class SqliteDriver implements Driver {
  readonly #session: Session;
  readonly #connection: SqliteConnection;
  readonly #queue: (() => void)[] = [];
  #isTaken = false;

  constructor(session: Session) {
    this.#session = session;
    this.#connection = {
      runBatch: async (statements, isRelaxed) => void (await session.batch(statements, isRelaxed)),
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows = [], changes = 0 } = await session.run(sql, parameters);
        return { rows: rows as R[], numAffectedRows: BigInt(changes) };
      },
      streamQuery() {
        throw new Error('statements of SQLite are not streamed: an open one would block checkpoints; read pages');
      },
    };
  }

  init = (): Promise<void> => Promise.resolve();

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#isTaken = true;
    return this.#connection;
  }

  releaseConnection(): Promise<void> {
    const next = this.#queue.shift();
    if (next) next();
    else this.#isTaken = false;
    return Promise.resolve();
  }

  /** It takes the lock for writing at once: a later wait for it could end in a failure. */
  beginTransaction = (connection: DatabaseConnection): Promise<void> => run(connection, 'begin immediate');
  commitTransaction = (connection: DatabaseConnection): Promise<void> => run(connection, 'commit');
  rollbackTransaction = (connection: DatabaseConnection): Promise<void> => run(connection, 'rollback');

  destroy = (): Promise<void> => this.#session.close();
}

async function run(connection: DatabaseConnection, sql: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(sql));
}
