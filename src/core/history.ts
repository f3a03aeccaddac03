/** What the gateway has stored of the lists of its products, for questions that the products do not answer. */
import type { Instant } from './instant.ts';
import type { Backup } from './model.ts';
import type { PageQuery } from './provider.ts';

/** How much of one provider's list is stored. */
export interface HistoryCoverage {
  /** Every backup that the product listed from this time on is stored; null before the first read. */
  readonly from: Instant | null;
  /** When the newest backups were read last; null before the first read. */
  readonly asOf: Instant | null;
  /** Everything is stored that the product lists and that is not older than `keepDays`. */
  readonly isComplete: boolean;
  /** Number of stored backups that the product still lists. */
  readonly rows: number;
  /** Share of the product's backups that is stored, 0 to 1; null if the product cannot count them. */
  readonly progress: number | null;
  /** Why the reader cannot go on, for people; null while it can. */
  readonly problem: string | null;
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

/** Answers from the database; no method sends a request to a product. */
export interface History {
  /** Null if nothing is stored of this provider. */
  coverage(provider: string): Promise<HistoryCoverage | null>;
  /** Backups of one provider that it still lists. */
  listBackups(provider: string, query: PageQuery): Promise<StoredPage>;
}
