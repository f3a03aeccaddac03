/** What the hub is given, and what it gives. */

import type { ChangeLogLimits } from '../replay/changes-log.ts';
import type { LogBufferLimits } from '../replay/log-buffer.ts';
import type { ReplayStore } from '../replay/replay-file.ts';
import type { Topic } from './watched-backup.ts';

export interface HubOptions {
  /** Between two polls while something changes. */
  readonly fastMs: number;
  /** The longest pause between two polls while nothing changes. */
  readonly slowMs: number;
  readonly logLimits: LogBufferLimits;
  /** Of all replay logs together; those that nobody watches or reads for longest go first. */
  readonly maxLogBytes: number;
  readonly changeLimits: ChangeLogLimits;
  /** Where replay logs outlive the process. */
  readonly store: ReplayStore;
  /** Told of what must not happen: a fault of ours, which watchers see as INTERNAL. */
  readonly onBug: (error: unknown) => void;
}

export interface Watch {
  readonly topic: Topic;
  close(): void;
}
