/**
 * What only we know of a backup, laid over what the product says of it: that somebody asked us to cancel it, and
 * numbers that it showed while it ran and forgets at its end (Borg UI ends a good run with zero sizes). Bounded;
 * the backups that were noted longest ago are forgotten first.
 */
import { type Backup, type BackupSize, isFinished, isSettled, isSuccessful, type Progress } from '../core/model.ts';

const maxBackups = 10_000;

interface Note {
  cancelRequested: boolean;
  progress: Progress | null;
  size: BackupSize;
  itemCount: number | null;
}

export interface ObservedState {
  /** Remembers what this reading of a running backup shows, and gives it back with everything remembered before. */
  note(backup: Backup): Backup;
  noteCancelRequested(backup: Backup): Backup;
  /** The backup with what is remembered; itself where nothing is. */
  apply(backup: Backup): Backup;
}

export function createObservedState(): ObservedState {
  const notes = new Map<string, Note>();
  const keyOf = ({ provider, localId }: Backup) => `${provider}\n${localId}`;

  function noteOf(backup: Backup): Note {
    const key = keyOf(backup);
    const note = notes.get(key) ?? { cancelRequested: false, progress: null, size: backup.size, itemCount: null };
    notes.delete(key);
    notes.set(key, note);
    const [oldest] = notes.keys();
    if (notes.size > maxBackups && oldest !== undefined) notes.delete(oldest);
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
      // The final numbers of a success are true, also where they are smaller. Of others the product writes what it
      // counted last, which may be less than was seen.
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
