/**
 * The contract that every adapter implements. An optional method is a capability: a provider that has the
 * method can do the thing, and nothing else claims that it can (see `capabilitiesOf`).
 *
 * Every method throws only GatewayError, and stops promptly when `signal` aborts. A method that reads may be
 * called again; a method that commands is called once for each time that somebody asked.
 */
import type { GatewayError } from './errors.ts';
import type { BackupFilter } from './filter.ts';
import type { Instant } from './instant.ts';
import type { ListedBackup } from './listed-backup.ts';
import type {
  Backup,
  BackupStatus,
  BackupTrigger,
  DataPresence,
  EntityRows,
  LocalId,
  LogLine,
  ProtectedEntity,
  ProviderKind,
  UnreadableRow,
} from './model.ts';
import type { ScanDirection, SortKey } from './order.ts';

export interface Provider {
  /** The configured name. */
  readonly name: string;
  readonly kind: ProviderKind;
  /** How the product has been answering, from real traffic: no request is made to say it. */
  readonly health: () => ProviderHealth;

  /** Everything that the product can back up, ordered by `externalId` (see `compareIds`). */
  listEntities(signal: AbortSignal): Promise<EntityRows>;

  /** What `listEntities` can never know, as a sentence for people; every list of entities says so. */
  readonly unlistedEntities?: string;

  /** Some time without a zone was read as one of the configured zone. */
  readonly hasReadZonelessTimes?: () => boolean;

  /** Each entity's backups are a list of their own upstream, so that a list of several costs a call for each. */
  readonly listsByEntity?: true;

