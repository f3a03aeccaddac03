/** Copies the records of an SQLite file into an empty database of PostgreSQL, to move a gateway there. */
import { randomBytes } from 'node:crypto';
import type Database from 'libsql';
import { z } from 'zod';
import { LedgerError, openReadOnly } from './database.ts';
import { realPathOf } from './database-file.ts';
import { openPostgresToFill } from './postgres.ts';
import { openStorage } from './storage.ts';
import type { Db } from './storage-database.ts';
import { labelOf } from './storage-url.ts';
import type { Tables } from './tables.ts';

type Table = keyof Tables;

/**
 * What happens to each table: `move` fills an empty one, `replace` takes the place of what a new database has, `derive` is
 * filled by triggers, and `leave` is about processes of one database. In the order of their references.
 */
const tables = {
  operations: 'move',
  aliases: 'move',
  cancelled: 'move',
  replay_logs: 'move',
  replay_parts: 'move',
  replay_notes: 'move',
  audit: 'move',
  audit_providers: 'move',
  audit_days: 'move',
  audit_key: 'replace',
  retention_clock: 'replace',
  refused_credentials: 'move',
  history_backups: 'move',
  history_readers: 'move',
  history_entities: 'move',
  history_totals: 'derive',
  history_hours: 'derive',
  history_entity_totals: 'derive',
  process_owner: 'leave',
  replicas: 'leave',
  leases: 'leave',
  rates: 'leave',
} as const satisfies Record<Table, 'move' | 'replace' | 'derive' | 'leave'>;

const all = Object.keys(tables) as Table[];

/** Rows of one statement. Parts of replay logs may have 100 kB each. */
const batchRows = 200;

export interface Copied {
  /** Of both databases, for people. */
  readonly from: string;
  readonly to: string;
  readonly rows: Readonly<Record<Table, number>>;
}

/**
 * All of it or nothing, in one transaction. No gateway may use one of the two meanwhile. The file is brought up to date,
 * and stays. Rejects with LedgerError.
 */
export async function copyStorage(from: string, to: string): Promise<Copied> {
  const path = realPathOf(from);
  // Before it is opened to be locked, which would create it.
  openReadOnly(path).close();
  const source = openStorage(from);
  try {
    const target = await openPostgresToFill(to);
    try {
      const reader = openReadOnly(path);
      try {
        return { from: labelOf(from), to: labelOf(to), rows: await target.run((db) => copyAll(reader, db, to)) };
      } finally {
        reader.close();
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copyAll(source: Database.Database, db: Db, to: string): Promise<Copied['rows']> {
  const counts = Object.fromEntries(all.map((table) => [table, 0])) as Record<Table, number>;
  for (const table of all) if (tables[table] === 'move') await requireEmpty(db, table, to);
  for (const table of all) {
    if (tables[table] === 'leave' || tables[table] === 'derive') continue;
    if (tables[table] === 'replace') await db.deleteFrom(table).execute();
    counts[table] = await copyTable(source, db, table);
  }
  await startEpochs(db);
  return counts;
}

const wireLog = z.looseObject({
  head: z.looseObject({ epochs: z.object({ former: z.array(z.unknown()), current: z.string() }) }),
  lastSeq: z.int(),
});

/**
 * Replay logs go on with a new epoch, since the gateway of the file may have told of entries that it could not store, whose
 * numbers are used again.
 */
async function startEpochs(db: Db): Promise<void> {
  for (const row of await db.selectFrom('replay_logs').select(['log', 'head']).execute()) {
    const { head, lastSeq } = wireLog.parse(JSON.parse(row.head));
    const { former, current } = head.epochs;
    const epochs = { former: [...former, [current, lastSeq]], current: randomBytes(6).toString('base64url') };
    const renewed = JSON.stringify({ head: { ...head, epochs }, lastSeq });
    await db.updateTable('replay_logs').set({ head: renewed }).where('log', '=', row.log).execute();
  }
}

async function requireEmpty(db: Db, table: Table, to: string): Promise<void> {
  const row = await db
    .selectFrom(table)
    .select(({ lit }) => lit(1).as('one'))
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return;
  throw new LedgerError(
    `The database ${labelOf(to)} has records of a gateway already (in the table "${table}"). Nothing was copied: give an empty database.`,
  );
}

async function copyTable(source: Database.Database, db: Db, table: Table): Promise<number> {
  let count = 0;
  let batch: Record<string, unknown>[] = [];
  const flush = async () => {
    if (batch.length > 0)
      await db
        .insertInto(table)
        .values(batch.map(toPostgres) as never)
        .execute();
    count += batch.length;
    batch = [];
  };
  for (const row of source.prepare(`SELECT * FROM ${table}`).iterate()) {
    batch.push(row as Record<string, unknown>);
    if (batch.length >= batchRows) await flush();
  }
  await flush();
  return count;
}

/** The key of the audit log is a blob. */
const toPostgres = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value instanceof ArrayBuffer ? Buffer.from(value) : value]),
  );
