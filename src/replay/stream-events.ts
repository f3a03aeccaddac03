/** Events of streams. Every event has a cursor to resume after. */
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { Problem } from '../core/provider.ts';
import type { LogGap, NumberedLine } from './log-parts.ts';

export interface Updated {
  readonly type: 'updated';
  readonly cursor: string;
  readonly backup: Backup;
}

/** The last event of a backup's stream: the stream completes after it. */
export interface Finished {
  readonly type: 'finished';
  readonly cursor: string;
  readonly backup: Backup;
}

/** The provider does not answer. The stream stays open and continues when the provider answers again. */
export interface Stalled {
  readonly type: 'stalled';
  readonly cursor: string;
  readonly since: Instant;
  readonly problem: Problem;
}

export interface Lines {
  readonly type: 'lines';
  readonly cursor: string;
  readonly lines: readonly NumberedLine[];
}

/** Lines or changes that the gateway cannot deliver. The stream continues after them. */
export interface Gap {
  readonly type: 'gap';
  readonly cursor: string;
  readonly gap: LogGap;
  /** Only with the reason UNFILTERABLE: which provider could not be filtered, and why. */
  readonly problem?: Problem;
}

export type ProgressEvent = Updated | Stalled | Finished;
export type LogEvent = Lines | Gap | Stalled | Finished;
