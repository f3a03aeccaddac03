/**
 * State of backups that the gateway has observed and the product does not report: a cancellation request, and numbers
 * that the product drops at the end of a run (Borg UI ends a good run with zero sizes). In memory, for the 10,000 most
 * recently used backups.
 */
import { createBoundedCache } from '../core/bounded-cache.ts';
import { type Backup, type BackupSize, isFinished, isSettled, isSuccessful, type Progress } from '../core/model.ts';

const maxBackups = 10_000;

interface Note {
  cancelRequested: boolean;
  progress: Progress | null;
  size: BackupSize;
  itemCount: number | null;
}

export interface ObservedState {
  /** Records the numbers of a running backup. Returns the backup with all recorded state. */
  note(backup: Backup): Backup;
  /** Records a cancellation request: the backup is CANCELLING until it ends. */
  noteCancelRequested(backup: Backup): Backup;
  /** Returns the backup with all recorded state; the same object if nothing is recorded. */
  apply(backup: Backup): Backup;
}

export function createObservedState(): ObservedState {
  const notes = createBoundedCache<string, Note>(maxBackups);
  const keyOf = ({ provider, localId }: Backup) => `${provider}\n${localId}`;

  function noteOf(backup: Backup): Note {
    const key = keyOf(backup);
    const note = notes.get(key) ?? { cancelRequested: false, progress: null, size: backup.size, itemCount: null };
    notes.set(key, note);
    return note;
  }

  const observed: ObservedState = {
    note(backup) {
      if (isFinished(backup.status)) return observed.apply(backup);
      const note = noteOf(backup);
      note.progress = newerProgress(note.progress, backup.progress);
      note.size = largerSize(note.size, backup.size);
      note.itemCount = largest(note.itemCount, backup.itemCount);
      return observed.apply(backup);
    },
    noteCancelRequested(backup) {
      noteOf(backup).cancelRequested = true;
      return observed.apply(backup);
    },
    apply(backup) {
      const note = notes.get(keyOf(backup));
      if (!note) return backup;
      // The final numbers of a success are right even if they are smaller. For other statuses the product writes what it
      // counted last, which may be less than was observed.
      if (isSettled(backup) && isSuccessful(backup.status)) return { ...backup, ...missingFrom(backup, note) };
      const seen = {
        ...backup,
        size: largerSize(note.size, backup.size),
        itemCount: largest(note.itemCount, backup.itemCount),
      };
      if (isFinished(backup.status)) return seen;
      const isCancelling = note.cancelRequested && backup.status === 'RUNNING';
      return {
        ...seen,
        status: isCancelling ? 'CANCELLING' : backup.status,
        progress: newerProgress(note.progress, backup.progress),
      };
    },
  };
  return observed;
}

const missingFrom = ({ size, itemCount }: Backup, note: Note): Pick<Backup, 'size' | 'itemCount'> => ({
  size: {
    originalBytes: size.originalBytes || note.size.originalBytes,
    compressedBytes: size.compressedBytes || note.size.compressedBytes,
    deduplicatedBytes: size.deduplicatedBytes || note.size.deduplicatedBytes,
    storedBytes: size.storedBytes || note.size.storedBytes,
  },
  itemCount: itemCount || note.itemCount,
});

/** Percent, bytes and items never decrease; all other fields come from the newer read. */
function newerProgress(before: Progress | null, after: Progress | null): Progress | null {
  if (!before || !after) return after ?? before;
  const [older, newer] = after.updatedAt >= before.updatedAt ? [before, after] : [after, before];
  return {
    ...newer,
    percent: largest(older.percent, newer.percent),
    processedBytes: largest(older.processedBytes, newer.processedBytes),
    processedItems: largest(older.processedItems, newer.processedItems),
  };
}

function largest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

const largerSize = (a: BackupSize, b: BackupSize): BackupSize => ({
  originalBytes: largest(a.originalBytes, b.originalBytes),
  compressedBytes: largest(a.compressedBytes, b.compressedBytes),
  deduplicatedBytes: largest(a.deduplicatedBytes, b.deduplicatedBytes),
  storedBytes: largest(a.storedBytes, b.storedBytes),
});
