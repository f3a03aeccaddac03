/** The ledger's database: embedded SQLite, written before and after every command. */
import { z } from 'zod';
import type { Instant } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import { openDatabase } from '../storage/database.ts';
import { createDeferredWrites } from '../storage/deferred-writes.ts';
import { createStorageHealth, type StorageHealth } from '../storage/storage-health.ts';
import type { OperationRecord } from './operation-record.ts';
import { AliasMemory, OperationMemory } from './store-memory.ts';

export type OperationChange = Partial<
  Pick<
    OperationRecord,
    | 'backupId'
    | 'externalId'
    | 'status'
    | 'sentAt'
    | 'lostAt'
    | 'isAccepted'
    | 'resolvedAt'
    | 'mark'
    | 'handle'
    | 'message'
    | 'candidateIds'
    | 'error'
    | 'backupEndedAt'
  >
>;

/**
 * `insert` and `update` throw STORAGE_UNAVAILABLE where the database cannot be written. What is already true, such as the
 * answer of a product, is noted: it holds at once, and is written when the database can be written.
 */
export interface LedgerStore {
  insert(operation: OperationRecord): void;
  update(id: string, change: OperationChange): OperationRecord;
  note(id: string, change: OperationChange): OperationRecord;
  /** When the backup of a start ended. */
  noteEnd(id: string, at: Instant): void;
  /** Throws STORAGE_UNAVAILABLE where the database cannot be read, and the operation is not in memory. */
  find(id: string): OperationRecord | null;
  findByKey(viewer: string, idempotencyKey: string): OperationRecord | null;
  /** From memory. */
  findPending(id: string): OperationRecord | null;
  /** Those whose outcome is not known, oldest first; from memory. */
  pending(): OperationRecord[];
  /** Starts whose backup is known, and not known to have ended, oldest first. */
  unended(): OperationRecord[];
  /** The id that a backup was shown by before its product named it; it keeps that id. */
  addAlias(provider: string, localId: LocalId, alias: LocalId): void;
  aliasOf(provider: string, localId: LocalId): LocalId | null;
  localIdOf(provider: string, alias: LocalId): LocalId | null;
  /** A mark for a backup that was cancelled by us, where the product has no word for it; kept for good. */
  markCancelled(provider: string, localId: LocalId): void;
  isCancelled(provider: string, localId: LocalId): boolean;
  /** Forgets operations that were asked for before a time, pending ones excepted. */
  forgetBefore(time: Instant): void;
  close(): void;
}

const wireRecord = z.object({ record: z.string() });
const wireAlias = z.object({ provider: z.string(), local_id: z.string(), alias: z.string() });
const wireMark = z.object({ provider: z.string(), local_id: z.string() });

