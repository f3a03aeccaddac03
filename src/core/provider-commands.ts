/** What commands of a provider take and return. */
import type { GatewayError } from './errors.ts';
import type { Instant } from './instant.ts';
import type { Backup, LocalId } from './model.ts';

// ---- commands

export interface StartRequest {
  readonly entityId: LocalId;
  /** A product that does not support names or descriptions throws UNSUPPORTED; it does not ignore them. */
  readonly name: string | null;
  readonly description: string | null;
  /** Eight unique letters and digits. Becomes part of the name if nothing else identifies the backup of a start. */
  readonly nonce: string;
}

export interface CreateRequest extends StartRequest {
  /** The fields of the product's own input, except `entityId`, `name`, `description` and `idempotencyKey`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A start that the product accepted. */
export interface Started {
  /** The started backup; null if the product does not return its id yet. */
  readonly backup: Backup | null;
  /** The product's own id of the accepted request, such as a task. Used to find the backup later. */
  readonly handle: string | null;
  /** What happens next, for people; null if there is a backup. */
  readonly message: string | null;
}

/** A start as recorded in the ledger. */
export interface SentStart {
  readonly entityId: LocalId;
  readonly name: string | null;
  readonly nonce: string;
  /** Result of `markStart`; null if the provider has no such method. */
  readonly mark: string | null;
  /** `Started.handle` of the answer; null if there is none, or the answer was lost. */
  readonly handle: string | null;
  readonly sentAt: Instant;
}

export interface StartFinding {
  /** The backup that is proven to be of this start. */
  readonly backup: Backup | null;
  /** Backups that may be of this start. */
  readonly candidates: readonly Backup[];
  /** Set if the start is proven to have failed without a backup. */
  readonly error: GatewayError | null;
}

export interface CancelResult {
  /** The backup after the request. It may still be running if stopping takes time. */
  readonly backup: Backup;
  /** Whether the product reports that it ended a process; null if it does not say. */
  readonly processTerminated: boolean | null;
}
