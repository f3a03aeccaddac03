/** The worker thread of SQLite: one for each process, however many databases. A wait for the disk blocks only that thread. */
import { Worker } from 'node:worker_threads';
import { outsideRequests } from '../core/request-scope.ts';
import { createSqliteServer, type SqliteReply, type SqliteRequest } from './sqlite-server.ts';

/** Sends a request; requests are answered in their order. Rejects only if the thread has ended. */
export type SendToSqlite = (request: SqliteRequest) => Promise<SqliteReply>;

/** Runs in the thread. The pragmas are those of `openDatabase`, which has checked the file. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { statSync } = require('node:fs');
  const Database = require('node:module').createRequire(workerData.from)('libsql');
  const open = (file) => {
    const database = new Database(file);
    database.exec('PRAGMA busy_timeout = ' + workerData.busyTimeoutMs + '; PRAGMA synchronous = FULL');
    return database;
  };
  const serve = (${createSqliteServer.toString()})(open, statSync);
  parentPort.on('message', ([number, request]) => parentPort.postMessage([number, serve(request)]));
`;

interface Running {
  readonly send: SendToSqlite;
  hasEnded: boolean;
}

interface Waiting {
  readonly resolve: (reply: SqliteReply) => void;
  readonly reject: (error: Error) => void;
}

let running: Running | null = null;

/** Returns the thread, and starts it if there is none, or if it has ended. */
export function sqliteThread(busyTimeoutMs: number): Running {
  if (!running || running.hasEnded) running = outsideRequests(() => startThread(busyTimeoutMs));
  return running;
}

function startThread(busyTimeoutMs: number): Running {
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(program, { eval: true, workerData: { from: import.meta.url, busyTimeoutMs } });
  // The process ends when nothing else runs, but not before a reply has arrived.
  worker.unref();
  let last = 0;
  const state: Running = { hasEnded: false, send };

  function send(request: SqliteRequest): Promise<SqliteReply> {
    if (state.hasEnded) return Promise.reject(ended());
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) worker.ref();
      waiting.set(++last, { resolve, reject });
      worker.postMessage([last, request]);
    });
  }

  worker.on('message', ([number, reply]: [number, SqliteReply]) => {
    const one = waiting.get(number);
    waiting.delete(number);
    if (waiting.size === 0) worker.unref();
    one?.resolve(reply);
  });

  function end(cause?: unknown): void {
    state.hasEnded = true;
    for (const { reject } of waiting.values()) reject(ended(cause));
    waiting.clear();
  }
  worker.on('error', end);
  worker.on('exit', () => end());
  return state;
}

/** The code says that the disk failed: writes are refused until a test write succeeds, in a new thread. */
const ended = (cause?: unknown): Error =>
  Object.assign(new Error('the thread of the database has ended', { cause }), { code: 'SQLITE_IOERR_THREAD' });
