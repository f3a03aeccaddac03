/**
 * The data model of backups, common to all products. All fields are readonly. Null means "none" or "not reported by the
 * product", never zero or an empty text. Names are the field's standard terms, not those of GraphQL or of a product.
 */
import type { Instant } from './instant.ts';

/** The product of a provider, in lower case as in a configuration file: `borg`. */
export type ProviderKind = string;

/** The product's own identifier of a row, unique within the provider. The adapter finds the row by it. */
export type LocalId = string;

/** One backup or entity of one configured provider. */
export interface Ref {
  readonly provider: string;
  readonly localId: LocalId;
}

export const backupStatuses = [
  'QUEUED',
  'RUNNING',
  'CANCELLING',
  'SUCCEEDED',
  'SUCCEEDED_WITH_WARNINGS',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
  'UNKNOWN',
] as const;
export type BackupStatus = (typeof backupStatuses)[number];

interface StatusTraits {
  /** The product no longer changes the status. */
  readonly isFinal: boolean;
  /** The backup ended with data that can be restored. */
  readonly isSuccess: boolean;
  /** The count of a timeline that includes it. */
  readonly bucket: 'succeeded' | 'failed' | 'other';
}

/**
 * Traits of each status, for lists, streams, timelines and protection. Compilation fails for a status without a row.
 */
export const statusTraits: Readonly<Record<BackupStatus, StatusTraits>> = {
  QUEUED: { isFinal: false, isSuccess: false, bucket: 'other' },
  RUNNING: { isFinal: false, isSuccess: false, bucket: 'other' },
  CANCELLING: { isFinal: false, isSuccess: false, bucket: 'other' },
  SUCCEEDED: { isFinal: true, isSuccess: true, bucket: 'succeeded' },
  SUCCEEDED_WITH_WARNINGS: { isFinal: true, isSuccess: true, bucket: 'succeeded' },
  FAILED: { isFinal: true, isSuccess: false, bucket: 'failed' },
  CANCELLED: { isFinal: true, isSuccess: false, bucket: 'other' },
  SKIPPED: { isFinal: true, isSuccess: false, bucket: 'other' },
  // A known status may follow an unknown one, so UNKNOWN must not end a stream.
  UNKNOWN: { isFinal: false, isSuccess: false, bucket: 'other' },
};

export const backupTypes = [
  'FULL',
  'INCREMENTAL',
  'SYNTHETIC',
  'SYNCHRONIZATION',
  'TEMPLATE',
  'ARCHIVE',
  'IMPORT',
  'UNKNOWN',
] as const;
export type BackupType = (typeof backupTypes)[number];

export const backupTriggers = ['MANUAL', 'SCHEDULED', 'UNKNOWN'] as const;
export type BackupTrigger = (typeof backupTriggers)[number];

export const originKinds = ['USER', 'SCHEDULE', 'SYSTEM', 'GATEWAY', 'UNKNOWN'] as const;

/** What started a backup. */
export interface Origin {
  readonly kind: (typeof originKinds)[number];
  /** Of the user, schedule or plan; null if the product does not tell. */
  readonly name: string | null;
}

export const dataPresences = ['PRESENT', 'REMOVED', 'UNKNOWN'] as const;
export type DataPresence = (typeof dataPresences)[number];

export const copyStatuses = ['PRESENT', 'REMOVED', 'IN_PROGRESS', 'FAILED', 'UNKNOWN'] as const;

/** A place where the data of a backup is or was. */
export interface Copy {
  /** Name of the destination; null if the product does not tell. */
  readonly destination: string | null;
  readonly status: (typeof copyStatuses)[number];
  /** When the product may remove the data; null if it does not tell, or never does. */
  readonly expiresAt: Instant | null;
}

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'UNKNOWN'] as const;
export type LogLevel = (typeof logLevels)[number];

/** When a product starts backups of an entity by itself. */
export interface Schedule {
  /** The product's own id. */
  readonly externalId: string;
  readonly name: string | null;
  readonly isEnabled: boolean | null;
  /** When it runs, such as a cron expression, to show. */
  readonly expression: string | null;
  /** The zone of `expression`. */
  readonly timeZone: string | null;
  readonly nextRunAt: Instant | null;
  readonly lastRunAt: Instant | null;
}

