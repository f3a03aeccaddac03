/** The storage of one process: monitored while in use. */
import { GatewayError } from '../core/errors.ts';
import type { RefusedCredentials } from '../core/refused-credentials.ts';
import { createLoginTurns } from './login-turns.ts';
import { saveTime } from './observed-time.ts';
import { openRefusedCredentials } from './refused-credentials.ts';
import type { ReplayRows } from './replay-rows.ts';
import type { Replica } from './replicas.ts';
import { createRetentionClock, type ObservedTime, type RetentionClock } from './retention-clock.ts';
import type { StorageDatabase } from './storage-database.ts';
import { createStorageHealth, type StorageHealth } from './storage-health.ts';

export interface Storage {
  /** For people: the real path of a file, `:memory:`, or a URL without its password. */
  readonly file: string;
  readonly database: StorageDatabase;
  readonly health: StorageHealth;
  readonly retention: RetentionClock;
  readonly refusedCredentials: RefusedCredentials;
  /** What was in the replay logs at the start; null where they are read from the file. */
  readonly replayRows: ReplayRows | null;
  /** This process, as one of several that use the database at once; null if it is alone. */
  readonly replica: Replica | null;
  /** False behind a pooler without `storage.listenUrl`: what other replicas tell is read once a second. */
  readonly listens: boolean;
  /** Calls `changed` with the failure when the database becomes unusable, and with null when it is usable again. */
  onChange(changed: (failure: GatewayError | null) => void): void;
  /** Releases the lock. Close every user of the database first. */
  close(): Promise<void>;
}

/** The database of a gateway, to read it from another process. */
export interface StorageBeside extends Pick<Storage, 'database' | 'health'> {
  close(): Promise<void>;
}

export interface StartOptions {
  readonly file: string;
  readonly database: StorageDatabase;
  readonly observed: ObservedTime | null;
  readonly release: () => unknown;
  readonly replayRows?: ReplayRows;
  readonly listens?: boolean;
  /** Runs before each test write; rejects while the database cannot be used. */
  readonly beforeTest?: () => Promise<unknown>;
  /** Calls `test` where the database may have become unusable although nobody uses it. */
  readonly onDoubt?: (test: () => void) => void;
  /** A server that is away: each read would wait for it. */
  readonly readsFailWithWrites?: boolean;
  readonly startReplica?: ((health: StorageHealth) => Promise<Replica>) | null;
}

const observeClockEveryMs = 60_000;

export async function startStorage(options: StartOptions): Promise<Storage> {
  const started = startAlone(options);
  if (!options.startReplica) return started;
  const replica = await options.startReplica(started.health);
  return {
    ...started,
    refusedCredentials: { ...started.refusedCredentials, ...createLoginTurns(replica, started.health) },
    replica,
    async close() {
      await replica.close();
      await started.close();
    },
  };
}

/** For a database that no other process uses. */
export function startAlone(options: StartOptions): Storage {
  const { file, database, observed, release, replayRows = null, listens = true, beforeTest } = options;
  const { db } = database;
  const listeners = new Set<(failure: GatewayError | null) => void>();
  const testWrite = async () => {
    await beforeTest?.();
    await db
      .updateTable('process_owner')
      .set(({ eb }) => ({ checks: eb('checks', '+', 1) }))
      .execute();
  };
  const health = createStorageHealth({
    testWrite,
    readsFailWithWrites: options.readsFailWithWrites ?? false,
    onChange: (failure) => {
      for (const listener of listeners) listener(failure);
    },
  });
  options.onDoubt?.(() => void tryWrite(health, testWrite));
  const retention = createRetentionClock({
    load: () => observed,
    // Unsaved state is observed again.
    save: (time) => void tryWrite(health, () => saveTime(db, time)),
  });
  retention.now();
  const timer = setInterval(() => retention.now(), observeClockEveryMs).unref();
  return {
    file,
    database,
    health,
    retention,
    refusedCredentials: openRefusedCredentials(database, health),
    replayRows,
    replica: null,
    listens,
    onChange: (changed) => void listeners.add(changed),
    async close() {
      clearInterval(timer);
      health.close();
      await tryWrite(health, () => db.deleteFrom('process_owner').execute());
      await database.close();
      await release();
    },
  };
}

async function tryWrite(health: StorageHealth, work: () => Promise<unknown>): Promise<void> {
  try {
    await health.write(work);
  } catch (error) {
    // The health has recorded the failure, and `onChange` reports it.
    if (!(error instanceof GatewayError)) throw error;
  }
}
