/** What the ledger is given, and what it promises. */

import type { Backup, LocalId } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { CancelResult, Started } from '../core/provider-commands.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { OperationKind, OperationQuery, OperationRecord, RecordedStart } from './operation-record.ts';
import type { OutcomesOptions } from './outcomes.ts';

export interface LedgerOptions extends Omit<OutcomesOptions, 'change' | 'closing'> {
  /** How long a caller waits for the product's answer before it gets the pending operation instead. */
  readonly answerWithinMs: number;
  /** Filled here with the ids of starts whose callers still wait for the answer. */
  readonly awaited: Set<string>;
  /** The backup of a start is known from now on. It is followed to its end, which is told by `noteEnd`. */
  readonly onStarted: (provider: Provider, backupId: LocalId, operation: OperationRecord) => void;
  /** A start that was refused after its backup had been shown as running: the backup as it ends, which no list shows. */
  readonly onShownRefused?: (provider: Provider, backup: Backup) => void;
  /** The time that operations are forgotten by; the system's clock unless given. */
  readonly retention?: RetentionClock;
}

/** One command as somebody gave it. */
export interface Command {
  readonly viewer: string;
  readonly provider: Provider;
  readonly kind: OperationKind;
  readonly entityId: LocalId | null;
  readonly backupId: LocalId | null;
  readonly name: string | null;
  readonly idempotencyKey: string | null;
  /** Everything that makes two commands the same one. */
  readonly asked: unknown;
  /** Stored with the operation, for a retry. */
  readonly recorded?: RecordedStart;
}

/** What the caller of a start gets. */
export interface StartOutcome {
  readonly operation: OperationRecord;
  /** Known at once only where the product named it within the caller's patience. */
  readonly backup: Backup | null;
  readonly message: string | null;
}

export interface CancelOutcome {
  readonly operation: OperationRecord;
  readonly result: CancelResult | null;
}

export interface Ledger {
  /** Throws what the product refuses; a lost answer is no refusal, but a pending operation. */
  start(command: Command, send: (nonce: string, signal: AbortSignal) => Promise<Started>): Promise<StartOutcome>;
  cancel(command: Command, send: (signal: AbortSignal) => Promise<CancelResult>): Promise<CancelOutcome>;
  find(id: string): Promise<OperationRecord | null>;
  /** Newest first. Rejects with STORAGE_UNAVAILABLE. */
  list(query: OperationQuery): Promise<readonly OperationRecord[]>;
  /** The ids of the viewers who started these backups here, by backup. Rejects with STORAGE_UNAVAILABLE. */
  startersOf(provider: string, backupIds: readonly LocalId[]): Promise<ReadonlyMap<LocalId, string>>;
  /** What the start of this backup asked for; null if it is not known. Rejects with STORAGE_UNAVAILABLE. */
  recordedOf(provider: string, backupId: LocalId): Promise<RecordedStart | null>;
  /** Those of these backups whose start is recorded, so that it can be repeated. Rejects with STORAGE_UNAVAILABLE. */
  recordedAmong(provider: string, backupIds: readonly LocalId[]): Promise<ReadonlySet<LocalId>>;
  /** Calls at every change of an operation, with its new state. Returns a function that removes the listener. */
  onChange(id: string, changed: (operation: OperationRecord) => void): () => void;
  /** The backup of a start has ended, or is there no more. */
  noteEnd(id: string): Promise<void>;
  /** Goes on looking for what was pending, and following what had not ended, when the process ended. */
  resume(): Promise<void>;
  /** Continues to follow what was started at a provider that was added while the gateway runs. */
  resumeAt(provider: string): Promise<void>;
  /** Whether an operation of this provider is still PENDING. */
  hasPending(provider: string): boolean;
  close(): Promise<void>;
}