  /** One answer for each id, in the same order; null where the product has no such entity. */
  getEntities(externalIds: readonly LocalId[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null)[]>;

  /** Backups in the order of `query.direction`, strictly after `query.after`. */
  listBackups(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;

  /** How many backups match; null where the product cannot say without being read row by row past its ceiling. */
  countBackups(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;

  /**
   * One answer for each id, in the same order; null where the product has no such backup. As few upstream
   * requests as the product allows, however many ids.
   */
  getBackups(ids: readonly LocalId[], signal: AbortSignal): Promise<readonly (Backup | null)[]>;

  /**
   * Of a product that tells what started a backup elsewhere than in its lists: one answer for each, in the same order,
   * by as few calls as it allows. Asked only for rows whose `trigger` is UNKNOWN.
   */
  readTriggers?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly BackupTrigger[]>;

  /**
   * Whether the data of backups that succeeded is still there, where the lists do not tell: one answer for each, in the
   * same order, by one call for each repository or entity at most. What cannot be read is UNKNOWN, with the reason.
   */
  readDataPresence?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly PresenceReading[]>;

  /**
   * What has to be known before a start to recognise its backup afterwards, such as the newest job: it is written to
   * the ledger before the start is sent. Absent where the product names the backup in its answer.
   */
  markStart?(entityId: LocalId, signal: AbortSignal): Promise<string>;

  /**
   * Starts a backup with the entity's own defaults. A busy product throws CONFLICT; an answer that was lost on the
   * way throws OUTCOME_UNKNOWN. It is called once for each time that somebody asked, whatever happens.
   */
  startBackup?(request: StartRequest, signal: AbortSignal): Promise<Started>;

  /** The same with the product's own settings, as its `schema.ts` defines them. */
  createBackup?(request: CreateRequest, signal: AbortSignal): Promise<Started>;

  /**
   * Looks for the backup that a start made: one whose answer did not name it, or was lost. It may be called again
   * and again until it is found. Without proof that a backup is ours it is a candidate, never the answer.
   */
  findStarted?(start: SentStart, signal: AbortSignal): Promise<StartFinding>;

  /**
   * Of a product whose start answers only when the backup is over, minutes later: the backup as it is shown
   * meanwhile. `localId` is its id for ever. Pure.
   */
  showPending?(start: SentStart, localId: LocalId): Backup;

  /** Asks the product to stop a backup. One that is not running throws CONFLICT. */
  cancelBackup?(id: LocalId, signal: AbortSignal): Promise<CancelResult>;

  /** The product tells how far a running backup is. */
  readonly hasProgress?: true;

  /** Whether the product lets this account change the texts of this backup; all, unless given. Pure. */
  isEditable?(backup: Backup): boolean;

  /** Changes the free text of a backup; null clears it. */
  updateDescription?(id: LocalId, description: string, signal: AbortSignal): Promise<Backup>;

  /** Replaces the warnings of a backup. */
  updateWarnings?(id: LocalId, warnings: readonly string[], signal: AbortSignal): Promise<Backup>;

  /**
   * Marks the warnings of many backups as seen or not: as few upstream calls as the product allows. One answer for
   * each id, in the same order: the backup as it is afterwards, or why it could not be done.
   */
  acknowledgeWarnings?(
    ids: readonly LocalId[],
    acknowledged: boolean,
    signal: AbortSignal,
  ): Promise<readonly (Backup | GatewayError)[]>;

  /** What the product says of a backup that was cancelled, where it has no word for that; only our mark tells. */
  readonly cancelledAs?: BackupStatus;

  /** Which statuses a backup can be cancelled in; RUNNING unless given. */
  readonly cancellable?: readonly BackupStatus[];

  /** Part of one backup's log. */
  readLog?(backup: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead>;

  /** The whole stored log as the product gives it for download; null where it keeps none (now). */
  downloadLog?(id: LocalId, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;

  /** The backup as its newest log lines show it, where they know more than the record does. Pure. */
  refineFromLog?(backup: Backup, newest: readonly LogLine[]): Backup;

  /** Closes connections. Nothing is called afterwards. */
  close(): Promise<void>;
}

export interface PresenceReading {
  readonly presence: DataPresence;
  /** Why it could not be read; null where it was, and where the product never tells. */
  readonly error: GatewayError | null;
}

export const capabilities = [
  'CREATE_BACKUP',
  'START_BACKUP',
  'CANCEL_BACKUP',
  'WATCH_PROGRESS',
  'READ_LOG',
  'UPDATE_DESCRIPTION',
  'UPDATE_WARNINGS',
  'ACKNOWLEDGE_WARNINGS',
] as const;
export type Capability = (typeof capabilities)[number];

/** The member of the contract that each capability is. */
const capabilityMembers = {
  CREATE_BACKUP: 'createBackup',
  START_BACKUP: 'startBackup',
  CANCEL_BACKUP: 'cancelBackup',
  WATCH_PROGRESS: 'hasProgress',
  READ_LOG: 'readLog',
  UPDATE_DESCRIPTION: 'updateDescription',
  UPDATE_WARNINGS: 'updateWarnings',
  ACKNOWLEDGE_WARNINGS: 'acknowledgeWarnings',
} as const satisfies Record<Capability, keyof Provider>;

/** Computed from the methods that are there, so that the public list cannot lie. */
export function capabilitiesOf(provider: Provider): Capability[] {
  return capabilities.filter((capability) => provider[capabilityMembers[capability]] !== undefined);
}

// ---- lists

export interface PageQuery {
  readonly direction: ScanDirection;
  /** Exclusive. It may be the key of another provider's row. Null: from the start of the walk. */
  readonly after: SortKey | null;
  /** Rows wanted, at least 1. */
  readonly limit: number;
  readonly filter: BackupFilter;
  /** Rows of this provider that lie before `after`, as an earlier page of the same walk counted them; 0 at first. */
  readonly offset: number;
}

export interface BackupPage {
  /** At most `limit`, in order, each exactly once. */
  readonly rows: readonly ListedBackup[];
  /** For each row, how many rows of this provider lie before what follows it: the `offset` of a later page. Only a hint. */
  readonly positions?: readonly number[];
  /** Nothing of this provider follows the last row. */
  readonly isEnd: boolean;
  /** Why rows are missing although the call succeeded: INCOMPLETE, or one entity's own failure. */
  readonly problems: readonly Problem[];
  /** Rows that lack an id, a place in the order, or what the filter asks about. What is only null in a row says the row. */
  readonly unreadable?: readonly UnreadableRow[];
}

/** Why a provider's part of an answer is missing. */
export interface Problem {
  readonly provider: string;
  /** `externalId`, where only one entity's part is missing. */
  readonly entityId: LocalId | null;
  /** The provider answered whole, but its rows do not tell what the filter asks: asking again changes nothing. */
  readonly isUntold?: true;
  readonly error: GatewayError;
  /** Everything else is there: it is about what single rows say that cannot be read. */
  readonly isOfRows?: true;
}

// ---- commands

export interface StartRequest {
  readonly entityId: LocalId;
  /** A product that cannot take a name or a description throws UNSUPPORTED rather than dropping it. */
  readonly name: string | null;
  readonly description: string | null;
  /** Eight letters and digits that no other start has: for the name, where nothing else proves whose backup it is. */
  readonly nonce: string;
}

export interface CreateRequest extends StartRequest {
  /** The fields of the product's own input, but for `entityId`, `name`, `description` and `idempotencyKey`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A start that the product accepted. */
export interface Started {
  /** The backup as it is a moment later; null where the product does not name it yet. */
  readonly backup: Backup | null;
  /** The product's own handle of what it accepted, such as a task; kept to find the backup by. */
  readonly handle: string | null;
  /** For people, where there is no backup yet: what happens now. */
  readonly message: string | null;
}

/** A start as the ledger remembers it. */
export interface SentStart {
  readonly entityId: LocalId;
  readonly name: string | null;
  readonly nonce: string;
  /** What `markStart` gave. */
  readonly mark: string | null;
  /** What the answer gave; null where there is none, or it was lost. */
  readonly handle: string | null;
  readonly sentAt: Instant;
}

export interface StartFinding {
  /** Proven to be ours. */
  readonly backup: Backup | null;
  /** May be ours. */
  readonly candidates: readonly Backup[];
  /** Proof that the start failed, and will not become a backup. */
  readonly error: GatewayError | null;
}

export interface CancelResult {
  /** The backup as it is after the request; it may still be running where stopping takes a while. */
  readonly backup: Backup;
  /** The product's word on whether a process was ended; null where it does not say. */
  readonly processTerminated: boolean | null;
}

// ---- logs

export interface LogQuery {
  /** Lines to leave out at the start of the log. A log that is only a sliding window ignores it. */
  readonly offset: number;
  /** Null: every line that there is. */
  readonly limit: number | null;
}

export interface LogRead {
  readonly lines: readonly LogLine[];
  /** The number of the first line, counted from 1; null where the product shows a window and does not say where it is. */
  readonly firstNumber: number | null;
  /** The product has more lines after these. */
  readonly hasMore: boolean;
  /**
   * `growing`: lines may follow, also after the end of a backup whose log is not stored yet. `complete`: the log is stored and stays as it is.
   * `discarded`: the product keeps no log of this backup (any more), which says nothing about what was in it.
   */
  readonly state: 'growing' | 'complete' | 'discarded';
}

// ---- health

export interface ProviderHealth {
  /** DEGRADED: the newest request failed after one that succeeded within the last minute. UNKNOWN: nothing asked yet. */
  readonly status: 'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  readonly checkedAt: Instant | null;
  /** Of the newest answer, from request to the end of its body. */
  readonly latencyMs: number | null;
  readonly error: GatewayError | null;
}
