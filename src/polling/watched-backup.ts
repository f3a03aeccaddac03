/** One watched backup: what its watchers see, and who they are. */

import type { GatewayError } from '../core/errors.ts';
import type { Backup } from '../core/model.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import type { Outage } from './changes-feed.ts';

/** One watched backup, as its watchers see it. They read it whenever `onChange` calls. */
export interface Topic {
  readonly backup: Backup;
  /** Grows with every change of `backup`, `outage` or `end`. */
  readonly version: number;
  /** The provider does not answer: since when, and why. Null while it does. */
  readonly outage: Outage | null;
  /** Set once nothing will change any more: `finished`, or why the stream cannot go on. */
  readonly end: 'finished' | GatewayError | null;
  readonly buffer: LogBuffer;
  /** The log was read at least once since somebody here wanted it: `buffer` says where the log is now. */
  readonly hasReadLog: boolean;
  onChange(changed: () => void): () => void;
}

export class WatchedBackup implements Topic {
  backup: Backup;
  version = 1;
  outage: Topic['outage'] = null;
  end: Topic['end'] = null;
  readonly buffer: LogBuffer;
  hasReadLog = false;
  watchers = 0;
  logWatchers = 0;
  readonly #listeners = new Set<() => void>();

  constructor(backup: Backup, buffer: LogBuffer) {
    this.backup = backup;
    this.buffer = buffer;
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  update(change: Partial<Pick<WatchedBackup, 'backup' | 'outage' | 'end'>>): void {
    Object.assign(this, change);
    this.version++;
    this.tell();
  }

  /** What a poll has read: an end, a change, or perhaps only lines. */
  show(backup: Backup, isOver: boolean): void {
    if (isOver || this.outage || !isSame(this.backup, backup)) {
      this.update({ backup, outage: null, end: isOver ? 'finished' : null });
    } else {
      this.tell();
    }
  }
}

/** `updatedAt` alone is no change: it may move with every reading. */
function isSame(a: Backup, b: Backup): boolean {
  return JSON.stringify(withoutClock(a)) === JSON.stringify(withoutClock(b));
}

const withoutClock = (backup: Backup): unknown =>
  backup.progress ? { ...backup, progress: { ...backup.progress, updatedAt: 0 } } : backup;
