/** What the ledger knows in memory: it answers while the database cannot be read, and holds what it could not write yet. */
import type { LocalId } from '../core/model.ts';
import type { OperationRecord } from './operation-record.ts';

const isStart = ({ kind, status }: OperationRecord): boolean => kind !== 'CANCEL' && status !== 'FAILED';

/** Settled operations that are kept besides the pending ones. */
const maxSettled = 1_000;

export class OperationMemory {
  readonly #pending = new Map<string, OperationRecord>();
  /** Oldest first. */
  readonly #settled = new Map<string, OperationRecord>();
  readonly #unwritten = new Set<string>();

  put(operation: OperationRecord): void {
    const { id } = operation;
    if (operation.status === 'PENDING') {
      this.#pending.set(id, operation);
      return;
    }
    this.#pending.delete(id);
    this.#settled.delete(id);
    this.#settled.set(id, operation);
    for (const old of this.#settled.keys()) {
      if (this.#settled.size <= maxSettled) break;
      if (!this.#unwritten.has(old)) this.#settled.delete(old);
    }
  }

  /** Another gateway owns it now. */
  drop(id: string): void {
    this.#pending.delete(id);
    this.#settled.delete(id);
    this.#unwritten.delete(id);
  }

  find = (id: string): OperationRecord | null => this.#pending.get(id) ?? this.#settled.get(id) ?? null;

  /** Starts of these backups that did not fail. */
  startsOf(provider: string, backupIds: readonly LocalId[]): OperationRecord[] {
    const ids = new Set(backupIds);
    return [...this.#settled.values(), ...this.#pending.values()].filter(
      (one) => isStart(one) && one.provider === provider && one.backupId !== null && ids.has(one.backupId),
    );
  }

  findPending = (id: string): OperationRecord | null => this.#pending.get(id) ?? null;

  /** Oldest first. */
  pending = (): OperationRecord[] => [...this.#pending.values()];

  findByKey(viewer: string, key: string): OperationRecord | null {
    for (const operations of [this.#pending, this.#settled]) {
      for (const one of operations.values()) if (one.idempotencyKey === key && one.viewer === viewer) return one;
    }
    return null;
  }

  /** Drops settled operations that are in the database. */
  forgetBefore(time: number): void {
    for (const { id, requestedAt } of this.#settled.values()) {
      if (requestedAt < time && !this.#unwritten.has(id)) this.#settled.delete(id);
    }
  }

  markUnwritten = ({ id }: OperationRecord): void => void this.#unwritten.add(id);
  /** Unless it has changed since. */
  markWritten = (written: OperationRecord): void => {
    if (this.find(written.id) === written) this.#unwritten.delete(written.id);
  };
  findUnwritten = (id: string): OperationRecord | null => (this.#unwritten.has(id) ? this.find(id) : null);
  unwritten = (): OperationRecord[] => [...this.#unwritten].flatMap((id) => this.find(id) ?? []);
}
