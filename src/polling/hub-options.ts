/** Options of the hub, and the watches that it returns. */

import type { ChangeLogLimits } from '../replay/changes-log.ts';
import type { LogBufferLimits } from '../replay/log-buffer.ts';
import type { PollRights, WatchRights } from '../replay/poll-rights.ts';
import type { ReplayStore } from '../replay/replay-file.ts';
import type { SharedChanges } from '../replay/shared-changes.ts';
import type { SharedLogs } from '../replay/shared-logs.ts';
import type { Topic } from './watched-backup.ts';

export interface Sharing {
  readonly changes: SharedChanges;
  readonly rights: PollRights;
  readonly logs: SharedLogs;
  readonly watches: WatchRights;
}

export interface HubOptions {
  /** Milliseconds between two polls while something changes. */
  readonly fastMs: number;
  /** Maximum of milliseconds between two polls while nothing changes. */
  readonly slowMs: number;
  readonly logLimits: LogBufferLimits;
  /** Memory of all replay logs together, in bytes. Eviction starts with the least recently used log. */
  readonly maxLogBytes: number;
  readonly changeLimits: ChangeLogLimits;
  /** Stores replay logs across restarts. */
  readonly store: ReplayStore;
  /** How several gateways on one database share their polls; null, or absent, in a gateway that is alone. */
  readonly sharing?: Sharing | null;
  /** Called with an unexpected error, a bug; watchers see it as INTERNAL. */
  readonly onBug: (error: unknown) => void;
}

export interface Watch {
  readonly topic: Topic;
  close(): void;
}
