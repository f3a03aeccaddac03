/** What the gateway has stored of the lists of its products. One file, since it is the contract of one store. */
import type { BackupFilter } from './filter.ts';
import type { Instant } from './instant.ts';
import type { Backup, BackupStatus, BackupTrigger, BackupType, LocalId, ProtectedEntity } from './model.ts';
import type { SortKey } from './order.ts';
import type { PageQuery } from './provider.ts';

/** How much of one provider's list is stored. */
export interface HistoryCoverage {
  /** Every backup that the product listed from this time on is stored; null before the first read. */
  readonly from: Instant | null;
  /** When the newest backups were read last; null before the first read. */
  readonly asOf: Instant | null;
  /** Everything is stored that the product lists and that is not older than `keepDays`. */
  readonly isComplete: boolean;
  /** Rows may be missing after `from` as well: a part of the list could not be read. */
  readonly hasGaps: boolean;
  /** The product lists its newest backups only: older ones than `from` are in no list. */
  readonly isBounded: boolean;
  /** Where its list ended when that was seen last; null if it is not bounded. */
  readonly boundAt: Instant | null;
  /** The product listed so few of the known backups that none was taken for removed. */
  readonly isDoubted: boolean;
  /** Older backups are not stored. */
  readonly keptFrom: Instant;
  /** Why the reader cannot go on, for people; null while it can. */
  readonly problem: string | null;
}

/** The same for people. Counting the rows takes the longer, the more there are. */
export interface CountedCoverage extends HistoryCoverage {
  /** Number of stored backups that the product still lists. */
  readonly rows: number;
  /** Share of the product's backups that is stored, 0 to 1; null if the product cannot count them. */
  readonly progress: number | null;
}

export interface StoredBackup {
  readonly backup: Backup;
  /** When the product listed it like this. */
  readonly observedAt: Instant;
}

export interface StoredPage {
  /** At most `limit` rows, in the order of the query. */
  readonly rows: readonly StoredBackup[];
  readonly isEnd: boolean;
}

export interface StoredEntities {
  /** When the product listed them like this. */
  readonly asOf: Instant;
  /** In any order; each has `observedAt`. */
  readonly entities: readonly ProtectedEntity[];
}

/** A range of keys, newest first. Null: from the start, or to the end. */
export interface KeyRange {
  /** Exclusive. */
  readonly after: SortKey | null;
  /** Inclusive. */
  readonly through: SortKey | null;
}

/** Orders of lists that no product has. SIZE: bytes in storage, or at the source if those are not known. */
export const historyOrderFields = ['SIZE', 'DURATION', 'ENDED_AT', 'NAME'] as const;

export interface HistoryOrder {
  readonly field: (typeof historyOrderFields)[number];
  readonly isDescending: boolean;
}

/** A position in such an order. */
export interface OrderKey {
  /** NAME: in lower case. Null if the backup has none: then it is at the end, in both directions. */
  readonly value: number | string | null;
  readonly provider: string;
  /** The external id as a text that compares like `compareIds`. */
  readonly idKey: string;
}

export interface OrderedBackup extends StoredBackup {
  readonly key: OrderKey;
}

export interface OrderedQuery {
  readonly order: HistoryOrder;
  /** Along the order, or against it. */
  readonly isForward: boolean;
  /** Exclusive; it may be of another provider. Null: from the start, or from the end. */
  readonly after: OrderKey | null;
  readonly limit: number;
  readonly filter: BackupFilter;
}

/** By value, then by provider from A to Z, then by id in the direction of the values. */
export const compareOrdered =
  ({ isDescending }: HistoryOrder) =>
  (a: OrderKey, b: OrderKey): number => {
    const sign = isDescending ? -1 : 1;
    if (a.value !== b.value) {
      if (a.value === null) return 1;
      return b.value === null ? -1 : sign * compareValues(a.value, b.value);
    }
    if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1;
    return sign * compareValues(a.idKey, b.idKey);
  };

/** Texts by their bytes, as databases do. */
const compareValues = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

/** Runs of one entity in one of the spans that were asked for. */
export interface SpanRuns {
  /** Only statuses that occur. */
  readonly byStatus: ReadonlyMap<BackupStatus, number>;
  /** When the first one started. */
  readonly firstAt: Instant;
  /** When the last success ended; null without a success. */
  readonly lastSuccessAt: Instant | null;
}

export interface EntityRuns {
  /** When the oldest stored run started; null if none is stored. */
  readonly firstAt: Instant | null;
  /** By the index of the span. Spans without a run are absent. */
  readonly spans: ReadonlyMap<number, SpanRuns>;
}

/** Numbers of one stored success. */
export interface Run {
  readonly externalId: string;
  readonly startedAt: Instant;
  readonly status: BackupStatus;
  readonly type: BackupType;
  readonly durationSeconds: number | null;
  readonly originalBytes: number | null;
  readonly storedBytes: number | null;
  readonly itemCount: number | null;
}

