/**
 * The audit log: every command of the last 30 days, in the ledger's database, newest first. It is bounded by age; by rows
 * and bytes, beyond which eviction starts with the oldest entries of the viewer that has the most; and by refusals: a
 * viewer has a limited number of entries for them a day, and one more that counts the rest. One factory, since all its
 * functions share the open database and the place of the last entry.
 */
import { GatewayError } from '../core/errors.ts';
import { now as currentInstant, type Instant } from '../core/instant.ts';
import { createDeferredWrites } from '../storage/deferred-writes.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { Storage } from '../storage/started-storage.ts';
import type { Db } from '../storage/storage-database.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight } from './audit-entry.ts';
import { createAuditReads } from './audit-reads.ts';
import { createRefusals } from './audit-refusals.ts';
import { batchRows, createAuditRows, type DroppedRow } from './audit-rows.ts';
import { createShares, type Share, type Shares } from './audit-shares.ts';

export interface AuditBounds extends Share {
  /** Entries of refused commands that one viewer gets in a day of UTC. */
  readonly refusedADay: number;
}

/** An ordinary entry has some 500 bytes, one with a hundred ids some 20 kB. */
const defaultBounds: AuditBounds = { rows: 100_000, bytes: 100_000_000, refusedADay: 1_000 };

export interface AuditStoreOptions {
  readonly storage: Pick<Storage, 'database' | 'health'> & Partial<Pick<Storage, 'replica'>>;
  readonly bounds?: AuditBounds;
  readonly now?: () => Instant;
  /** The time that entries are deleted by; `now` unless given. */
  readonly retention?: RetentionClock;
  readonly forgetEveryMs?: number;
  /** Told of what could not be written behind anybody's back. */
  readonly onBug: (error: unknown) => void;
}

/**
 * Where the database cannot be used, only `noteRefusal`, `noteOperation` and `complete` do not reject with
 * STORAGE_UNAVAILABLE.
 */
