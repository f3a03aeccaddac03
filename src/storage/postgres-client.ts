/** Connections to PostgreSQL, and what their failures mean. */
import type { Socket } from 'node:net';
import pg from 'pg';
import { LedgerBusyError, LedgerError } from './database.ts';
import { labelOf } from './storage-url.ts';

const connectTimeoutMs = 5_000;

/** 64-bit numbers and sums arrive as text; ours are below 2^53. */
const numberTypes = new Set([20, 1700]);
const parserOf = ((oid: number, format?: 'text') =>
  numberTypes.has(oid) ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;

export const connectionOptions = (url: string): pg.PoolConfig => ({
  connectionString: url,
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
  application_name: 'backplane',
  types: { getTypeParser: parserOf },
});

/** Runs `work` with a connection of its own. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionOptions(url));
  // A query that is under way rejects as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The same. Rejects with LedgerError where the server is the reason. */
export const withClient = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  connected(url, work).catch((error: unknown) => {
    throw explainPostgres(error, url);
  });

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'it refuses the user name or the password'],
  [/^3D000/, 'there is no such database: create it first'],
  [/^42501/, 'its user may not create or use the schema "backplane": grant CREATE on the database to that user'],
  [/^(ENOTFOUND|EAI_AGAIN)/, 'there is no such host'],
  [/^(25006)/, 'it is read-only: is it a standby?'],
  [/^42P0[1-7]/, 'the schema "backplane" has not the tables of this version: restore it from a backup'],
];

/** Turns a failure of the server into a LedgerError that says what to do. Other errors are bugs, and stay unchanged. */
export function explainPostgres(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof LedgerError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const name = `The database ${labelOf(url)}`;
  const known = reasons.find(([pattern]) => pattern.test(code));
  if (known) return new LedgerError(`${name} cannot be used: ${known[1]} (${code}).`, { cause: error });
  if (!isConnectionFailure(error)) return error;
  const detail = code === '' ? error.message : code;
  return new LedgerBusyError(`${name} cannot be reached (${detail}). Is PostgreSQL running there?`, { cause: error });
}

/** Codes of pg's failures of a connection, which have none. */
const connectionLostCode = 'BACKPLANE_CONNECTION_LOST';
/** A statement was not answered in time. */
export const noAnswerCode = 'BACKPLANE_NO_ANSWER';
/** All connections of the pool are in use. */
export const noConnectionCode = 'BACKPLANE_NO_CONNECTION';

/** Ends a connection at once: what it has not sent yet must not arrive later. */
export function resetConnection(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  try {
    stream.resetAndDestroy();
  } catch {
    // With TLS.
    stream.destroy();
  }
}

export function isConnectionFailure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  if (code !== '') return /^(E[A-Z]+|08\w{3}|53\w{3}|57P\w{2}|58\w{3}|BACKPLANE_\w+)$/.test(code);
  return /terminated|timeout|connection error|not queryable|was closed/i.test(error.message);
}

/** pg has no code for a lost connection: without one it would be a fault of this program. */
export async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && !('code' in error && error.code) && isConnectionFailure(error)) {
      Object.assign(error, { code: connectionLostCode });
    }
    throw error;
  }
}
