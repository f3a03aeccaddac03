/**
 * The audit log: every command of the last 30 days, in the ledger's database, newest first. It is bounded by age; by rows
 * and bytes, beyond which eviction starts with the oldest entries of the viewer that has the most; and by refusals: a
 * viewer has a limited number of entries for them a day, and one more that counts the rest.
 */
import { now as currentInstant, type Instant } from '../core/instant.ts';
import { openDatabase } from '../storage/database.ts';
import { createDeferredWrites } from '../storage/deferred-writes.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import { createStorageHealth, type StorageHealth } from '../storage/storage-health.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight } from './audit-entry.ts';
import { createAuditReads } from './audit-reads.ts';
import { createRefusals } from './audit-refusals.ts';
import { createShares, type Share, type Shares } from './audit-shares.ts';
import { batchRows, prepareAudit, wireBytes, wireSeq, wireShares } from './audit-statements.ts';

export interface AuditBounds extends Share {
  /** Entries of refused commands that one viewer gets in a day of UTC. */
  readonly refusedADay: number;
}

/** An ordinary entry has some 500 bytes, one with a hundred ids some 20 kB. */
const defaultBounds: AuditBounds = { rows: 100_000, bytes: 100_000_000, refusedADay: 1_000 };

export interface AuditStoreOptions {
  /** The ledger's, or `:memory:`. */
  readonly file: string;
  readonly bounds?: AuditBounds;
  readonly now?: () => Instant;
  /** The time that entries are deleted by; `now` unless given. */
  readonly retention?: RetentionClock;
  readonly health?: StorageHealth;
  readonly forgetEveryMs?: number;
  /** Told of what could not be written behind anybody's back. */
  readonly onBug: (error: unknown) => void;
}

/** Where the database cannot be used, only `noteRefusal`, `noteOperation` and `complete` do not throw STORAGE_UNAVAILABLE. */
export interface AuditStore {
  /** On the disk when it returns. The number is for `complete`; null where it was only counted. */
  add(record: AuditRecord): number | null;
  /** The same for a command that is not carried out: written when the database can be written. */
  noteRefusal(record: AuditRecord): void;
  noteOperation(seq: number, operationId: string): void;
  /** Written when the database can be written. */
  complete(seq: number, record: AuditRecord): void;
  /** Those that were under way when the last process ended; they are UNKNOWN from now on. */
  abandon(): AuditEntry[];
  /** Newest first, right after the entry at a place; throws nothing. */
  list(sight: Sight, after: number | null, limit: number): AuditEntry[];
  find(sight: Sight, id: string): AuditEntry | null;
  /** Null for what is no id of an entry here. */
  placeOf(id: string): number | null;
  /** Drops what is too old, a little at a time. */
  forget(): Promise<void>;
  close(): void;
}

const keepMicroseconds = 30 * 24 * 3_600_000_000;
/** Entries that wait in memory for a database that cannot be used; refusals beyond are counted only. */
const maxUnwritten = 1_000;

