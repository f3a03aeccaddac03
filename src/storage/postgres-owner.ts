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
import { now } from '../core/instant.ts';
import { outsideRequests } from '../core/request-scope.ts';
import { LedgerError } from './database.ts';
import { type Listening, noticeChannel, pollNotice } from './notices.ts';
import { coded, connected, connectionOptions, resetConnection, withClient } from './postgres-client.ts';
import { followTimeline } from './postgres-timeline.ts';
import { countReplicas, findLocks, leadsToPooler, ownerLock, ownerTable } from './postgres-users.ts';
import { labelOf } from './storage-url.ts';

export interface Ownership {
  /** Others use the database as well: `fence` is not needed. */
  readonly isShared: boolean;
  /** Connections lead to a pooler: their process at the server is not known. */
  readonly isPooled: boolean;
  /** Notices arrive at once; false behind a pooler, where this gateway reads instead. */
  readonly listens: boolean;
  /** Returns why this gateway may not write now; null if it may. */
  fault(): Error | null;
  /** Rejects where the row is no longer of this gateway. To be called in each transaction that writes, before it writes. */
  fence(client: Pick<pg.ClientBase, 'query'>): Promise<void>;
  /** Takes a lock again that was lost with its connection. Rejects while that is not possible. */
  retake(): Promise<void>;
  /** Calls `doubted` when the connection of the lock ends. */
  onDoubt(doubted: () => void): void;
  /** Notices of gateways that share the database arrive on the connection of the lock. */
  readonly listen: Listening;
  release(): Promise<void>;
}

/** Codes of errors that `storage-health.ts` knows. */
const lockLostCode = 'BACKPLANE_LOCK_LOST';
const takenOverCode = 'BACKPLANE_TAKEN_OVER';

const takenOver = (): Error => Object.assign(new Error('another gateway has taken it over'), { code: takenOverCode });

/** A server that does not hear from this host ends the session, and releases the lock, within half a minute. */
const keepAlive = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

/** A connection that listens can die silently. */
const checkEveryMs = 5_000;
const answerWithinMs = 5_000;
/** How often a gateway reads that cannot listen. */
const pollEveryMs = 1_000;

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
  const isPooled = await leadsToPooler(url);
  if (isPooled && listenUrl === null) {
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

  function noteLoss(): Error {
    isLost = true;
    return takenOver();
  }

  /** `isFirst`: the row of the former owner is replaced. Otherwise the row must still be this gateway's own. */
  async function take(isFirst: boolean): Promise<boolean> {
    const candidate = new pg.Client({ ...connectionOptions(listenUrl ?? url), query_timeout: answerWithinMs });
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
      const found =
        isFirst || isShared ? null : await candidate.query(`SELECT 1 FROM ${ownerTable} WHERE ${isOwn}`, own);
      if (found?.rowCount === 0) throw noteLoss();
      if (isTaken && isShared) {
        await followTimeline(candidate);
        // After that: what is read again is read of the new epochs.
        await startListening(candidate);
      }
      if (isTaken) {
        client = candidate;
        checkLater(candidate, onEnd);
      } else await candidate.end();
      return isTaken;
    } catch (error) {
      await candidate.end().catch(() => undefined);
      throw error;
    }
  }

  function checkLater(session: pg.Client, onEnd: () => void): void {
    const check = async () => {
      if (client !== session) return;
      try {
        await session.query('SELECT 1');
        checkLater(session, onEnd);
      } catch {
        resetConnection(session);
        onEnd();
      }
    };
    outsideRequests(() => setTimeout(() => void check(), checkEveryMs).unref());
  }

  async function startListening(candidate: pg.Client): Promise<void> {
    candidate.on('notification', ({ payload = '' }) => heard(payload));
    await candidate.query(`LISTEN ${noticeChannel}`);
    heard(null);
  }

  /** Waits for transactions of the former owner that have passed their fence. */
  const saveOwner = (candidate: pg.Client) =>
    candidate.query(
      `INSERT INTO ${ownerTable} (id, pid, host, since) VALUES (1, $1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET pid = excluded.pid, host = excluded.host, since = excluded.since`,
      own,
    );

  if (!(await take(true))) return null;
  return {
    isShared,
    isPooled,
    listens: true,
    fault() {
      if (isLost) return takenOver();
      if (client !== null) return null;
      return Object.assign(new Error('its lock is lost with the connection'), { code: lockLostCode });
    },
    async fence(writer) {
      const { rowCount } = await writer.query(`SELECT 1 FROM ${ownerTable} WHERE ${isOwn} FOR SHARE`, own);
      if (rowCount === 0) throw noteLoss();
    },
    async retake() {
      if (isLost) throw takenOver();
      if (client !== null || (await coded(() => take(false)))) return;
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

async function shareWithoutLock(url: string): Promise<Ownership | null> {
  const look = (client: pg.Client) => followTimeline(client).then(() => findLocks(client));
  if ((await withClient(url, look)).includes('ExclusiveLock')) return null;
  let timer: NodeJS.Timeout | undefined;
  return {
    isShared: true,
    isPooled: true,
    listens: false,
    fault: () => null,
    fence: () => Promise.resolve(),
    retake: async () => void (await coded(() => connected(url, followTimeline))),
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
