/**
 * Which operations this gateway owns, of several that use one database. Only the owner of an operation sends it, or looks
 * its outcome up, and writes what it finds; after a silence, another replica becomes the owner. See `src/storage/replicas.ts`.
 */
import { GatewayError } from '../core/errors.ts';
import type { Replica } from '../storage/replicas.ts';
import type { OperationRecord } from './operation-record.ts';
import type { OperationMemory } from './store-memory.ts';
import type { OperationRows } from './store-rows.ts';

export interface Ownership {
  /** False if another gateway sends it, or looks its outcome up. */
  isOwn(id: string): boolean;
  noteInserted(id: string): void;
  /** False if another gateway owns it now: then it is dropped here, and nothing was written. */
  save(operation: OperationRecord): Promise<boolean>;
  /** Becomes the owner of what lost gateways have left, oldest first. */
  takeOver(): Promise<OperationRecord[]>;
}

export const takenOver = (): GatewayError =>
  new GatewayError(
    'STORAGE_UNAVAILABLE',
    'This gateway was silent for too long, and another one has taken the command over.',
    { retryAfterSeconds: 1 },
  );

/** Of a gateway that is alone. */
export const ownsAll = (rows: OperationRows): Ownership => ({
  isOwn: () => true,
  noteInserted: () => undefined,
  async save(operation) {
    await rows.save(operation);
    return true;
  },
  takeOver: () => Promise.resolve([]),
});

export function createOwnership(rows: OperationRows, operations: OperationMemory, replica: Replica): Ownership {
  /** The epoch since which each operation is of this replica. */
  const epochs = new Map<string, number>();

  function drop(id: string): void {
    epochs.delete(id);
    operations.drop(id);
  }

  /** What others have taken over while this process was stopped. */
  async function dropLost(): Promise<void> {
    const ids = operations.pending().flatMap(({ id }) => (epochs.has(id) ? [id] : []));
    const owned = await rows.owned(ids);
    for (const id of ids) if (owned.get(id) !== epochs.get(id) && !operations.findUnwritten(id)) drop(id);
  }

  return {
    isOwn: (id) => epochs.has(id),
    noteInserted: (id) => void epochs.set(id, 0),
    async save(operation) {
      const { id, status, kind, backupId } = operation;
      const epoch = await rows.saveOwned({ operation, epoch: epochs.get(id) ?? -1 });
      if (epoch === null) {
        drop(id);
        return false;
      }
      const isOver =
        status !== 'PENDING' && (kind === 'CANCEL' || backupId === null || operation.backupEndedAt !== null);
      if (isOver) epochs.delete(id);
      else epochs.set(id, epoch);
      return true;
    },
    async takeOver() {
      await dropLost();
      const taken = await rows.takeOver(replica, [...epochs.keys()]);
      for (const { operation, epoch } of taken) {
        epochs.set(operation.id, epoch);
        if (operation.status === 'PENDING') operations.put(operation);
      }
      return taken.map(({ operation }) => operation);
    },
  };
}
