/**
 * Who may use a database: one gateway alone, or several that share it. The latter hold the lock together, so that none that
 * needs the database alone begins beside them.
 *
 * The one gateway that uses a database alone. It holds an advisory lock, which PostgreSQL releases when the connection ends, and
 * a row that names it. The process that takes the lock replaces the row, and each write requires that the row is its own: a
 * gateway that was stopped or cut off, and returns, cannot write any more.
 */
import { hostname } from 'node:os';
import pg from 'pg';
import { formatInstant, now } from '../core/instant.ts';
import { LedgerError } from './database.ts';
import { postgresSchema } from './dialect.ts';
import { type Listening, noticeChannel, pollNotice } from './notices.ts';
import { connectionOptions } from './postgres-client.ts';
import { labelOf } from './storage-url.ts';

export interface Ownership {
  /** Others use the database as well: `fence` is not needed. */
  readonly isShared: boolean;
  /** Notices arrive at once; false behind a pooler, where this gateway reads instead. */
  readonly listens: boolean;
  /** Returns why this gateway may not write now; null if it may. */
  fault(): Error | null;
  /** Rejects where the row is no longer of this gateway. To be called in each transaction that writes, before it writes. */
  fence(client: Pick<pg.ClientBase, 'query'>): Promise<void>;
  /** Takes a lock again that was lost with its connection. Rejects while that is not possible. */
  retake(): Promise<void>;
  /** Resolves with the reason if another gateway has become the owner. */
  readonly lost: Promise<string>;
  /** Calls `doubted` when the connection of the lock ends. */
  onDoubt(doubted: () => void): void;
  /** Notices of gateways that share the database arrive on the connection of the lock. */
  readonly listen: Listening;
  release(): Promise<void>;
}

/** `BKPL` in ASCII. */
const ownerLock = 0x424b504c;
/** Codes of errors that `storage-health.ts` knows. */
const lockLostCode = 'BACKPLANE_LOCK_LOST';
const takenOverCode = 'BACKPLANE_TAKEN_OVER';
const table = `${postgresSchema}.process_owner`;

const takenOver = (): Error => Object.assign(new Error('another gateway has taken it over'), { code: takenOverCode });

/** A server that does not hear from this host ends the session, and releases the lock, within half a minute. */
const keepAlive = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

/** How often a gateway reads that cannot listen. */
const pollEveryMs = 1_000;
/** Of gateways without a lock: three heartbeats. */
const seenSeconds = 15;

export interface OwnershipOptions {
  /** Others share the database. */
  readonly isShared?: boolean;
  /** An address whose connections are sessions of the server, for the lock and for notices; default: `url`. */
  readonly listenUrl?: string | null;
}

/**
 * Resolves to null if another gateway has the lock. `isShared`: one that does not share it. Behind a pooler without a
 * `listenUrl`, there is no session that could hold a lock: then the heartbeats of the replicas stand for it.
 */
