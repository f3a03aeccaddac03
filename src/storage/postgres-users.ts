/** Who uses a database in PostgreSQL: by the lock that gateways hold, and by the heartbeats of replicas. */
import pg from 'pg';
import { formatInstant } from '../core/instant.ts';
import { postgresSchema } from './dialect.ts';
import { connectionOptions } from './postgres-client.ts';

/** `BKPL` in ASCII. */
export const ownerLock = 0x424b504c;
export const ownerTable = `${postgresSchema}.process_owner`;
/** Of gateways without a lock: three heartbeats. */
const seenSeconds = 15;

/** A pooler gives its clients ids of its own. */
export async function leadsToPooler(url: string): Promise<boolean> {
  const client = new pg.Client(connectionOptions(url));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    return (client as unknown as { processID: number | null }).processID !== (rows[0] as { pid: number }).pid;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The modes in which the lock is held. */
export async function findLocks(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query(
    `SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [ownerLock],
  );
  return (rows as { mode: string }[]).map(({ mode }) => mode);
}

const seenSince = (seconds: number) => `extract(epoch FROM clock_timestamp()) * 1000000 - ${seconds * 1_000_000}`;

/** Replicas with a heartbeat, which need not hold the lock. */
export async function countReplicas(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM ${postgresSchema}.replicas WHERE seen_at > ${seenSince(seenSeconds)}`,
  );
  return rowCount ?? 0;
}

/** The gateway that uses the database, for people; null if none does. */
export async function findPostgresOwner(client: pg.Client): Promise<string | null> {
  const locks = await findLocks(client);
  const isAlone = locks.includes('ExclusiveLock');
  if (locks.length === 0 && (await countReplicas(client)) === 0) return null;
  const { rows } = await client.query(
    isAlone
      ? `SELECT pid, host, since FROM ${ownerTable}`
      : `SELECT pid, host, since FROM ${postgresSchema}.replicas WHERE seen_at > ${seenSince(60)} ORDER BY since`,
  );
  const owners = rows as { pid: number; host: string; since: number }[];
  const named = owners.map(({ pid, host, since }) => `process ${pid} on ${host}, since ${formatInstant(since)}`);
  return named.join('; ') || 'another process';
}
