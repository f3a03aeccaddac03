/** The ledger in the database: written before and after every command. */
import type { Instant } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import { createDeferredWrites } from '../storage/deferred-writes.ts';
import type { Storage } from '../storage/started-storage.ts';
import type { OperationQuery, OperationRecord } from './operation-record.ts';
import { OperationMemory } from './store-memory.ts';
import { createNames, type Names } from './store-names.ts';
import { createOperationRows } from './store-rows.ts';

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
 * `insert` and `update` reject with STORAGE_UNAVAILABLE where the database cannot be written. What is already true, such
 * as the answer of a product, is noted: it holds at once, and is written when the database can be written.
 */
export interface LedgerStore extends Names {
  /** Resolves when what an earlier process left is known. All methods that return promises wait for it. */
  readonly ready: Promise<void>;
  /** Resolves to false, and inserts nothing, if the viewer has used the key of the operation before. */
  insert(operation: OperationRecord): Promise<boolean>;
  update(id: string, change: OperationChange): Promise<OperationRecord>;
  /** The change holds when the call returns, for an operation in memory. Resolves when it is written, or kept for later. */
  note(id: string, change: OperationChange): Promise<OperationRecord>;
  /** When the backup of a start ended. */
  noteEnd(id: string, at: Instant): Promise<void>;
  /** Rejects with STORAGE_UNAVAILABLE where the database cannot be read, and the operation is not in memory. */
  find(id: string): Promise<OperationRecord | null>;
  /** Newest first. Rejects likewise. */
  list(query: OperationQuery): Promise<readonly OperationRecord[]>;
  /** Starts of these backups that did not fail, in any order. Rejects likewise. */
  startsOf(provider: string, backupIds: readonly LocalId[]): Promise<readonly OperationRecord[]>;
  findByKey(viewer: string, idempotencyKey: string): Promise<OperationRecord | null>;
  /** Those whose outcome this process finds out, oldest first; from memory. */
  findPending(id: string): OperationRecord | null;
  pending(): OperationRecord[];
  /** All pending operations of a provider, oldest first. From memory where the database cannot be read. */
  pendingOf(provider: string): Promise<readonly OperationRecord[]>;
  /** Those that were pending when the store was opened, oldest first. */
  left(): Promise<readonly OperationRecord[]>;
  /** Starts whose backup is known, and not known to have ended, oldest first. */
  unended(): Promise<OperationRecord[]>;
  /** Forgets operations that were asked for before a time, pending ones excepted. */
  forgetBefore(time: Instant): Promise<void>;
  close(): Promise<void>;
}

export function openStore({ database, health }: Pick<Storage, 'database' | 'health'>): LedgerStore {
  const rows = createOperationRows(database);
  const operations = new OperationMemory();
  const deferred = createDeferredWrites(health, { of: 'ledger' });
  const names = createNames(database, health, deferred);
  /** The last write of each operation that is not over: writes of one operation keep their order. */
  const writing = new Map<string, Promise<unknown>>();

  const left = health.read(() => rows.ofStatus('PENDING'));
  const ready = left.then((found) => {
    for (const operation of found) operations.put(operation);
    return names.ready;
  });
  names.ready.catch(() => undefined);
  // Every method reports it as well.
  ready.catch(() => undefined);

  function inOrder<T>(id: string, work: () => Promise<T>): Promise<T> {
    const result = (writing.get(id) ?? Promise.resolve()).then(work, work);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (writing.get(id) === settled) writing.delete(id);
      });
    writing.set(id, settled);
    return result;
  }

  /** The state of the operation at the time of the write. */
  async function saveNoted(id: string): Promise<void> {
    const operation = operations.find(id);
    if (operation && (await deferred.tryWrite(() => rows.save(operation)))) operations.markWritten(operation);
  }

  async function writeNoted(): Promise<void> {
    for (const { id } of operations.unwritten()) await inOrder(id, () => saveNoted(id));
    await deferred.flush();
  }

  async function require(id: string): Promise<OperationRecord> {
    const operation = await store.find(id);
    if (!operation) throw new Error(`operation ${id} is not in the ledger`);
    return operation;
  }

  const stopListening = health.onRecovery(writeNoted);

  const store: LedgerStore = {
    ...names,
    ready,
    async insert(operation) {
      await ready;
      try {
        if (!(await health.write(() => rows.insert(operation), 'ledger'))) return false;
      } catch (error) {
        // A server may have inserted it although its answer was lost. Nobody sends it, and its key stays free.
        if (database.kind === 'postgres') void deferred.write(() => rows.remove(operation.id));
        throw error;
      }
      operations.put(operation);
      return true;
    },
    async update(id, change) {
      const after = { ...(operations.find(id) ?? (await require(id))), ...change };
      await inOrder(id, () => health.write(() => rows.save(after), 'ledger'));
      operations.put(after);
      return after;
    },
    async note(id, change) {
      const after = { ...(operations.find(id) ?? (await require(id))), ...change };
      operations.put(after);
      operations.markUnwritten(after);
      await inOrder(id, () => saveNoted(id));
      return after;
    },
    async noteEnd(id, at) {
      if (operations.find(id)) await store.note(id, { backupEndedAt: at });
      // After a month the operation is forgotten, and its backup may run on.
      else await deferred.write(() => rows.saveEnd(id, at));
    },
    async find(id) {
      await ready;
      return operations.find(id) ?? (await health.read(() => rows.find(id)));
    },
    async list(query) {
      await ready;
      // What could not be written yet is in memory.
      return (await health.read(() => rows.list(query))).map((row) => operations.find(row.id) ?? row);
    },
    async startsOf(provider, backupIds) {
      await ready;
      const written = await health.read(() => rows.startsOf(provider, backupIds));
      return [...written, ...operations.startsOf(provider, backupIds)];
    },
    async findByKey(viewer, key) {
      await ready;
      return operations.findByKey(viewer, key) ?? (await health.read(() => rows.findByKey(viewer, key)));
    },
    findPending: operations.findPending,
    pending: operations.pending,
    async pendingOf(provider) {
      await ready;
      return operations.pending().filter((one) => one.provider === provider);
    },
    async left() {
      await ready;
      return left;
    },
    async unended() {
      await ready;
      return health.read(rows.unended);
    },
    async forgetBefore(time) {
      await health.write(() => rows.forgetBefore(time), 'ledger');
      operations.forgetBefore(time);
    },
    async close() {
      stopListening();
      await Promise.all(writing.values());
      await writeNoted();
    },
  };
  return store;
}
