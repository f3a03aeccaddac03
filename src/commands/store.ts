/** The ledger in the database: written before and after every command. One factory, since all its methods share the operations in memory. */
import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import { createDeferredWrites } from '../storage/deferred-writes.ts';
import type { Storage } from '../storage/started-storage.ts';
import type { OperationQuery, OperationRecord } from './operation-record.ts';
import { createOwnership, ownsAll, takenOver } from './ownership.ts';
import { OperationMemory } from './store-memory.ts';
import { createNames, type Names } from './store-names.ts';
import { createOperationRows } from './store-rows.ts';
import { readSharedState, readTogether, type SharedState } from './store-shared.ts';

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
  /**
   * What earlier processes, and gateways that are lost, have left: pending operations, and starts whose backup is not known
   * to have ended, oldest first. They are of this gateway from now on.
   */
  takeOver(): Promise<readonly OperationRecord[]>;
  /** Calls `changed` when something may have been left. Returns a function that removes the listener. */
  onLeft(changed: () => Promise<unknown>): () => void;
  /** False for an operation that another gateway sends, or looks up. */
  isOwn(id: string): boolean;
  /** Several gateways use the database: operations may change without this one. */
  readonly isShared: boolean;
  /** A command that was not sent so long after it was written down as sent must not be sent: others may take it over. */
  readonly takeoverMs: number;
  /** Starts of this gateway whose backup is known, and not known to have ended, oldest first. */
  unended(): Promise<OperationRecord[]>;
  /** Forgets operations that were asked for before a time, pending ones excepted. */
  forgetBefore(time: Instant): Promise<void>;
  close(): Promise<void>;
}

/** What others have just sent is not shown: its caller may still be told that it was refused. */
const awaitedElsewhereMs = 5_000;

export function openStore({
  database,
  health,
  replica,
}: Pick<Storage, 'database' | 'health' | 'replica'>): LedgerStore {
  const rows = createOperationRows(database, replica);
  const operations = new OperationMemory();
  const ownership = replica ? createOwnership(rows, operations, replica) : ownsAll(rows);
  const deferred = createDeferredWrites(health, { of: 'ledger' });
  const sharedState = replica ? readTogether(() => readSharedState(database.db)) : null;
  const { close: closeNames, ...names } = createNames(database, health, deferred, sharedState);
  /** The last write of each operation that is not over: writes of one operation keep their order. */
  const writing = new Map<string, Promise<unknown>>();

  const left = replica ? Promise.resolve([]) : health.read(() => rows.ofStatus('PENDING'));
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
    if (operation && (await deferred.tryWrite(() => ownership.save(operation)))) operations.markWritten(operation);
  }

  /** In memory is what this gateway owns; others change the rest, and what is over. */
  const latest = (row: OperationRecord): OperationRecord =>
    (replica ? operations.findUnwritten(row.id) : operations.find(row.id)) ?? row;

  /** Not what others have just sent. */
  const isToldOf = ({ id, isAccepted, lostAt, sentAt }: OperationRecord): boolean =>
    ownership.isOwn(id) || isAccepted || lostAt !== null || (sentAt ?? now()) < now() - awaitedElsewhereMs * 1000;

  async function readPendingOf(
    provider: string,
    state: () => Promise<SharedState>,
  ): Promise<readonly OperationRecord[]> {
    try {
      if (!(await health.read(state)).hasPending) return [];
      return (await health.read(() => rows.pendingOf(provider))).map(latest).filter(isToldOf);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return operations.pending().filter((one) => one.provider === provider);
    }
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
      ownership.noteInserted(operation.id);
      operations.put(operation);
      return true;
    },
    async update(id, change) {
      const after = { ...(operations.find(id) ?? (await require(id))), ...change };
      const isWritten = await inOrder(id, () => health.write(() => ownership.save(after), 'ledger'));
      if (!isWritten) throw takenOver();
      operations.put(after);
      return after;
    },
    async note(id, change) {
      const after = { ...(operations.find(id) ?? (await require(id))), ...change };
      operations.put(after);
      operations.markUnwritten(after);
      await inOrder(id, () => saveNoted(id));
      if (operations.find(id)) return after;
      // Another gateway owns it: its state holds.
      return (await health.read(() => rows.find(id)).catch(unlessUnavailable(after))) ?? after;
    },
    async noteEnd(id, at) {
      if (operations.find(id)) await store.note(id, { backupEndedAt: at });
      // After a month the operation is forgotten, and its backup may run on.
      else await deferred.write(() => rows.saveEnd(id, at));
    },
    async find(id) {
      await ready;
      const known = replica ? operations.findPending(id) : operations.find(id);
      return known ?? (await health.read(() => rows.find(id)).catch(unlessUnavailable(operations.find(id))));
    },
    async list(query) {
      await ready;
      // What could not be written yet is in memory.
      return (await health.read(() => rows.list(query))).map(latest);
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
      return sharedState
        ? readPendingOf(provider, sharedState)
        : operations.pending().filter((one) => one.provider === provider);
    },
    async takeOver() {
      await ready;
      if (replica) return health.write(ownership.takeOver, 'ledger');
      return [...(await left), ...(await health.read(rows.unended))];
    },
    onLeft: (changed) => replica?.onBeat(changed) ?? (() => undefined),
    isOwn: ownership.isOwn,
    isShared: replica !== null,
    takeoverMs: replica?.takeoverMs ?? Number.POSITIVE_INFINITY,
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
      closeNames();
      await Promise.all(writing.values());
      await writeNoted();
    },
  };
  return store;
}

/** The state that is known where the database cannot be read. */
const unlessUnavailable =
  (known: OperationRecord | null) =>
  (error: unknown): OperationRecord => {
    if (known && error instanceof GatewayError) return known;
    throw error;
  };
