/** Data that need not be read again: in memory, for the 5,000 most recently used backups. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import type { Origin } from '../../src/core/model.ts';
import type { BackupRow } from './wire.ts';

export interface Memory {
  /** The last row of a list; details lack the end time. */
  row(guid: string): BackupRow | null;
  keep(rows: readonly BackupRow[]): void;
  /** Whether a backup that says FAILED was cancelled; null where that has not been looked up since it said so. */
  verdict(guid: string): boolean | null;
  judge(guid: string, wasCancelled: boolean): void;
  /** What started a backup, as its tasks said; undefined where they have not been looked up since it ended. */
  origin(guid: string): Origin | null | undefined;
  /** Null: they do not say. */
  keepOrigin(guid: string, origin: Origin | null): void;
}

const maxBackups = 5000;

export function createMemory(): Memory {
  const rows = createBoundedCache<string, BackupRow>(maxBackups);
  const verdicts = createBoundedCache<string, boolean>(maxBackups);
  /** Boxed, since the cache holds no null. */
  const origins = createBoundedCache<string, { readonly origin: Origin | null }>(maxBackups);
  return {
    row: (guid) => rows.get(guid) ?? null,
    keep(seen) {
      for (const row of seen) rows.set(row.guid, row);
    },
    verdict: (guid) => verdicts.get(guid) ?? null,
    judge: (guid, wasCancelled) => void verdicts.set(guid, wasCancelled),
    origin: (guid) => origins.get(guid)?.origin,
    keepOrigin: (guid, origin) => void origins.set(guid, { origin }),
  };
}
