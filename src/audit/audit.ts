/**
 * Who did what: every command of the last 30 days, in the ledger's database, newest first. Bounded by age; by rows and
 * bytes, beyond which eviction starts with the oldest entries of the viewer that has the most; and by refusals, of which a viewer has so many entries of its
 * own a day, and one more that counts the rest.
 */
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { now as currentInstant, type Instant } from '../core/instant.ts';
import { openDatabase } from '../storage/database.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import { createStorageHealth, type StorageHealth } from '../storage/storage-health.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight, seenBy } from './audit-entry.ts';
import { createPlaces } from './audit-place.ts';
import { createRefusals } from './audit-refusals.ts';
import { createShares, type Share, type Shares } from './audit-shares.ts';

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
/** Dropped at once: a few milliseconds, then others have their turn. */
const batchRows = 500;

const wireKey = z.object({ key: z.instanceof(Uint8Array) });
const wireRow = z.object({ seq: z.int(), at: z.int(), count: z.int(), record: z.string() });
const wireSeq = z.object({ seq: z.int() });
const wireBytes = z.object({ bytes: z.int() });
const wireShares = z.array(z.object({ viewer: z.string(), rows: z.int(), bytes: z.int() }));

export function openAuditStore(options: AuditStoreOptions): AuditStore {
  const { file, bounds = defaultBounds, now = currentInstant, forgetEveryMs = 600_000, onBug } = options;
  const { retention = { now }, health = createStorageHealth() } = options;
  const database = openDatabase(file, 'FULL');
  const places = createPlaces(wireKey.parse(database.prepare('SELECT key FROM audit_key').get()).key);
  const insert = database.prepare(
    'INSERT INTO audit (at, viewer, is_personal, is_under_way, count, bytes, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertProvider = database.prepare('INSERT INTO audit_providers (provider, seq) VALUES (?, ?)');
  const setOperation = database.prepare("UPDATE audit SET record = json_set(record, '$.operation', ?) WHERE seq = ?");
  const bytesOf = database.prepare('SELECT bytes FROM audit WHERE seq = ?');
  const update = database.prepare('UPDATE audit SET is_under_way = 0, bytes = ?, record = ? WHERE seq = ?');
  const remove = database.prepare('DELETE FROM audit WHERE seq = ?');
  const underWay = database.prepare('SELECT seq, at, count, record FROM audit WHERE is_under_way = 1 ORDER BY seq');
  const bySeq = database.prepare('SELECT seq, at, count, record FROM audit WHERE seq = ? AND at >= ?');
  const ofAll = database.prepare(
    'SELECT seq, at, count, record FROM audit WHERE seq < ? AND at >= ? ORDER BY seq DESC LIMIT ?',
  );
  const ofProvider = database.prepare(
    `SELECT audit.seq AS seq FROM audit_providers JOIN audit ON audit.seq = audit_providers.seq
     WHERE provider = ? AND audit_providers.seq < ? AND at >= ? ORDER BY audit_providers.seq DESC LIMIT ?`,
  );
  const ofOwn = database.prepare(
    'SELECT seq FROM audit WHERE is_personal = 1 AND viewer = ? AND seq < ? AND at >= ? ORDER BY seq DESC LIMIT ?',
  );
  const isOfProvider = database.prepare('SELECT seq FROM audit_providers WHERE provider = ? AND seq = ?');
  const dropOld = database.prepare(
    `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ${batchRows})
     RETURNING viewer, 1 AS rows, bytes`,
  );
  const dropOldest = database.prepare(
    `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE viewer = ? ORDER BY seq LIMIT ?)
     RETURNING viewer, 1 AS rows, bytes`,
  );
  const sharesOfAll = database.prepare(
    'SELECT viewer, count(*) AS rows, sum(bytes) AS bytes FROM audit GROUP BY viewer',
  );

  function countShares(): Shares {
    const counted = createShares(bounds);
    for (const { viewer, ...share } of wireShares.parse(sharesOfAll.all())) counted.add(viewer, share);
    return counted;
  }

  /** Null where they must be counted anew, after a transaction that failed. */
  let counted: Shares | null = countShares();
  const sharesNow = (): Shares => (counted ??= countShares());
  /** What could not be written yet, in order. */
  const unwritten: (() => void)[] = [];
  let lost = 0;
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

  function tryWrite(work: () => void): boolean {
    try {
      health.write(work);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  function writeLater(work: () => void): void {
    if (unwritten.length === 0 && tryWrite(work)) return;
    // Commands are refused meanwhile, so that only refusals can be many.
    if (unwritten.length < maxUnwritten) unwritten.push(work);
    else lost++;
  }

  function writeUnwritten(): void {
    for (let work = unwritten[0]; work !== undefined; work = unwritten[0]) {
      if (!tryWrite(work)) return;
      unwritten.shift();
    }
    if (lost > 0)
      onBug(new Error(`${lost} refused commands are missing in the audit log: the database could not be used.`));
    lost = 0;
    tryWrite(() => refusals.flush());
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

  function toEntry(row: unknown): AuditEntry {
    const { seq, at, count, record } = wireRow.parse(row);
    return { ...(JSON.parse(record) as AuditRecord), id: places.encode(seq), at, count };
  }

  const since = () => now() - keepMicroseconds;

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

  function list(sight: Sight, after: number | null, limit: number): AuditEntry[] {
    const { viewer, providers } = sight;
    const place = after ?? Number.MAX_SAFE_INTEGER;
    if (providers === null) return ofAll.all(place, since(), limit).map(toEntry);
    const seqs = new Set(
      [
        ...providers.flatMap((provider): unknown[] => ofProvider.all(provider, place, since(), limit)),
        ...ofOwn.all(viewer, place, since(), limit),
      ].map((row) => wireSeq.parse(row).seq),
    );
    const newest = [...seqs].sort((a, b) => b - a).slice(0, limit);
    return newest.map((seq) => seenBy(toEntry(bySeq.get(seq, since())), sight));
  }

  function find(sight: Sight, id: string): AuditEntry | null {
    const { viewer, providers } = sight;
    const seq = places.decode(id);
    const row: unknown = seq === null ? undefined : bySeq.get(seq, since());
    if (row === undefined) return null;
    const entry = toEntry(row);
    const isVisible =
      providers === null ||
      (entry.viewer.id === viewer && isPersonal(entry)) ||
      providers.some((provider) => isOfProvider.get(provider, seq) !== undefined);
    return isVisible ? seenBy(entry, sight) : null;
  }

  const stopListening = health.onRecovery(writeUnwritten);

  const store: AuditStore = {
    add: addNow,
    noteRefusal: (record) => writeLater(() => void addNow(record)),
    noteOperation: (seq, operationId) => writeLater(() => void setOperation.run(operationId, seq)),
    complete: (seq, record) => writeLater(() => completeNow(seq, record)),
    abandon() {
      return underWay.all().map((row: unknown) => {
        const { id, at, count, ...record } = toEntry(row);
        const outcome = { ...record, outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' } as const;
        store.complete(wireSeq.parse(row).seq, outcome);
        return { ...outcome, id, at, count };
      });
    },
    list: (sight, after, limit) => {
      tryWrite(() => refusals.flush());
      return health.read(() => list(sight, after, limit));
    },
    find: (sight, id) => health.read(() => find(sight, id)),
    placeOf: (id) => places.decode(id),
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
