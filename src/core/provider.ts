/**
 * The contract that every adapter implements. An optional method is a capability: a provider has the capability if it
 * has the method (see `capabilitiesOf`).
 *
 * Every method throws only GatewayError and stops promptly when `signal` aborts. A read may be retried. A command is
 * called once for each request of a client and never retried. The file is long because it is mostly this contract.
 */
import type { GatewayError } from './errors.ts';
import type { FailureRule } from './failure-reason.ts';
import type { BackupFilter, OwnFilter } from './filter.ts';
import type { Instant } from './instant.ts';
import type { ListedBackup } from './listed-backup.ts';
import type {
  Backup,
  BackupStatus,
  BackupTrigger,
  Copy,
  DataPresence,
  EntityRows,
  LocalId,
  LogLine,
  Origin,
  ProtectedEntity,
  ProviderKind,
  Schedule,
  UnreadableRow,
} from './model.ts';
import type { ScanDirection, SortKey } from './order.ts';
import type {
  CancelResult,
  CreateRequest,
  SentStart,
  Started,
  StartFinding,
  StartRequest,
} from './provider-commands.ts';

export interface Provider {
  /** The configured name. */
  readonly name: string;
  readonly kind: ProviderKind;
  /** Health of the product, from real traffic only: sends no request. */
  readonly health: () => ProviderHealth;

  /** Returns everything that the product can back up, ordered by `externalId` (see `compareIds`). */
  listEntities(signal: AbortSignal): Promise<EntityRows>;

  /** The filter that only this product has. Pure. Absent: it has none. */
  readonly ownFilter?: OwnFilterReader;

  /** A sentence about entities that `listEntities` can never return. Every list of entities has it as a problem. */
  readonly unlistedEntities?: string;

  /** Whether a time without a time zone was read as a time of the configured zone. */
  readonly hasReadZonelessTimes?: () => boolean;

  /** The product has a separate list of backups for each entity, so that a list of several costs a call for each. */
  readonly listsByEntity?: true;