export interface AuditStore {
  /** Resolves when the log can be used. All other methods wait for it. */
  readonly ready: Promise<void>;
  /** On the disk when it resolves. The number is for `complete`; null where it was only counted. */
  add(record: AuditRecord): Promise<number | null>;
  /** The same for a command that is not carried out: written when the database can be written. */
  noteRefusal(record: AuditRecord): Promise<void>;
  noteOperation(seq: number, operationId: string): Promise<void>;
  /** Written when the database can be written. */
  complete(seq: number, record: AuditRecord): Promise<void>;
  /** Those that were under way when their process ended; they are UNKNOWN from now on. */
  abandon(): Promise<AuditEntry[]>;
  /** Calls `changed` when another gateway may have ended. Returns a function that removes the listener. */
  onLeft(changed: () => Promise<unknown>): () => void;
  /** Newest first, right after the entry at a place. */
  list(sight: Sight, after: number | null, limit: number): Promise<AuditEntry[]>;
  find(sight: Sight, id: string): Promise<AuditEntry | null>;
  /** Null for what is no id of an entry here. */
  placeOf(id: string): Promise<number | null>;
  /** Drops what is too old, a little at a time. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

const keepMicroseconds = 30 * 24 * 3_600_000_000;
/** Entries that wait in memory for a database that cannot be used; refusals beyond are counted only. */
const maxUnwritten = 1_000;

export function openAuditStore(options: AuditStoreOptions): AuditStore {
  const { storage, bounds = defaultBounds, now = currentInstant, forgetEveryMs = 600_000, onBug } = options;
  const { retention = { now } } = options;
  const { database, health, replica = null } = storage;
  const rows = createAuditRows(database, replica);
  /** Null where they must be counted anew, after a transaction that failed. */
  let counted: Shares | null = null;
  // Commands are refused meanwhile, so that only refusals can be many.
  const deferred = createDeferredWrites(health, {
    of: 'audit',
    max: maxUnwritten,
    onDropped: (count) =>
      onBug(new Error(`${count} refused commands are missing in the audit log: the database could not be used.`)),
  });
  let forgetting: Promise<void> | null = null;
  let isClosed = false;

  const opening = health.read(async () => {
    const key = await rows.key();
    const left = replica ? [] : await rows.left();
    await countShares();
    return { reads: createAuditReads(rows, key, () => now() - keepMicroseconds), left };
  });
  const ready = opening.then(() => undefined);
  // Every method reports it as well.
  ready.catch(() => undefined);

  async function countShares(db?: Db): Promise<Shares> {
    const shares = createShares(bounds);
    for (const { viewer, ...share } of await rows.shares(db)) shares.add(viewer, share);
    counted = shares;
    return shares;
  }

  async function atomically<T>(work: (db: Db) => Promise<T>): Promise<T> {
    await ready;
    if (isClosed) throw new Error('the audit log is closed');
    return health.write(async () => {
      try {
        return await database.atomically(work);
      } catch (error) {
        counted = null;
        throw error;
      }
    }, 'audit');
  }

  async function writeUnwritten(): Promise<void> {
    if (await deferred.flush()) await deferred.tryWrite(refusals.flush);
  }

  const measure = (record: AuditRecord, text: string) => text.length + record.viewer.id.length + 100;

  async function put(db: Db, record: AuditRecord, count: number): Promise<number> {
    const text = JSON.stringify(record);
    const bytes = measure(record, text);
    const { id: viewer } = record.viewer;
    // Before the row, which a count of all shares would have as well.
    const shares = counted ?? (await countShares(db));
    const seq = await rows.insert(db, {
      at: now(),
      viewer,
      is_personal: isPersonal(record) ? 1 : 0,
      is_under_way: record.outcome === 'UNDER_WAY' ? 1 : 0,
      count,
      bytes,
      record: text,
    });
    await rows.insertProviders(db, seq, [...new Set(record.targets.flatMap(({ provider }) => provider ?? []))]);
    shares.add(viewer, { rows: 1, bytes });
    return seq;
  }

  function drop(gone: readonly DroppedRow[]): number {
    for (const { viewer, bytes } of gone) counted?.add(viewer, { rows: -1, bytes: -bytes });
    return gone.length;
  }

  async function evict(db: Db): Promise<void> {
    const batch = Math.max(1, Math.min(batchRows, Math.floor(bounds.rows / 100)));
    const shares = counted ?? (await countShares(db));
    for (let viewer = shares.heaviest(); viewer !== null; viewer = shares.heaviest()) {
      if (drop(await rows.dropOldest(db, viewer, batch)) === 0) return;
    }
  }

  const refusals = createRefusals(database, {
    aDay: bounds.refusedADay,
    now,
    retention,
    write: atomically,
    async put(db, record, count) {
      const seq = await put(db, record, count);
      await evict(db);
      return seq;
    },
    onBug,
  });

  async function forgetAll(): Promise<void> {
    await ready;
    for (;;) {
      if (isClosed) return;
      const gone = await health.write(async () => drop(await rows.dropOld(retention.now() - keepMicroseconds)));
      if (gone < batchRows) break;
    }
    // What other gateways have written is not counted here.
    if (database.isShared) counted = null;
    await health.write(refusals.forget);
  }

  async function completeNow(seq: number, record: AuditRecord): Promise<void> {
    const bytes = await rows.bytesOf(seq);
    if (bytes === null) return;
    const { id } = record.viewer;
    if (record.outcome === 'REFUSED' && (await refusals.countOnly(record.viewer))) {
      await rows.remove(seq);
      counted?.add(id, { rows: -1, bytes: -bytes });
      return;
    }
    const text = JSON.stringify(record);
    const newBytes = measure(record, text);
    await atomically(async (db) => {
      await rows.complete(db, seq, newBytes, text);
      counted?.add(id, { rows: 0, bytes: newBytes - bytes });
      if (record.outcome === 'REFUSED') await refusals.note(db, record.viewer);
      await evict(db);
    });
  }

  async function addNow(record: AuditRecord): Promise<number | null> {
    await ready;
    const isRefused = record.outcome === 'REFUSED';
    if (isRefused && (await health.read(() => refusals.countOnly(record.viewer)))) return null;
    return atomically(async (db) => {
      const seq = await put(db, record, 1);
      if (isRefused) await refusals.note(db, record.viewer);
      await evict(db);
      return seq;
    });
  }

  const stopListening = health.onRecovery(writeUnwritten);

  const store: AuditStore = {
    ready,
    add: addNow,
    noteRefusal: (record) => deferred.write(() => addNow(record)),
    noteOperation: (seq, operationId) => deferred.write(() => rows.setOperation(seq, operationId)),
    complete: (seq, record) => deferred.write(() => completeNow(seq, record)),
    async abandon() {
      const { reads, left } = await opening;
      const abandoned: AuditEntry[] = [];
      for (const row of replica ? await health.read(rows.left) : left) {
        const { id, at, count, ...record } = reads.toEntry(row);
        const outcome = { ...record, outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' } as const;
        await store.complete(row.seq, outcome);
        abandoned.push({ ...outcome, id, at, count });
      }
      return abandoned;
    },
    async list(sight, after, limit) {
      const { reads } = await opening;
      if (await deferred.flush()) await deferred.tryWrite(refusals.flush);
      return health.read(() => reads.list(sight, after, limit));
    },
    async find(sight, id) {
      const { reads } = await opening;
      return health.read(() => reads.find(sight, id));
    },
    onLeft: (changed) => replica?.onBeat(changed) ?? (() => undefined),
    placeOf: async (id) => (await opening).reads.placeOf(id),
    forget: () => (forgetting ??= forgetAll().finally(() => (forgetting = null))),
    async close() {
      if (isClosed) return;
      clearInterval(forgetTimer);
      stopListening();
      await ready.catch(() => undefined);
      await writeUnwritten();
      isClosed = true;
      await forgetting?.catch(() => undefined);
      refusals.close();
    },
  };

  const forgetNow = () =>
    void store.forget().catch((error: unknown) => {
      // Tried again; the health reports it.
      if (!(error instanceof GatewayError)) onBug(error);
    });
  const forgetTimer = setInterval(forgetNow, forgetEveryMs).unref();
  forgetNow();
  return store;
}
