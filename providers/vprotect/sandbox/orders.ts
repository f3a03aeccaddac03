/** Requests to start a backup, and the form of the reply. */
import type { Destination, Rule } from './fixtures.ts';

/** The undocumented reply of POST /tasks/export. */
export type ReplyShape = 'batch' | 'array' | 'object' | 'empty';

export interface ExportOrder {
  readonly type: string;
  readonly destination: Destination;
  readonly rule: Rule | null;
  readonly priority: number;
  readonly retryCount: number;
  readonly windowStartMs?: number;
  readonly windowEndMs: number | null;
}