export async function takeOwnership(
  url: string,
  { isShared = false, listenUrl = null }: OwnershipOptions = {},
): Promise<Ownership | null> {
  if (listenUrl === null && (await isPooled(url))) {
    if (!isShared) {
      throw new LedgerError(
        `The database ${labelOf(url)} is behind a pooler. This command needs the address of PostgreSQL itself.`,
      );
    }
    return shareWithoutLock(url);
  }
  const tryLock = isShared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
  const own = [process.pid, hostname(), now()];
  const isOwn = 'id = 1 AND pid = $1 AND host = $2 AND since = $3';
  let client: pg.Client | null = null;
  let doubted: () => void = () => undefined;
  let heard: (text: string | null) => void = () => undefined;
  let isReleased = false;
  let isLost = false;
  let lose: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => (lose = resolve));

  function noteLoss(): Error {
    const error = takenOver();
    isLost = true;
    lose(error.message);
    return error;
  }

  /** `isFirst`: the row of the former owner is replaced. Otherwise the row must still be this gateway's own. */
  async function take(isFirst: boolean): Promise<boolean> {
    const candidate = new pg.Client(connectionOptions(listenUrl ?? url));
    const onEnd = () => {
      if (client !== candidate) return;
      client = null;
      if (!isReleased) doubted();
    };
    candidate.on('error', onEnd);
    candidate.on('end', onEnd);
    try {
      await candidate.connect();
      await candidate.query(keepAlive);
      const { rows } = await candidate.query(`SELECT ${tryLock}($1) AS taken`, [ownerLock]);
      const isFree = (rows[0] as { taken: boolean }).taken;
      const isTaken = isFree && (isShared || !isFirst || (await countReplicas(candidate)) === 0);
      if (isTaken && isFirst && !isShared) await saveOwner(candidate);
      const found = isFirst || isShared ? null : await candidate.query(`SELECT 1 FROM ${table} WHERE ${isOwn}`, own);
      if (found?.rowCount === 0) throw noteLoss();
      if (isTaken && isShared) await startListening(candidate);
      if (isTaken) client = candidate;
      else await candidate.end();
      return isTaken;
    } catch (error) {
      await candidate.end().catch(() => undefined);
      throw error;
    }
  }

  async function startListening(candidate: pg.Client): Promise<void> {
    candidate.on('notification', ({ payload = '' }) => heard(payload));
    await candidate.query(`LISTEN ${noticeChannel}`);
    heard(null);
  }

  /** Waits for transactions of the former owner that have passed their fence. */
  const saveOwner = (candidate: pg.Client) =>
    candidate.query(
      `INSERT INTO ${table} (id, pid, host, since) VALUES (1, $1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET pid = excluded.pid, host = excluded.host, since = excluded.since`,
      own,
    );

  if (!(await take(true))) return null;
  return {
    lost,
    isShared,
    listens: true,
    fault() {
      if (isLost) return takenOver();
      if (client !== null) return null;
      return Object.assign(new Error('its lock is lost with the connection'), { code: lockLostCode });
    },
    async fence(writer) {
      const { rowCount } = await writer.query(`SELECT 1 FROM ${table} WHERE ${isOwn} FOR SHARE`, own);
      if (rowCount === 0) throw noteLoss();
    },
    async retake() {
      if (isLost) throw takenOver();
      if (client !== null || (await take(false))) return;
      throw Object.assign(new Error('its lock is held by another connection'), { code: lockLostCode });
    },
    onDoubt(listener) {
      doubted = listener;
    },
    listen(listener) {
      heard = listener;
    },
    async release() {
      isReleased = true;
      const held = client;
      client = null;
      await held?.end().catch(() => undefined);
    },
  };
}

/** A pooler gives its clients ids of its own. */
async function isPooled(url: string): Promise<boolean> {
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

async function shareWithoutLock(url: string): Promise<Ownership | null> {
  const client = new pg.Client(connectionOptions(url));
  client.on('error', () => undefined);
  try {
    await client.connect();
    if ((await findLocks(client)).includes('ExclusiveLock')) return null;
  } finally {
    await client.end().catch(() => undefined);
  }
  let timer: NodeJS.Timeout | undefined;
  return {
    isShared: true,
    listens: false,
    fault: () => null,
    fence: () => Promise.resolve(),
    retake: () => Promise.resolve(),
    lost: new Promise(() => undefined),
    onDoubt: () => undefined,
    listen(heard) {
      timer = setInterval(() => heard(pollNotice), pollEveryMs).unref();
    },
    release() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/** The modes in which the lock is held. */
async function findLocks(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query(
    `SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [ownerLock],
  );
  return (rows as { mode: string }[]).map(({ mode }) => mode);
}

const seenSince = (seconds: number) => `extract(epoch FROM clock_timestamp()) * 1000000 - ${seconds * 1_000_000}`;

/** Replicas with a heartbeat, which need not hold the lock. */
async function countReplicas(client: pg.Client): Promise<number> {
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
      ? `SELECT pid, host, since FROM ${table}`
      : `SELECT pid, host, since FROM ${postgresSchema}.replicas WHERE seen_at > ${seenSince(60)} ORDER BY since`,
  );
  const owners = rows as { pid: number; host: string; since: number }[];
  const named = owners.map(({ pid, host, since }) => `process ${pid} on ${host}, since ${formatInstant(since)}`);
  return named.join('; ') || 'another process';
}
