/**
 * The log of changes of several gateways on one database. A gateway that appends gets the next numbers in the transaction that
 * inserts them, so that numbers are dense and become visible in their order; every gateway reads what others appended.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { now } from '../core/instant.ts';
import type { Lease } from '../storage/leases.ts';
import { pollTopic } from '../storage/notices.ts';
import type { Replica } from '../storage/replicas.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import { newSealKey } from './cursor-seal.ts';

export interface SharedAppend {
  /** Makes the entries as JSON, the first of which gets the number after this one. */
  readonly toTexts: (lastSeq: number) => readonly string[];
  /** Entries up to this number are deleted, and what is known of them, for the head of the log. */
  readonly evicted: number;
  readonly evictedOf: unknown;
  readonly notes: Readonly<Record<string, unknown>>;
  /** The right to append; null for what needs none. */
  readonly lease: Lease | null;
}

export interface SharedPart {
  readonly firstSeq: number;
  readonly entries: readonly unknown[];
}

export interface SharedChanges {
  /** Rejects with LeaseLostError, or STORAGE_UNAVAILABLE; then nothing was appended, or its commit is not known. */
  append(append: SharedAppend): Promise<void>;
  /** The state of the log besides its entries, which is made if there is none. Rejects with STORAGE_UNAVAILABLE. */
  head(): Promise<{ readonly head: unknown; readonly lastSeq: number }>;
  /** Oldest first. Rejects with STORAGE_UNAVAILABLE. */
  after(seq: number): Promise<readonly SharedPart[]>;
  note(name: string): Promise<unknown>;
  /**
   * Calls `appended` when somebody may have appended. `isNewServer`: the connection was lost, and the database may be another
   * one, with other epochs. Returns a function that removes the listener.
   */
  onAppend(appended: (isNewServer: boolean) => void): () => void;
}

/** A notice may be lost. */
const readEveryMs = 1_000;

const wireHead = z.object({ head: z.looseObject({}), lastSeq: z.int().min(0) });

interface SharedOptions {
  readonly database: StorageDatabase;
  readonly health: StorageHealth;
  readonly replica: Replica;
  /** The name of the log. */
  readonly log: string;
}

export function createSharedChanges({ database, health, replica, log }: SharedOptions): SharedChanges {
  const { db } = database;

  /** The first gateway of a database does. The epoch and the key of the cursors are the same for all gateways. */
  async function makeLog(): Promise<void> {
    const head = { epochs: { former: [], current: randomBytes(6).toString('base64url') }, sealKey: newSealKey() };
    await db
      .insertInto('replay_logs')
      .values({ log, head: JSON.stringify({ head, lastSeq: 0 }), used_at: now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async function readHead(tx: Db): Promise<z.infer<typeof wireHead>> {
    const row = await tx
      .selectFrom('replay_logs')
      .select('head')
      .where('log', '=', log)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return wireHead.parse(JSON.parse(row.head));
  }

  async function insert(tx: Db, append: SharedAppend): Promise<void> {
    if (append.lease) await replica.leases.require(tx, append.lease);
    const { head, lastSeq } = await readHead(tx);
    const texts = append.toTexts(lastSeq);
    const at = now();
    const newSeq = lastSeq + texts.length;
    if (texts.length > 0) {
      const entries = `[${texts.join(',')}]`;
      await tx
        .insertInto('replay_parts')
        .values({ log, last_seq: newSeq, at, bytes: entries.length, entries })
        .execute();
      await tx.deleteFrom('replay_parts').where('log', '=', log).where('last_seq', '<=', append.evicted).execute();
    }
    const newHead = JSON.stringify({ head: { ...head, evicted: append.evictedOf }, lastSeq: newSeq });
    await tx.updateTable('replay_logs').set({ head: newHead, used_at: at }).where('log', '=', log).execute();
    for (const [name, value] of Object.entries(append.notes)) {
      const note = JSON.stringify(value);
      await tx
        .insertInto('replay_notes')
        .values({ name, note })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ note }))
        .execute();
    }
  }

  return {
    async append(append) {
      await health.write(() => database.atomically((tx) => insert(tx, append)), 'replay');
      replica.notices.tell('changes');
    },
    async head() {
      await health.write(makeLog, 'replay');
      const row = await health.read(() =>
        db.selectFrom('replay_logs').select('head').where('log', '=', log).executeTakeFirstOrThrow(),
      );
      return wireHead.parse(JSON.parse(row.head));
    },
    async after(seq) {
      const rows = await health.read(() =>
        db
          .selectFrom('replay_parts')
          .select(['last_seq', 'entries'])
          .where('log', '=', log)
          .where('last_seq', '>', seq)
          .orderBy('last_seq')
          .execute(),
      );
      return rows.map((row) => {
        const entries = JSON.parse(row.entries) as unknown[];
        return { firstSeq: row.last_seq - entries.length + 1, entries };
      });
    },
    async note(name) {
      const row = await health.read(() =>
        db.selectFrom('replay_notes').select('note').where('name', '=', name).executeTakeFirst(),
      );
      return row === undefined ? undefined : JSON.parse(row.note);
    },
    onAppend(appended) {
      const timer = setInterval(() => appended(false), readEveryMs).unref();
      const stop = replica.notices.onNotice((notice) => {
        const isNewServer = notice === null || notice.topic === pollTopic;
        if (isNewServer || notice.topic === 'changes') appended(isNewServer);
      });
      return () => {
        clearInterval(timer);
        stop();
      };
    },
  };
}