export function openAuditStore(options: AuditStoreOptions): AuditStore {
  const { file, bounds = defaultBounds, now = currentInstant, forgetEveryMs = 600_000, onBug } = options;
  const { retention = { now }, health = createStorageHealth() } = options;
  const database = openDatabase(file, 'FULL');
  const statements = prepareAudit(database);
  const reads = createAuditReads(statements, () => now() - keepMicroseconds);
  const { insert, insertProvider, setOperation, bytesOf, update, remove, underWay, dropOld, dropOldest, sharesOfAll } =
    statements;

  function countShares(): Shares {
    const counted = createShares(bounds);
    for (const { viewer, ...share } of wireShares.parse(sharesOfAll.all())) counted.add(viewer, share);
    return counted;
  }

  /** Null where they must be counted anew, after a transaction that failed. */
  let counted: Shares | null = countShares();
  const sharesNow = (): Shares => (counted ??= countShares());
  // Commands are refused meanwhile, so that only refusals can be many.
  const deferred = createDeferredWrites(health, {
    max: maxUnwritten,
    onDropped: (count) =>
      onBug(new Error(`${count} refused commands are missing in the audit log: the database could not be used.`)),
  });
  let forgetting: Promise<void> | null = null;
  let isClosed = false;

  function atomically<T>(work: () => T): T {
    return health.write(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        counted = null;
        throw error;
      }
    });
  }

  function writeUnwritten(): void {
    if (deferred.flush()) deferred.tryWrite(() => refusals.flush());
  }

  const measure = (record: AuditRecord, text: string) => text.length + record.viewer.id.length + 100;

  function put(record: AuditRecord, count: number): number {
    const text = JSON.stringify(record);
    const bytes = measure(record, text);
    const isUnderWay = record.outcome === 'UNDER_WAY' ? 1 : 0;
    const { id } = record.viewer;
    const row = insert.run(now(), id, isPersonal(record) ? 1 : 0, isUnderWay, count, bytes, text);
    const seq = Number(row.lastInsertRowid);
    const providers = new Set(record.targets.flatMap(({ provider }) => provider ?? []));
    for (const provider of providers) insertProvider.run(provider, seq);
    sharesNow().add(id, { rows: 1, bytes });
    return seq;
  }

  function give(back: unknown): number {
    const gone = wireShares.parse(back);
    for (const { viewer, rows, bytes } of gone) sharesNow().add(viewer, { rows: -rows, bytes: -bytes });
    return gone.length;
  }

  function evict(): void {
    const batch = Math.max(1, Math.min(batchRows, Math.floor(bounds.rows / 100)));
    for (let viewer = sharesNow().heaviest(); viewer !== null; viewer = sharesNow().heaviest()) {
      if (give(dropOldest.all(viewer, batch)) === 0) return;
    }
  }

  const refusals = createRefusals(database, {
    aDay: bounds.refusedADay,
    now,
    retention,
    write: atomically,
    put(record, count) {
      const seq = put(record, count);
      evict();
      return seq;
    },
    onBug,
  });

  async function forgetAll(): Promise<void> {
    for (;;) {
      if (isClosed) return;
      const gone = health.write(() => give(dropOld.all(retention.now() - keepMicroseconds)));
      if (gone < batchRows) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    health.write(() => refusals.forget());
  }

  function completeNow(seq: number, record: AuditRecord): void {
    const before: unknown = bytesOf.get(seq);
    if (before === undefined) return;
    const { bytes } = wireBytes.parse(before);
    const { id } = record.viewer;
    if (record.outcome === 'REFUSED' && refusals.countOnly(record.viewer)) {
      remove.run(seq);
      sharesNow().add(id, { rows: -1, bytes: -bytes });
      return;
    }
    const text = JSON.stringify(record);
    const newBytes = measure(record, text);
    atomically(() => {
      update.run(newBytes, text, seq);
      sharesNow().add(id, { rows: 0, bytes: newBytes - bytes });
      if (record.outcome === 'REFUSED') refusals.note(record.viewer);
      evict();
    });
  }

  function addNow(record: AuditRecord): number | null {
    if (record.outcome === 'REFUSED' && health.read(() => refusals.countOnly(record.viewer))) return null;
    return atomically(() => {
      const seq = put(record, 1);
      if (record.outcome === 'REFUSED') refusals.note(record.viewer);
      evict();
      return seq;
    });
  }

  const stopListening = health.onRecovery(writeUnwritten);

  const store: AuditStore = {
    add: addNow,
    noteRefusal: (record) => deferred.write(() => void addNow(record)),
    noteOperation: (seq, operationId) => deferred.write(() => void setOperation.run(operationId, seq)),
    complete: (seq, record) => deferred.write(() => completeNow(seq, record)),
    abandon() {
      return underWay.all().map((row: unknown) => {
        const { id, at, count, ...record } = reads.toEntry(row);
        const outcome = { ...record, outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' } as const;
        store.complete(wireSeq.parse(row).seq, outcome);
        return { ...outcome, id, at, count };
      });
    },
    list: (sight, after, limit) => {
      deferred.tryWrite(() => refusals.flush());
      return health.read(() => reads.list(sight, after, limit));
    },
    find: (sight, id) => health.read(() => reads.find(sight, id)),
    placeOf: reads.placeOf,
    forget: () => (forgetting ??= forgetAll().finally(() => (forgetting = null))),
    close() {
      if (isClosed) return;
      clearInterval(forgetTimer);
      stopListening();
      writeUnwritten();
      isClosed = true;
      refusals.close();
      database.close();
    },
  };

  const forgetNow = () => void store.forget().catch(onBug);
  const forgetTimer = setInterval(forgetNow, forgetEveryMs).unref();
  forgetNow();
  return store;
}
