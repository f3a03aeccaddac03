/** Fields that only the list of jobs has, not the status: in memory, for the 5,000 most recently used jobs. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import type { ListedBackup } from '../../src/core/listed-backup.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { BorgBackup } from './map.ts';

interface Memory {
  keep(rows: readonly ListedBackup[]): void;
  /** Whether the list showed this job after its start, so that all fields of the list are known. */
  knows(id: LocalId): boolean;
  /** Adds the fields that the status of a job lacks. */
  complete(backup: BorgBackup): BorgBackup;
  /** The highest id so far; null at first. */
  newestId(): number | null;
}

const maxJobs = 5000;

export function createMemory(): Memory {
  const jobs = createBoundedCache<LocalId, ListedBackup>(maxJobs);
  const find = (id: LocalId) => jobs.get(id)?.open() as BorgBackup | undefined;
  let newest: number | null = null;

  const see = ({ localId }: { readonly localId: LocalId }): void => {
    newest = Math.max(newest ?? 0, Number(localId));
  };

  return {
    keep(rows) {
      // Lists are newest first. The oldest goes in first, so that the newest is evicted last.
      for (const row of rows.slice(0, maxJobs).reverse()) {
        jobs.set(row.localId, row);
        see(row);
      }
    },
    knows(id) {
      const kept = find(id);
      return kept !== undefined && kept.status !== 'QUEUED';
    },
    complete(backup) {
      see(backup);
      const kept = find(backup.localId);
      if (!kept) return backup;
      const { details } = backup;
      // Whether there is a log changes with the status, so it holds only while that is the same.
      const hasLog = details.hasLog ?? (kept.status === backup.status ? kept.details.hasLog : null);
      const scheduledJobId = details.scheduledJobId ?? kept.details.scheduledJobId;
      return { ...backup, name: backup.name ?? kept.name, details: { ...details, scheduledJobId, hasLog } };
    },
    newestId: () => newest,
  };
}
