/** What metrics say about backups: each entity with its newest backup and its protection, read through the lists. */
import type { Instant } from './instant.ts';
import type { Backup, LocalId } from './model.ts';

export interface EntityReading {
  readonly id: LocalId;
  readonly name: string;
  /** Newest backup in any state; null: none is known. */
  readonly newest: Backup | null;
  /** Newest success; null: none is known. */
  readonly success: Backup | null;
  /** A protection status, such as OVERDUE. */
  readonly status: string;
  readonly lastSuccessAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly expectedEverySeconds: number | null;
  /** Null if not proven. */
  readonly failuresSinceLastSuccess: number | null;
}

/** Entities of one provider; null: its list could not be read. */
export type ProviderReading = readonly EntityReading[] | null;
