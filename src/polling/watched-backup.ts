/** The state of one watched backup and the number of its watchers. */

import type { GatewayError } from '../core/errors.ts';
import type { Backup } from '../core/model.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import type { Lease } from '../replay/poll-rights.ts';
import type { Outage } from './changes-feed.ts';

/** The state of one watched backup. Watchers read it whenever `onChange` calls them. */
export interface Topic {
  readonly backup: Backup;
  /** Increases with every change of `backup`, `outage` or `end`. */
  readonly version: number;
  /** Null while the provider answers. */
  readonly outage: Outage | null;
  /** Null until the stream ends: then `finished`, or the error that ends it. */
  readonly end: 'finished' | GatewayError | null;
  readonly buffer: LogBuffer;
  /** The log was read at least once since a watcher wanted it, so that `buffer` is up to date. */
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
  /** Of several gateways: the right to poll it; null while another one has it. */
  lease: Lease | null = null;
  isLogWantedElsewhere = false;
  /** What the gateway that polls it was last told of, or has told. */
  note: string | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(backup: Backup, buffer: LogBuffer) {
    this.backup = backup;
    this.buffer = buffer;
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  update(change: Partial<Pick<WatchedBackup, 'backup' | 'outage' | 'end'>>): void {
    Object.assign(this, change);
    this.version++;
    this.notify();
  }

  /** Takes the result of a poll. Notifies watchers if the backup has changed or ended, or its log has grown. */
  show(backup: Backup, isOver: boolean): void {
    if (isOver || this.outage || !isSame(this.backup, backup)) {
      this.update({ backup, outage: null, end: isOver ? 'finished' : null });
    } else {
      this.notify();
    }
  }
}

/** `updatedAt` alone is no change: it may differ in every read. */
function isSame(a: Backup, b: Backup): boolean {
  return JSON.stringify(withoutClock(a)) === JSON.stringify(withoutClock(b));
}

const withoutClock = (backup: Backup): unknown =>
  backup.progress ? { ...backup, progress: { ...backup.progress, updatedAt: 0 } } : backup;
