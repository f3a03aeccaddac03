/**
 * The pool of connections to PostgreSQL. Every wait is bounded, for a connection and for an answer, and each write requires
 * that this gateway may still write.
 */
import type { PostgresPool } from 'kysely';
import pg from 'pg';
import {
  coded,
  connectionOptions,
  noAnswerCode,
  noConnectionCode,
  resetConnection,
  withClient,
} from './postgres-client.ts';
import type { Ownership } from './postgres-owner.ts';

const maxConnections = 10;

/** The longest waits, in milliseconds. */
export interface Waits {
  /** For a connection. */
  readonly connectMs: number;
  /** For the answer to a statement. */
  readonly answerMs: number;
}

const defaultWaits: Waits = { connectMs: 5_000, answerMs: 10_000 };
/** Of statements over stored backups, of which there may be millions. */
const longAnswerMs = 60_000;
/** Of the test whether the server is back. */
const testAnswerMs = 2_000;

/** `owner`: each write requires that this gateway still is the owner; null: for tables that others may write as well. */
export function openPool(url: string, owner: Ownership | null, waits: Waits = defaultWaits): PostgresPool {
  const pool = new pg.Pool({
    ...connectionOptions(url),
    connectionTimeoutMillis: waits.connectMs,
    max: maxConnections,
  });
  /** Where one connection does not answer, those of before are not used again. */
  let generation = 0;
  const generations = new WeakMap<pg.PoolClient, number>();
  const abandoned = new WeakSet<pg.PoolClient>();
  // A connection was lost, also between two queries of its user. The next query says what is wrong.
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    generations.set(client, generation);
    client.on('error', ignore);
  });

  async function take(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        const isFull = pool.totalCount >= maxConnections && pool.idleCount === 0;
        if (isFull && error instanceof Error && /timeout/.test(error.message)) {
          Object.assign(error, { code: noConnectionCode });
        }
        throw error;
      });
      if (generations.get(client) === generation) return client;
      resetConnection(client);
      client.release(true);
    }
  }

  function abandon(client: pg.PoolClient): void {
    generation++;
    abandoned.add(client);
    resetConnection(client);
    // The server would go on with the statement. Behind a pooler its process is not known.
    const { processID } = client as unknown as { readonly processID: number | null };
    if (owner && !owner.isPooled && processID !== null) {
      void withClient(url, (other) => other.query('SELECT pg_cancel_backend($1)', [processID])).catch(ignore);
    }
  }

  const answerMsOf = (sql: string): number => {
    if (sql.includes('history_')) return Math.max(longAnswerMs, waits.answerMs);
    return sql.includes('"process_owner"') ? Math.min(testAnswerMs, waits.answerMs) : waits.answerMs;
  };

  async function answered<T>(client: pg.PoolClient, ms: number, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        abandon(client);
        reject(Object.assign(new Error(`PostgreSQL did not answer within ${ms} ms`), { code: noAnswerCode }));
      }, ms);
    });
    answer.catch(ignore);
    return Promise.race([answer, expired]).finally(() => clearTimeout(timer));
  }

  return {
    async connect() {
      const client = await coded(take);
      const query: Query = (sql, parameters = []) =>
        coded(() => answered(client, answerMsOf(sql), client.query(sql, parameters.map(toStored))));
      return {
        query: owner ? (owner.isShared ? whileLocked(query, owner) : fenced(client, query, owner)) : query,
        release: () => client.release(abandoned.has(client)),
      } as unknown as Awaited<ReturnType<PostgresPool['connect']>>;
    },
    end: () => pool.end(),
  };
}

const ignore = (): void => undefined;

type Query = (sql: string, parameters?: readonly unknown[]) => Promise<pg.QueryResult>;

/** Reads are allowed without the lock, as for a gateway that is alone. */
const whileLocked =
  (query: Query, owner: Ownership): Query =>
  async (sql, parameters) => {
    const fault = /^(select|commit|rollback)\b/i.test(sql) ? null : owner.fault();
    if (fault) throw fault;
    return query(sql, parameters);
  };

/** A statement that writes is a transaction of its own, which begins with the fence, unless it is part of one. */
function fenced(client: pg.PoolClient, query: Query, owner: Ownership): Query {
  let isInTransaction = false;

  async function begin(): Promise<void> {
    const fault = owner.fault();
    if (fault) throw fault;
    await query('begin');
    try {
      await coded(() => owner.fence(client));
    } catch (error) {
      await query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async function writeAlone(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    await begin();
    let result: pg.QueryResult;
    try {
      result = await query(sql, parameters);
    } catch (error) {
      await query('rollback').catch(() => undefined);
      throw error;
    }
    await query('commit');
    return result;
  }

  return async (sql, parameters = []) => {
    if (/^begin$/i.test(sql)) {
      await begin();
      isInTransaction = true;
      return empty;
    }
    if (/^(commit|rollback)$/i.test(sql)) isInTransaction = false;
    if (isInTransaction || /^(select|commit|rollback)\b/i.test(sql)) return query(sql, parameters);
    return writeAlone(sql, parameters);
  };
}

const empty = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] } satisfies pg.QueryResult;

/** PostgreSQL refuses texts with a NUL. They are stored like in SQLite. */
const toStored = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
