/** Opens the storage in PostgreSQL. Loaded only if `storage.url` names one. */
import { PostgresDialect, sql } from 'kysely';
import { LedgerBusyError, LedgerError } from './database.ts';
import { postgresSchema } from './dialect.ts';
import type { SharedStorage, StorageState } from './maintained.ts';
import { migrations } from './migrations.ts';
import { readTime } from './observed-time.ts';
import { explainPostgres, withClient } from './postgres-client.ts';
import { migratePostgres, readPostgresVersion } from './postgres-migrations.ts';
import { type Ownership, type OwnershipOptions, takeOwnership } from './postgres-owner.ts';
import { openPool, type Waits } from './postgres-pool.ts';
import { findPostgresOwner } from './postgres-users.ts';
import { openRefusedCredentials } from './refused-credentials.ts';
import { readReplayRows } from './replay-rows.ts';
import { startReplica } from './replicas.ts';
import { type Storage, type StorageBeside, startStorage } from './started-storage.ts';
import { type Db, type StorageDatabase, toStorageDatabase } from './storage-database.ts';
import { createStorageHealth } from './storage-health.ts';
import { labelOf } from './storage-url.ts';

/** Brings the tables up to date, and takes the database. Rejects with LedgerError, whose message says what to do. */
export async function openPostgres(
  url: string,
  { takeoverMs, listenUrl = null, waits }: SharingOptions = {},
): Promise<Storage> {
  const owner = await own(url, { isShared: takeoverMs !== undefined, listenUrl });
  const database = connect(url, owner, waits);
  try {
    return await startStorage({
      file: labelOf(url),
      database,
      observed: await readTime(database.db),
      ...(takeoverMs === undefined ? { replayRows: await readReplayRows(database.db) } : {}),
      listens: owner.listens,
      beforeTest: owner.retake,
      onDoubt: owner.onDoubt,
      readsFailWithWrites: true,
      release: owner.release,
      startReplica:
        takeoverMs === undefined
          ? null
          : (health) => startReplica({ db: database.db, health, takeoverMs, listen: owner.listen }),
    });
  } catch (error) {
    await database.close();
    await owner.release();
    throw explainPostgres(error, url);
  }
}

export interface SharingOptions {
  /** Several gateways may use the database at once, and take over what one of them owned that was silent for so long. */
  readonly takeoverMs?: number;
  /** Where this gateway holds its lock, and listens, if `url` leads to a pooler. */
  readonly listenUrl?: string | null;
  readonly waits?: Waits;
}

/** To write its first records, while no gateway uses it. Rejects with LedgerError. */
export async function openPostgresToFill(url: string): Promise<DatabaseToFill> {
  const owner = await own(url);
  const database = connect(url, owner);
  return {
    async run(work) {
      try {
        return await database.atomically(async (db) => {
          const result = await work(db);
          // Rows were inserted with their numbers: the next one follows them.
          const last = await db
            .selectFrom('audit')
            .select(({ fn }) => fn.max('seq').as('seq'))
            .executeTakeFirst();
          if (last?.seq) {
            await sql`SELECT setval(pg_get_serial_sequence(${`${postgresSchema}.audit`}, 'seq'), ${last.seq})`.execute(
              db,
            );
          }
          return result;
        });
      } catch (error) {
        throw explainPostgres(error, url);
      }
    },
    async close() {
      await database.db
        .deleteFrom('process_owner')
        .execute()
        .catch(() => undefined);
      await database.close();
      await owner.release();
    },
  };
}

export interface DatabaseToFill {
  /** Runs `work` in one transaction. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

async function own(url: string, options: OwnershipOptions = {}): Promise<Ownership> {
  await migratePostgres(url);
  const owner = await takeOwnership(url, options).catch((error: unknown) => {
    throw explainPostgres(error, options.listenUrl ?? url);
  });
  if (!owner) throw await inUse(url);
  return owner;
}

async function inUse(url: string): Promise<LedgerBusyError> {
  const who = (await withClient(url, findPostgresOwner)) ?? 'another process';
  return new LedgerBusyError(
    `The database ${labelOf(url)} is in use by another gateway: ${who}. Stop that one first, or give this one a database of its own.`,
  );
}

/** Reads only. Rejects with LedgerError for tables of an older version. */
export async function openPostgresToRead(url: string): Promise<StorageBeside> {
  const { found, needed, label } = await checkPostgres(url);
  if (found !== needed) {
    throw new LedgerError(
      `The database ${label} is of version ${found}, and ${needed} is needed: start the gateway once.`,
    );
  }
  const database = connect(url, null);
  return { database, health: createStorageHealth(), close: () => database.close() };
}

/** For a short command beside a gateway. Rejects with LedgerError if no gateway of this version could use the database. */
export async function openPostgresBeside(url: string): Promise<SharedStorage> {
  const { found } = await checkPostgres(url);
  if (found !== migrations.length) await migratePostgres(url);
  const database = connect(url, null);
  const health = createStorageHealth();
  return {
    refusedCredentials: openRefusedCredentials(database, health),
    close() {
      health.close();
      return database.close();
    },
  };
}

export { migratePostgres };

export const checkPostgres = (url: string): Promise<StorageState> =>
  withClient(url, async (client) => {
    const found = await readPostgresVersion(client, url);
    const owner = found === 0 ? null : await findPostgresOwner(client);
    return { label: labelOf(url), found, needed: migrations.length, owner };
  });

/** `owner`: null for tables that others may write as well. */
function connect(url: string, owner: Ownership | null, waits?: Waits): StorageDatabase {
  const dialect = new PostgresDialect({ pool: openPool(url, owner, waits) });
  return toStorageDatabase('postgres', dialect, { schema: postgresSchema, isShared: owner?.isShared ?? true });
}