/** `file`: a path, or `:memory:`. Throws LedgerError where it cannot be opened, or is of a newer version. */
export function openStore(file: string, health: StorageHealth = createStorageHealth()): LedgerStore {
  const database = openDatabase(file, 'FULL');
  const insert = database.prepare(
    `INSERT INTO operations (id, viewer, provider, kind, idempotency_key, status, requested_at, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare('UPDATE operations SET status = ?, record = ? WHERE id = ?');
  const updateEnd = database.prepare(
    "UPDATE operations SET record = json_set(record, '$.backupEndedAt', ?) WHERE id = ?",
  );
  const byId = database.prepare('SELECT record FROM operations WHERE id = ?');
  const byKey = database.prepare('SELECT record FROM operations WHERE viewer = ? AND idempotency_key = ?');
  const unended = database.prepare(
    `SELECT record FROM operations WHERE status = 'SUCCEEDED' AND kind <> 'CANCEL'
     AND json_extract(record, '$.backupId') IS NOT NULL AND json_extract(record, '$.backupEndedAt') IS NULL
     ORDER BY requested_at`,
  );
  const byStatus = database.prepare('SELECT record FROM operations WHERE status = ? ORDER BY requested_at');
  const addAlias = database.prepare('INSERT OR REPLACE INTO aliases (provider, local_id, alias) VALUES (?, ?, ?)');
  const mark = database.prepare('INSERT OR IGNORE INTO cancelled (provider, local_id) VALUES (?, ?)');
  const forget = database.prepare("DELETE FROM operations WHERE requested_at < ? AND status <> 'PENDING'");

  const operations = new OperationMemory();
  const aliases = new AliasMemory();
  const cancelled = new Set<string>();
  const deferred = createDeferredWrites(health);

  function read(row: unknown): OperationRecord | null {
    if (row === undefined) return null;
    const record = JSON.parse(wireRecord.parse(row).record) as OperationRecord;
    // One that an older program has written lacks it.
    return { ...record, externalId: record.externalId ?? null };
  }

  for (const row of byStatus.all('PENDING') as unknown[]) {
    const operation = read(row);
    if (operation) operations.put(operation);
  }
  for (const row of database.prepare('SELECT provider, local_id, alias FROM aliases').all() as unknown[]) {
    const { provider, local_id: localId, alias } = wireAlias.parse(row);
    aliases.add(provider, localId, alias);
  }
  for (const row of database.prepare('SELECT provider, local_id FROM cancelled').all() as unknown[]) {
    const { provider, local_id: localId } = wireMark.parse(row);
    cancelled.add(`${provider}:${localId}`);
  }

  /** False where the database cannot be written now. */
  function writeNoted(): void {
    for (const operation of operations.unwritten()) {
      if (!deferred.tryWrite(() => save(operation))) return;
      operations.markWritten(operation.id);
    }
    deferred.flush();
  }

  const save = (operation: OperationRecord): void =>
    void update.run(operation.status, JSON.stringify(operation), operation.id);

  function changed(id: string, change: OperationChange): OperationRecord {
    const before = store.find(id);
    if (!before) throw new Error(`operation ${id} is not in the ledger`);
    return { ...before, ...change };
  }

  const stopListening = health.onRecovery(writeNoted);

  const store: LedgerStore = {
    insert(operation) {
      const { id, viewer, provider, kind, idempotencyKey, status, requestedAt } = operation;
      health.write(() =>
        insert.run(id, viewer, provider, kind, idempotencyKey, status, requestedAt, JSON.stringify(operation)),
      );
      operations.put(operation);
    },
    update(id, change) {
      const after = changed(id, change);
      health.write(() => save(after));
      operations.put(after);
      return after;
    },
    note(id, change) {
      const after = changed(id, change);
      operations.put(after);
      if (deferred.tryWrite(() => save(after))) operations.markWritten(id);
      else operations.markUnwritten(id);
      return after;
    },
    noteEnd(id, at) {
      const known = operations.find(id);
      if (known) store.note(id, { backupEndedAt: at });
      // After a month the operation is forgotten, and its backup may run on.
      else deferred.write(() => void updateEnd.run(at, id));
    },
    find: (id) => operations.find(id) ?? health.read(() => read(byId.get(id))),
    findByKey: (viewer, key) => operations.findByKey(viewer, key) ?? health.read(() => read(byKey.get(viewer, key))),
    findPending: operations.findPending,
    pending: operations.pending,
    unended: () => unended.all().flatMap((row: unknown) => read(row) ?? []),
    addAlias(provider, localId, alias) {
      aliases.add(provider, localId, alias);
      deferred.write(() => void addAlias.run(provider, localId, alias));
    },
    aliasOf: aliases.aliasOf,
    localIdOf: aliases.localIdOf,
    markCancelled(provider, localId) {
      cancelled.add(`${provider}:${localId}`);
      deferred.write(() => void mark.run(provider, localId));
    },
    isCancelled: (provider, localId) => cancelled.has(`${provider}:${localId}`),
    forgetBefore(time) {
      health.write(() => forget.run(time));
      operations.forgetBefore(time);
    },
    close() {
      stopListening();
      writeNoted();
      database.close();
    },
  };
  return store;
}
