/**
 * The gateways that use one database at once. Each has a row with a heartbeat, by the clock of the database. What a replica
 * owns whose heartbeat is lost is taken over by the others.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type RawBuilder, sql } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { databaseTime } from './database-time.ts';
import { createLeases, type Leases } from './leases.ts';
import { createNotices, type Listening, type Notices } from './notices.ts';
import type { Db } from './storage-database.ts';
import type { StorageHealth } from './storage-health.ts';

/** This process, as one of the replicas. */
export interface Replica {
  /** A new one for each process. */
  readonly id: string;
  /** A replica that was not heard from for so long is lost. */
  readonly takeoverMs: number;
  /** Replicas that are not lost, this one included, as of the last heartbeat. */
  readonly live: number;
  /** SQL: whether a column names a replica that is not lost. */
  isLive(column: string): RawBuilder<boolean>;
  /** Calls `beaten` after each heartbeat: others may be lost since the one before. Returns a function that removes the listener. */
  onBeat(beaten: () => Promise<unknown>): () => void;
  readonly leases: Leases;
  readonly notices: Notices;
  /** Deletes the row: what this replica still owns is taken over at once. */
  close(): Promise<void>;
}

interface ReplicaOptions {
  readonly db: Db;
  readonly health: StorageHealth;
  readonly takeoverMs: number;
  readonly listen: Listening;
  readonly onBug?: (error: unknown) => void;
}

const longestBeatMs = 5_000;
/** Rows of lost replicas are kept for people to see. */
const forgetAfterMs = 3_600_000;

/** Resolves when its row is written. */
export async function startReplica({
  db,
  health,
  takeoverMs,
  listen,
  onBug = throwLater,
}: ReplicaOptions): Promise<Replica> {
  const id = randomUUID();
  const beatMs = Math.min(longestBeatMs, takeoverMs / 4);
  const listeners = new Set<() => Promise<unknown>>();
  const isSeen = (column: string, ms: number) => sql<boolean>`${sql.ref(column)} >= ${databaseTime} - ${ms * 1000}`;
  let live = 1;
  let timer: NodeJS.Timeout | null = null;
  let beating: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const write = () =>
    db
      .insertInto('replicas')
      .values({ id, pid: process.pid, host: hostname(), since: now(), seen_at: databaseTime })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: databaseTime }))
      .execute();

  async function beat(): Promise<void> {
    await health.write(write, 'replica');
    const found = await health.read(() =>
      db
        .selectFrom('replicas')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where(isSeen('seen_at', takeoverMs))
        .executeTakeFirstOrThrow(),
    );
    live = Math.max(1, found.count);
    for (const listener of listeners) await listener();
    await health.write(() =>
      db
        .deleteFrom('replicas')
        .where(sql<boolean>`NOT ${isSeen('seen_at', Math.max(forgetAfterMs, takeoverMs))}`)
        .execute(),
    );
  }

  function beatLater(): void {
    if (isClosed) return;
    timer = setTimeout(() => {
      beating = beat()
        .catch((error: unknown) => {
          // The health reports it.
          if (!(error instanceof GatewayError)) onBug(error);
        })
        .finally(beatLater);
    }, beatMs).unref();
  }

  await write();
  beatLater();
  const notices = createNotices(db, health, listen);
  return {
    id,
    takeoverMs,
    leases: createLeases(db, id),
    notices,
    get live() {
      return live;
    },
    isLive: (column) =>
      sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table('backplane.replicas')} AS known WHERE known.id = ${sql.ref(column)} AND ${isSeen('known.seen_at', takeoverMs)})`,
    onBeat(beaten) {
      listeners.add(beaten);
      return () => void listeners.delete(beaten);
    },
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await beating;
      await notices.close();
      try {
        await health.write(() => db.deleteFrom('replicas').where('id', '=', id).execute());
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
      }
    },
  };
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