/** What totals can be grouped by in the database. */
export type StoredGroup = 'ENTITY' | 'TYPE' | 'TRIGGER' | 'STATUS';

/** A range of times, by `sort_at` of the database: see `timelessRange` and `queuedRange`. */
export interface StoredSpan {
  /** What the answer calls it; several may have the same. */
  readonly index: number;
  /** Inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

/** Of rows whose product tells no time. */
export const timelessRange = { from: Number.MIN_SAFE_INTEGER, to: 1 } as const;
/** Of rows that have not started, which come after all others. */
export const queuedRange = { from: 300_000_000_000_000_000, to: 300_000_000_900_000_000 } as const;

/** What totals can sum up. */
export type StoredSum = 'duration' | 'originalBytes' | 'storedBytes';

export interface TotalsQuery {
  readonly filter: Pick<BackupFilter, 'statuses' | 'types' | 'triggers'> & {
    /** Empty text: of rows that do not tell their entity. */
    readonly entityIds: BackupFilter['entityIds'];
  };
  readonly by: readonly StoredGroup[];
  /** Other sums are 0, of 0 backups: each of them takes its time over months. */
  readonly sums: readonly StoredSum[];
  /** In ascending order, without overlap. */
  readonly spans: readonly StoredSpan[];
  /** At most so many groups, of any. */
  readonly limit: number;
}

/** The key of a group; null for what it is not grouped by. */
export interface StoredKey {
  readonly span: number;
  /** Empty: the rows do not tell it. */
  readonly entityId: LocalId | null;
  readonly type: BackupType | null;
  readonly trigger: BackupTrigger | null;
  readonly status: BackupStatus | null;
}

/** Numbers over stored backups, also those that the product does not list any more. */
export interface StoredTotals extends StoredKey {
  readonly count: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Number of backups in the sum that follows. */
  readonly timedCount: number;
  readonly durationSeconds: number;
  readonly originalCount: number;
  readonly originalBytes: number;
  readonly storedCount: number;
  readonly storedBytes: number;
}

/** What one provider contributes to durations. */
export interface DurationPart {
  readonly provider: string;
  /** Parts with the same label are counted together. */
  readonly label: string;
  readonly query: Omit<TotalsQuery, 'limit' | 'sums'>;
}

export interface StoredDurations extends StoredKey {
  readonly label: string;
  readonly medianSeconds: number;
  /** The shortest duration that at least 95 of 100 backups do not exceed. */
  readonly p95Seconds: number;
}

/** Answers from the database; no method sends a request to a product. */
export interface History {
  /** Null if nothing is stored of this provider. */
  coverage(provider: string): Promise<HistoryCoverage | null>;
  /** The same, with the number of rows. */
  countedCoverage(provider: string): Promise<CountedCoverage | null>;
  /** Backups of one provider that it still lists. */
  listBackups(provider: string, query: PageQuery): Promise<StoredPage>;
  /** When the row of a range was seen whose last observation is the oldest; null if there is no row. */
  oldestObservation(provider: string, range: KeyRange): Promise<Instant | null>;
  /** The first rows of one provider after a key, in an order that no product has. */
  listOrdered(provider: string, query: OrderedQuery, signal: AbortSignal): Promise<readonly OrderedBackup[]>;
  /** All entities that the product listed last; null before the first read. */
  listEntities(provider: string): Promise<StoredEntities | null>;
  /** Those of these entities that it listed. */
  getEntities(provider: string, externalIds: readonly LocalId[]): Promise<ReadonlyMap<LocalId, ProtectedEntity>>;
  /** The newest success of each entity that the product still lists and whose data is not known to be removed. */
  newestSuccesses(provider: string, entityIds: readonly LocalId[]): Promise<ReadonlyMap<LocalId, Backup>>;
  /**
   * Runs of each entity by the span in which they started, also those that the product does not list any more. A span
   * lasts from one of the boundaries, which ascend, to the next.
   */
  entityRuns(
    provider: string,
    entityIds: readonly LocalId[],
    boundaries: readonly Instant[],
  ): Promise<ReadonlyMap<LocalId, EntityRuns>>;
  /** The newest successes of each entity, newest first, also those that the product does not list any more. */
  newestRuns(provider: string, entityIds: readonly LocalId[], limit: number): Promise<readonly (readonly Run[])[]>;
  /** When the first and the last stored backup of a provider started, to the quarter hour; null if there is none. */
  totalsRange(provider: string): Promise<{ readonly from: Instant; readonly to: Instant } | null>;
  /** Numbers by group. */
  totals(provider: string, query: TotalsQuery): Promise<readonly StoredTotals[]>;
  /** Of the backups whose duration is known, by group. It reads every one of them. */
  durations(parts: readonly DurationPart[]): Promise<readonly StoredDurations[]>;
  /** The last successes of the same entity and type before each backup, likewise. */
  runsBefore(backups: readonly Backup[], limit: number): Promise<readonly (readonly Run[])[]>;
}