  /** Returns the entity of each id, in the same order; null if the product has no such entity. */
  getEntities(externalIds: readonly LocalId[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null)[]>;

  /** Returns backups in the order of `query.direction`, strictly after `query.after`. */
  listBackups(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;

  /**
   * Returns the number of matching backups; null if the product cannot count and has too many rows to read them all.
   */
  countBackups(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;

  /**
   * Returns the backup of each id, in the same order; null if the product has no such backup. Sends as few upstream
   * requests as the product allows.
   */
  getBackups(ids: readonly LocalId[], signal: AbortSignal): Promise<readonly (Backup | null)[]>;

  /**
   * Returns the trigger of each backup, in the same order, by as few requests as the product allows. For products whose
   * lists do not contain it. Called only for rows whose `trigger` is UNKNOWN.
   */
  readTriggers?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly BackupTrigger[]>;

  /**
   * Returns what started each backup, in the same order, by as few requests as the product allows; null if the product
   * does not tell. For products whose lists do not contain it. Called only for rows without `origin`.
   */
  readOrigins?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (Origin | null)[]>;

  /**
   * Returns whether the data of each successful backup still exists, in the same order, by at most one request for each
   * repository or entity. For products whose lists do not contain it. UNKNOWN, with the error, if it cannot be read.
   */
  readDataPresence?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly PresenceReading[]>;

  /**
   * Returns the copies of the data of each successful backup, in the same order, by at most one request for each
   * repository or entity. For products that tell where the data is.
   */
  readCopies?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly CopiesReading[]>;

  /**
   * Returns the id of the first backup of each backup's chain, in the same order: its own if it builds on none. Null if
   * the product does not tell. For products whose backups build on one another; at most one request for each chain.
   */
  readChainRoots?(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (LocalId | null)[]>;

  /**
   * Returns the schedules of each entity, in the same order, by one request for all; null if the product does not tell
   * those of the entity. For products that run backups by schedules that can be read.
   */
  readSchedules?(
    entities: readonly ProtectedEntity[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Schedule[] | null)[]>;

  /**
   * Returns what is needed to recognise the backup of a start afterwards, such as the newest job. The ledger stores it
   * before the start is sent. Absent if the product returns the id of the backup in its answer.
   */
  markStart?(entityId: LocalId, signal: AbortSignal): Promise<string>;

  /**
   * Starts a backup with the entity's own defaults. Throws CONFLICT if the product is busy, and OUTCOME_UNKNOWN if the
   * answer was lost. Never retried.
   */
  startBackup?(request: StartRequest, signal: AbortSignal): Promise<Started>;

  /** Like `startBackup`, with the product's own settings, which its `schema.ts` defines. */
  createBackup?(request: CreateRequest, signal: AbortSignal): Promise<Started>;

  /**
   * Runs a failed or cancelled backup again as a new one, for products with a command for that. Throws UNSUPPORTED for a
   * backup that the product runs again in no way. Never retried.
   */
  retryBackup?(backup: Backup, signal: AbortSignal): Promise<Started>;

  /** Whether `retryBackup` takes a backup that has ended without success, as far as is known. Absent: it takes all. Pure. */
  isRetryable?(backup: Backup): boolean;

  /**
   * Searches for the backup of a start whose answer was lost or did not contain its id. May be called repeatedly. A
   * backup that is not proven to be of this start is a candidate, never the result.
   */
  findStarted?(start: SentStart, signal: AbortSignal): Promise<StartFinding>;

  /**
   * Returns the backup to show while a start is pending, for products whose start answers only at the end of the
   * backup. `localId` is its permanent id. Pure.
   */
  showPending?(start: SentStart, localId: LocalId): Backup;

  /** Requests the product to stop a backup. Throws CONFLICT if it is not running. */
  cancelBackup?(id: LocalId, signal: AbortSignal): Promise<CancelResult>;

  /** The product reports the progress of running backups. */
  readonly hasProgress?: true;

  /** Whether the account may start backups of this entity. Absent: it may of all. Pure. */
  isStartable?(entity: ProtectedEntity): boolean;

  /** Whether the account may edit the texts of this backup. Absent: it may edit all. Pure. */
  isEditable?(backup: Backup): boolean;

  /** Replaces the description of a backup. */
  updateDescription?(id: LocalId, description: string, signal: AbortSignal): Promise<Backup>;

  /** Replaces the warnings of a backup. */
  updateWarnings?(id: LocalId, warnings: readonly string[], signal: AbortSignal): Promise<Backup>;

  /**
   * Marks the warnings of many backups as seen or not seen, by as few requests as the product allows. Returns for each
   * id, in the same order, the changed backup or an error.
   */
  acknowledgeWarnings?(
    ids: readonly LocalId[],
    acknowledged: boolean,
    signal: AbortSignal,
  ): Promise<readonly (Backup | GatewayError)[]>;

  /** Status that the product reports for a cancelled backup, if it has no status for that. */
  readonly cancelledAs?: BackupStatus;

  /** Statuses in which a backup can be cancelled; default: RUNNING. */
  readonly cancellable?: readonly BackupStatus[];

  /** The product's own words for failures, first match first. Absent: the product gives no reasons. */
  readonly failureRules?: readonly FailureRule[];

  /** Returns a part of the log of a backup. */
  readLog?(backup: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead>;

  /** Returns the whole stored log as the product's download; null if the product does not store it (yet). */
  downloadLog?(id: LocalId, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;

  /** Returns the backup updated from its newest log lines, if they contain more than its record. Pure. */
  refineFromLog?(backup: Backup, newest: readonly LogLine[]): Backup;

  /** Closes connections. No other method is called afterwards. */
  close(): Promise<void>;
}

/**
 * What a product's own filter means for the filter of a list: `entityIds` that it selects, and `accepts`. Throws
 * BAD_USER_INPUT for invalid values.
 */
export type OwnFilterReader = (own: OwnFilter) => Pick<BackupFilter, 'accepts'> & {
  readonly entityIds?: readonly LocalId[];
};

export interface PresenceReading {
  readonly presence: DataPresence;
  /** Why the presence could not be read; null if it was read, or if the product never reports it. */
  readonly error: GatewayError | null;
}

export interface CopiesReading {
  /** Null if they are not known. */
  readonly copies: readonly Copy[] | null;
  /** Why they could not be read; null if they were, or if the product never tells. */
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

/** The member of the contract for each capability. */
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

/** Returns the capabilities of a provider, from the methods that it has. */
export function capabilitiesOf(provider: Provider): Capability[] {
  return capabilities.filter((capability) => provider[capabilityMembers[capability]] !== undefined);
}

// ---- lists

export interface PageQuery {
  readonly direction: ScanDirection;
  /** Exclusive; may be the key of another provider's row. Null: from the start of the list. */
  readonly after: SortKey | null;
  /** Maximum of rows to return, at least 1. */
  readonly limit: number;
  /**
   * Number of rows that suffice, from 1 to `limit`; default: `limit`. A page may end anywhere between the two, so that an
   * adapter reads no more than this and leaves out nothing that it has read anyway.
   */
  readonly enough?: number;
  readonly filter: BackupFilter;
  /** Number of this provider's rows before `after`, as counted by earlier pages; 0 on the first page. A hint only. */
  readonly offset: number;
  /** An earlier page of this walk had `isOrderAssumed`. */
  readonly isOrderAssumed?: boolean;
}

/** See `PageQuery.enough`. */
export const enoughOf = ({ limit, enough = limit }: Pick<PageQuery, 'limit' | 'enough'>): number => enough;

export interface BackupPage {
  /** At most `limit` rows, in order, without duplicates. Fewer than `enough` only at the end or with a problem. */
  readonly rows: readonly ListedBackup[];
  /** For each row, the `offset` of a page that continues after it. A hint only. */
  readonly positions?: readonly number[];
  /** Whether no row of this provider follows the last row. */
  readonly isEnd: boolean;
  /** Why rows are missing although the call succeeded: INCOMPLETE, or the failure of one entity. */
  readonly problems: readonly Problem[];
  /**
   * The product's order was taken for ours, since all that was read of it since start was in order: a row that it lists
   * too far down may be missing. If one is found later, pages that follow such a page have the problem INCOMPLETE.
   */
  readonly isOrderAssumed?: boolean;
  /** Rows without a readable id, sort key or filtered field. Other unreadable fields are in `Backup.unreadable`. */
  readonly unreadable?: readonly UnreadableRow[];
}

/** Why a part of an answer is missing. */
export interface Problem {
  readonly provider: string;
  /** `externalId` if only the rows of one entity are missing; null: rows of the whole provider. */
  readonly entityId: LocalId | null;
  /** The answer is complete, but its rows do not report the filtered fields. A retry does not help. */
  readonly isUntold?: true;
  /** The product lists its newest rows only: no read reaches those that follow the page. */
  readonly isBound?: true;
  readonly error: GatewayError;
  /** The problem is about unreadable fields of single rows; the rest of the answer is complete. */
  readonly isOfRows?: true;
  /** The provider did not answer, and its rows are from the history, as of this time. */
  readonly servedAsOf?: Instant;
}

// ---- logs

export interface LogQuery {
  /** Number of lines to skip at the start of the log. Ignored by products that only show a sliding window. */
  readonly offset: number;
  /** Null: all lines. */
  readonly limit: number | null;
}

export interface LogRead {
  readonly lines: readonly LogLine[];
  /** Number of the first line, from 1; null if the product shows a window without line numbers. */
  readonly firstNumber: number | null;
  /** The product has more lines after these. */
  readonly hasMore: boolean;
  /** Number of lines of the whole log; absent if the product does not tell, or if the log grows. */
  readonly total?: number;
  /**
   * `growing`: lines may follow, even after the end of the backup until its log is stored.
   * `complete`: the log is stored and final.
   * `discarded`: the product has no log of this backup, or no longer.
   */
  readonly state: 'growing' | 'complete' | 'discarded';
}

// ---- health

export interface ProviderHealth {
  /** DEGRADED: the newest request failed, but another one succeeded within the last minute. UNKNOWN: no request yet. */
  readonly status: 'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  readonly checkedAt: Instant | null;
  /** Milliseconds from the newest request to the end of its answer; null if there was none. */
  readonly latencyMs: number | null;
  readonly error: GatewayError | null;
}
