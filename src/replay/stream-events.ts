/** What streams tell; every event has a cursor to resume after. */
import type { Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { Problem } from '../core/provider.ts';
import type { LogGap, NumberedLine } from './log-parts.ts';

export interface Updated {
  readonly type: 'updated';
  readonly cursor: string;
  readonly backup: Backup;
}

/** Of one backup's stream the last event: the stream completes after it. */
export interface Finished {
  readonly type: 'finished';
  readonly cursor: string;
  readonly backup: Backup;
}

/** The provider does not answer. The stream stays open, and goes on when it does. */
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

/** Lines, or changes, that nobody gets from here; the stream goes on after them. */
export interface Gap {
  readonly type: 'gap';
  readonly cursor: string;
  readonly gap: LogGap;
  /** Of a provider that could not be filtered. */
  readonly problem?: Problem;
}

export type ProgressEvent = Updated | Stalled | Finished;
export type LogEvent = Lines | Gap | Stalled | Finished;