/** An object that a product backs up. */
export interface ProtectedEntity<Details = unknown> {
  readonly kind: ProviderKind;
  readonly provider: string;
  /** The product's own id: unique within the provider, and the second part of the order of lists. */
  readonly externalId: LocalId;
  readonly name: string;
  /** Whether it still exists in its platform. Absent if the product does not tell. */
  readonly isPresent?: boolean;
  /** What the product's platform marks it with. Absent if the product does not tell. */
  readonly labels?: readonly string[];
  /** When the product starts its next backup by itself. Absent if it has no schedule, or the product does not tell. */
  readonly nextRunAt?: Instant;
  /** When the product listed it like this, if it is from the history. Absent if the product was asked. */
  readonly observedAt?: Instant;
  /** Fields that only this product has; typed in the product's folder. */
  readonly details: Details;
  /** The product's names of fields that cannot be read. Absent if there are none. */
  readonly unreadable?: readonly string[];
}

/** One execution of a backup and its result. */
export interface Backup<Details = unknown> {
  readonly kind: ProviderKind;
  readonly provider: string;
  readonly localId: LocalId;
  /** The product's own id as text; also breaks ties between equal times. */
  readonly externalId: string;
  /** `externalId` of the entity that was backed up. */
  readonly entityId: LocalId | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly type: BackupType;
  readonly status: BackupStatus;
  /** The product's own status, for display only: never branch on it. */
  readonly upstreamStatus: string;
  readonly trigger: BackupTrigger;
  /** What started it, if the row tells it. */
  readonly origin?: Origin | undefined;
  /** The time that lists are ordered by; it never changes. Null only while queued, which puts the row first. */
  readonly sortedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly size: BackupSize;
  /** Number of records or files, whichever the product counts. */
  readonly itemCount: number | null;
  /** The row reports that the data of a successful backup was removed. False: it exists, or the row does not say. */
  readonly isRemoved: boolean;
  /** Whether the data still exists, if the row or a further read told it. Absent: not known yet. */
  readonly presence?: DataPresence | undefined;
  /** Null unless the backup is running. */
  readonly progress: Progress | null;
  /** One sentence for people. */
  readonly errorMessage: string | null;
  readonly warnings: readonly BackupWarning[];
  /** The backup has ended, but the product still stores its log or updates its numbers. Absent once they are final. */
  readonly isSettling?: true;
  /** When the product listed it like this, if the row is from the history; absent if the product was asked. */
  readonly observedAt?: Instant | undefined;
  readonly details: Details;
  /** The product's names of fields that cannot be read; their values are null here. Absent if there are none. */
  readonly unreadable?: readonly string[];
}

/** Sizes in whole bytes. */
export interface BackupSize {
  readonly originalBytes: number | null;
  readonly compressedBytes: number | null;
  readonly deduplicatedBytes: number | null;
  readonly storedBytes: number | null;
}

export interface BackupWarning {
  readonly message: string;
  readonly acknowledged: boolean;
}

export interface Progress {
  /** 0 to 100. */
  readonly percent: number | null;
  readonly processedBytes: number | null;
  readonly totalBytes: number | null;
  readonly processedItems: number | null;
  readonly currentItem: string | null;
  readonly bytesPerSecond: number | null;
  readonly secondsRemaining: number | null;
  /** When the product updated these numbers; if it does not say, when the gateway read them. */
  readonly updatedAt: Instant;
}

export interface LogLine {
  /** The readable text of the line. */
  readonly text: string;
  /** The line as the product sent it. Reads of a log are joined by comparing these. */
  readonly raw: string;
  readonly at: Instant | null;
  readonly level: LogLevel;
}

export const noSize: BackupSize = {
  originalBytes: null,
  compressedBytes: null,
  deduplicatedBytes: null,
  storedBytes: null,
};

/** Whether the product no longer changes the status. */
export const isFinished = (status: BackupStatus): boolean => statusTraits[status].isFinal;

export const isSuccessful = (status: BackupStatus): boolean => statusTraits[status].isSuccess;

/** Whether the backup has ended and its status, numbers and log no longer change. */
export const isSettled = ({ status, isSettling }: Pick<Backup, 'status' | 'isSettling'>): boolean =>
  isFinished(status) && !isSettling;

export interface UnreadableRow {
  readonly provider: string;
  /** Null if not known. */
  readonly entityId: LocalId | null;
  /** Null if the id cannot be read: the row is left out. */
  readonly externalId: string | null;
  /** Names of the unreadable fields, as the product calls them. */
  readonly fields: readonly string[];
}

/** Entities, and the rows of their list that could not be read. */
export interface EntityRows extends ReadonlyArray<ProtectedEntity> {
  readonly unreadable?: readonly UnreadableRow[];
}
