/**
 * What Backplane means by a backup, whichever product made it. Readonly throughout; null is "none" or "not
 * said by the product", never zero or an empty text. Words here are the field's, not GraphQL's and not a product's.
 */
import type { Instant } from './instant.ts';

/** Which product a provider is, in lower case as in a configuration file: `borg`. */
export type ProviderKind = string;

/** A product's own handle for one row within one provider: what its adapter needs to find the row again. */
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
  /** The product will not change the status any more. */
  readonly isFinal: boolean;
  /** It ended with data that can be restored. */
  readonly isSuccess: boolean;
  /** Where a timeline counts it. */
  readonly bucket: 'succeeded' | 'failed' | 'other';
}

/** What each status means to lists, streams, timelines and protection. A status without a row does not compile. */
export const statusTraits: Readonly<Record<BackupStatus, StatusTraits>> = {
  QUEUED: { isFinal: false, isSuccess: false, bucket: 'other' },
  RUNNING: { isFinal: false, isSuccess: false, bucket: 'other' },
  CANCELLING: { isFinal: false, isSuccess: false, bucket: 'other' },
  SUCCEEDED: { isFinal: true, isSuccess: true, bucket: 'succeeded' },
  SUCCEEDED_WITH_WARNINGS: { isFinal: true, isSuccess: true, bucket: 'succeeded' },
  FAILED: { isFinal: true, isSuccess: false, bucket: 'failed' },
  CANCELLED: { isFinal: true, isSuccess: false, bucket: 'other' },
  SKIPPED: { isFinal: true, isSuccess: false, bucket: 'other' },
  // A word that is not known may be followed by one that is: a watcher must not be told of an end that was not seen.
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

export const dataPresences = ['PRESENT', 'REMOVED', 'UNKNOWN'] as const;
export type DataPresence = (typeof dataPresences)[number];

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'UNKNOWN'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One thing that a product backs up. */
export interface ProtectedEntity<Details = unknown> {
  readonly kind: ProviderKind;
  readonly provider: string;
  /** The product's own id: unique within the provider, and the second part of the order of lists. */
  readonly externalId: LocalId;
  readonly name: string;
  /** What only this product says of it; typed in the product's folder. */
  readonly details: Details;
  /** Fields of the product that cannot be read, as it calls them. Absent: all could. */
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
  /** The product's own word, to show to people, never to branch on. */
  readonly upstreamStatus: string;
  readonly trigger: BackupTrigger;
  /** The time that lists are ordered by: fixed while the row lives. Null only while queued, and then first. */
  readonly sortedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly size: BackupSize;
  /** Records or files: what the product counts. */
  readonly itemCount: number | null;
  /** It succeeded once, and the row says that its data is gone since. False: it is there, or the row does not say. */
  readonly isRemoved: boolean;
  /** Only while it runs. */
  readonly progress: Progress | null;
  /** One sentence for people. */
  readonly errorMessage: string | null;
  readonly warnings: readonly BackupWarning[];
  /** It has ended, and the product still stores its log or rewrites its numbers. Absent once they are final. */
  readonly isSettling?: true;
  readonly details: Details;
  /** Fields of the product that cannot be read, as it calls them; what they say is null here. Absent: all could. */
  readonly unreadable?: readonly string[];
}

/** Whole bytes. */
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
  /** When these numbers were true upstream, or when we read them where the product does not say. */
  readonly updatedAt: Instant;
}

export interface LogLine {
  /** A sentence for people. */
  readonly text: string;
  /** The line as the product gave it. Two reads of a log are joined by comparing these. */
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

/** The product will not change the status any more. */
export const isFinished = (status: BackupStatus): boolean => statusTraits[status].isFinal;

export const isSuccessful = (status: BackupStatus): boolean => statusTraits[status].isSuccess;

/** It has ended, and nothing of it, its numbers and its log, will change any more. */
export const isSettled = ({ status, isSettling }: Pick<Backup, 'status' | 'isSettling'>): boolean =>
  isFinished(status) && !isSettling;

export interface UnreadableRow {
  readonly provider: string;
  /** Null: not known. */
  readonly entityId: LocalId | null;
  /** Null: the row has no id that can be read, and is left out. */
  readonly externalId: string | null;
  /** As the product calls them. */
  readonly fields: readonly string[];
}

/** Entities, with what could not be read of the list that they come from. */
export interface EntityRows extends ReadonlyArray<ProtectedEntity> {
  readonly unreadable?: readonly UnreadableRow[];
}
