/**
 * The replay logs of single backups of several gateways on one database. A write says which version of the log it follows,
 * and is refused if another gateway has written meanwhile: its lines would be counted twice, or in another order.
 */
import { z } from 'zod';
import { now } from '../core/instant.ts';
import type { Lease } from '../storage/leases.ts';
import type { Replica } from '../storage/replicas.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import type { StoredBuffer } from './log-parts.ts';
import { toldTopic } from './poll-rights.ts';
import { joinParts } from './replay-parts.ts';
import type { ReplayPruning } from './replay-pruning.ts';

/** A log, or its newest entries. */
export interface SharedLog extends StoredBuffer {
  readonly version: number;
}

export interface SharedLogWrite {
  readonly provider: string;
  readonly log: string;
  /** The version that it follows; null: there is no such log. */
  readonly version: number | null;
  readonly head: unknown;
  /** Each new entry as JSON. */
  readonly entries: readonly string[];
  /** The number of the last entry. */
  readonly lastSeq: number;
  /** Entries up to this number are deleted. */
  readonly evicted: number;
  /** The right to poll the backup; null for what was read without. */
  readonly lease: Lease | null;
}

/** All reject with STORAGE_UNAVAILABLE. */
export interface SharedLogs {
  /** The versions of those logs that exist. */
  versions(logs: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The entries after `seq`, or all of them if the log has another epoch. Null: there is no such log. */
  read(log: string, after: { readonly epoch: string; readonly seq: number }): Promise<SharedLog | null>;
  /** False: another gateway has written meanwhile, and nothing was written. Rejects with LeaseLostError as well. */
  write(write: SharedLogWrite): Promise<boolean>;
}

const wireRow = z.object({
  head: z.looseObject({ epochs: z.looseObject({ current: z.string() }) }),
  lastSeq: z.int().min(0),
});

interface SharedLogsOptions {
  readonly database: StorageDatabase;
  readonly health: StorageHealth;
  readonly replica: Replica;
  readonly pruning: ReplayPruning;
}

export function createSharedLogs({ database, health, replica, pruning }: SharedLogsOptions): SharedLogs {
  const { db } = database;

  async function putHead(tx: Db, { log, version, head, lastSeq }: SharedLogWrite): Promise<boolean> {
    const row = { head: JSON.stringify({ head, lastSeq }), used_at: now(), version: (version ?? 0) + 1 };
    if (version === null) {
      const made = await tx
        .insertInto('replay_logs')
        .values({ log, ...row })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return made.numInsertedOrUpdatedRows === 1n;
    }
    const changed = await tx
      .updateTable('replay_logs')
      .set(row)
      .where('log', '=', log)
      .where('version', '=', version)
      .executeTakeFirst();
    return changed.numUpdatedRows === 1n;
  }

  async function write(tx: Db, one: SharedLogWrite): Promise<boolean> {
    const { log, entries, lastSeq, evicted, lease } = one;
    if (lease) await replica.leases.require(tx, lease);
    if (!(await putHead(tx, one))) return false;
    // Of a log that was deleted, parts may be left.
    if (one.version === null) await tx.deleteFrom('replay_parts').where('log', '=', log).execute();
    if (entries.length === 0) return true;
    const text = `[${entries.join(',')}]`;
    await tx
      .insertInto('replay_parts')
      .values({ log, last_seq: lastSeq, at: now(), bytes: text.length, entries: text })
      .execute();
    await tx.deleteFrom('replay_parts').where('log', '=', log).where('last_seq', '<=', evicted).execute();
    pruning.added(text.length);
    return true;
  }

  return {
    async versions(logs) {
      if (logs.length === 0) return new Map();
      const rows = await health.read(() =>
        db.selectFrom('replay_logs').select(['log', 'version']).where('log', 'in', logs).execute(),
      );
      return new Map(rows.map(({ log, version }) => [log, version]));
    },
    async read(log, { epoch, seq }) {
      const row = await health.read(() =>
        db.selectFrom('replay_logs').select(['head', 'version']).where('log', '=', log).executeTakeFirst(),
      );
      if (!row) return null;
      const { head, lastSeq } = wireRow.parse(JSON.parse(row.head));
      const from = head.epochs.current === epoch ? seq : 0;
      // What was appended after the head was read is left for the next read.
      const parts = await health.read(() =>
        db
          .selectFrom('replay_parts')
          .select(['last_seq', 'entries'])
          .where('log', '=', log)
          .where('last_seq', '>', from)
          .where('last_seq', '<=', lastSeq)
          .orderBy('last_seq')
          .execute(),
      );
      return { version: row.version, head, entries: joinParts(parts, lastSeq), lastSeq };
    },
    async write(one) {
      const isWritten = await health.write(() => database.atomically((tx) => write(tx, one)), 'replay');
      if (!isWritten) return false;
      replica.notices.tell(toldTopic, one.provider);
      await health.write(() => pruning.run(), 'replay');
      return true;
    },
  };
}
