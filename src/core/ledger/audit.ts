/**
 * Who did what: every command of the last 30 days, in the ledger's database, newest first. Bounded by age; by rows and
 * bytes, beyond which whoever has most loses its oldest; and by refusals, of which a viewer has so many entries of its
 * own a day, and one more that counts the rest.
 */
import { z } from 'zod';
import { now as currentInstant, type Instant } from '../instant.ts';
import { type AuditEntry, type AuditRecord, isPersonal, type Sight, seenBy } from './audit-entry.ts';
import { createPlaces } from './audit-place.ts';
import { createRefusals } from './audit-refusals.ts';
import { createShares, type Share, type Shares } from './audit-shares.ts';
import { openDatabase } from './store.ts';

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
  readonly forgetEveryMs?: number;
  /** Told of what could not be written behind anybody's back. */
  readonly onBug: (error: unknown) => void;
}

export interface AuditStore {
  /** On the disk when it returns. The number is for `complete`; null where it was only counted. */
  add(record: AuditRecord): number | null;
  noteOperation(seq: number, operationId: string): void;
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
/** Dropped at once: a few milliseconds, then others have their turn. */
const batchRows = 500;

const wireKey = z.object({ key: z.instanceof(Uint8Array) });
const wireRow = z.object({ seq: z.int(), at: z.int(), count: z.int(), record: z.string() });
const wireSeq = z.object({ seq: z.int() });
const wireBytes = z.object({ bytes: z.int() });
const wireShares = z.array(z.object({ viewer: z.string(), rows: z.int(), bytes: z.int() }));

export function openAuditStore(options: AuditStoreOptions): AuditStore {
  const { file, bounds = defaultBounds, now = currentInstant, forgetEveryMs = 600_000, onBug } = options;
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

  let shares = countShares();
  let forgetting: Promise<void> | null = null;
  let isClosed = false;

  function atomically<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      shares = countShares();
      throw error;
    }
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
    shares.add(id, { rows: 1, bytes });
    return seq;
  }

  function give(back: unknown): number {
    const gone = wireShares.parse(back);
    for (const { viewer, rows, bytes } of gone) shares.add(viewer, { rows: -rows, bytes: -bytes });
    return gone.length;
  }

  function evict(): void {
    const batch = Math.max(1, Math.min(batchRows, Math.floor(bounds.rows / 100)));
    for (let viewer = shares.heaviest(); viewer !== null; viewer = shares.heaviest()) {
      if (give(dropOldest.all(viewer, batch)) === 0) return;
    }
  }

  const refusals = createRefusals(database, {
    aDay: bounds.refusedADay,
    now,
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
      const gone = give(dropOld.all(since()));
      if (gone < batchRows) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    refusals.forget();
  }

  const store: AuditStore = {
    add(record) {
      if (record.outcome === 'REFUSED' && refusals.countOnly(record.viewer)) return null;
      return atomically(() => {
        const seq = put(record, 1);
        if (record.outcome === 'REFUSED') refusals.note(record.viewer);
        evict();
        return seq;
      });
    },
    noteOperation: (seq, operationId) => void setOperation.run(operationId, seq),
    complete(seq, record) {
      const before: unknown = bytesOf.get(seq);
      if (before === undefined) return;
      const { bytes } = wireBytes.parse(before);
      const { id } = record.viewer;
      if (record.outcome === 'REFUSED' && refusals.countOnly(record.viewer)) {
        remove.run(seq);
        return shares.add(id, { rows: -1, bytes: -bytes });
      }
      const text = JSON.stringify(record);
      const newBytes = measure(record, text);
      atomically(() => {
        update.run(newBytes, text, seq);
        shares.add(id, { rows: 0, bytes: newBytes - bytes });
        if (record.outcome === 'REFUSED') refusals.note(record.viewer);
        evict();
      });
    },
    abandon() {
      return underWay.all().map((row: unknown) => {
        const { id, at, count, ...record } = toEntry(row);
        const outcome = { ...record, outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' } as const;
        store.complete(wireSeq.parse(row).seq, outcome);
        return { ...outcome, id, at, count };
      });
    },
    list(sight, after, limit) {
      refusals.flush();
      const place = after ?? Number.MAX_SAFE_INTEGER;
      const { viewer, providers } = sight;
      if (providers === null) return ofAll.all(place, since(), limit).map(toEntry);
      const seqs = new Set(
        [
          ...providers.flatMap((provider): unknown[] => ofProvider.all(provider, place, since(), limit)),
          ...ofOwn.all(viewer, place, since(), limit),
        ].map((row) => wireSeq.parse(row).seq),
      );
      const newest = [...seqs].sort((a, b) => b - a).slice(0, limit);
      return newest.map((seq) => seenBy(toEntry(bySeq.get(seq, since())), sight));
    },
    find(sight, id) {
      const seq = places.decode(id);
      const row: unknown = seq === null ? undefined : bySeq.get(seq, since());
      if (row === undefined) return null;
      const entry = toEntry(row);
      const { viewer, providers } = sight;
      const isVisible =
        providers === null ||
        (entry.viewer.id === viewer && isPersonal(entry)) ||
        providers.some((provider) => isOfProvider.get(provider, seq) !== undefined);
      return isVisible ? seenBy(entry, sight) : null;
    },
    placeOf: (id) => places.decode(id),
    forget: () => (forgetting ??= forgetAll().finally(() => (forgetting = null))),
    close() {
      if (isClosed) return;
      clearInterval(forgetTimer);
      refusals.flush();
      isClosed = true;
      database.close();
    },
  };

  const forgetNow = () => void store.forget().catch(onBug);
  const forgetTimer = setInterval(forgetNow, forgetEveryMs).unref();
  forgetNow();
  return store;
}
