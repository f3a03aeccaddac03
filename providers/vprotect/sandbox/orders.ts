/** Orders of a backup, and how they are answered. */
import type { Destination, Rule } from './fixtures.ts';

/** What POST /tasks/export answers with: nobody has pinned it down. */
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
