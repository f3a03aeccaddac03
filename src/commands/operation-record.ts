/** A command that was accepted, as the ledger keeps it. */
import type { ErrorCode } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';

export const operationKinds = ['CREATE', 'START', 'RETRY', 'CANCEL'] as const;
export type OperationKind = (typeof operationKinds)[number];

export const operationStatuses = ['PENDING', 'SUCCEEDED', 'FAILED', 'OUTCOME_UNKNOWN'] as const;
export type OperationStatus = (typeof operationStatuses)[number];

/** What a start asked for, so that it can be asked for again. */
export interface RecordedStart {
  readonly name: string | null;
  readonly description: string | null;
  /** Of `createBackup`; null: the product's defaults. */
  readonly settings: Readonly<Record<string, unknown>> | null;
}

/** A command that somebody gave, and what became of it. */
export interface OperationRecord {
  readonly id: string;
  /** Who gave it. */
  readonly viewer: string;
  readonly provider: string;
  readonly kind: OperationKind;
  readonly entityId: LocalId | null;
  /** Of a cancel: what was to be cancelled. Of a start: the backup, once it is known to be ours. */
  readonly backupId: LocalId | null;
  /** The product's own id of that backup, once it is known. */
  readonly externalId: string | null;
  readonly idempotencyKey: string | null;
  /** What was asked, to tell a repeated command from another one with the same key. */
  readonly fingerprint: string;
  readonly status: OperationStatus;
  readonly requestedAt: Instant;
  /** Set before the command leaves: without it, nothing was sent. */
  readonly sentAt: Instant | null;
  /** When its answer was lost on the way; null where it came, is waited for, or this process was not there. */
  readonly lostAt: Instant | null;
  /** The product said that it took the command. */
  readonly isAccepted: boolean;
  readonly resolvedAt: Instant | null;
  readonly name: string | null;
  readonly nonce: string;
  readonly mark: string | null;
  readonly handle: string | null;
  readonly message: string | null;
  /** Backups that may be ours, where nothing proves it. */
  readonly candidateIds: readonly LocalId[];
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** When the backup of a start was seen to have ended; null until then. */
  readonly backupEndedAt: Instant | null;
  /** Null of a cancel, of a retry by the product, of what is too long to keep, and of operations of older programs. */
  readonly recorded: RecordedStart | null;
}

/** All fields must match; a list matches any of its values. Null: no restriction. */
export interface OperationFilter {
  readonly providers: readonly string[] | null;
  readonly statuses: readonly OperationStatus[] | null;
  readonly kinds: readonly OperationKind[] | null;
  /** Ids of viewers. */
  readonly viewers: readonly string[] | null;
  /** Inclusive, by `requestedAt`. */
  readonly since: Instant | null;
  /** Exclusive, likewise. */
  readonly until: Instant | null;
}

export interface OperationQuery extends OperationFilter {
  readonly providers: readonly string[];
  /** The place after which the list goes on; null for the newest. */
  readonly after: Pick<OperationRecord, 'requestedAt' | 'id'> | null;
  readonly limit: number;
}
