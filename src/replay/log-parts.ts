/** What a replay log is made of, and how it is kept outside of this process. */
import { z } from 'zod';
import type { LogLine } from '../core/model.ts';
import { wireEpochs } from './epochs.ts';

export type GapReason = 'EVICTED' | 'UPSTREAM_TRUNCATED' | 'RESTARTED' | 'UNFILTERABLE';

/** Lines that nobody will get from here. Numbers are the product's, from 1; null where they are not known. */
export interface LogGap {
  readonly fromLine: number | null;
  readonly toLine: number | null;
  readonly reason: GapReason;
}

export interface NumberedLine extends LogLine {
  /** From 1; null where a window of a log was joined without knowing where it began. */
  readonly number: number | null;
}

/**
 * A place in a log. While every line from the first on is known, it is a line number (`epoch` null), which stays
 * true for ever, also in another process; after a gap it only means something to the buffer that gave it.
 */
export interface LogPosition {
  readonly epoch: string | null;
  readonly seq: number;
}

export type LogEntry = { readonly line: NumberedLine } | { readonly gap: LogGap };

/** Checked by hand: a whole log is read at once, and a schema takes ten times as long. Throws where it is none. */
export function readEntry(value: unknown): LogEntry {
  const { line, gap } = (value ?? {}) as Record<string, Partial<NumberedLine & LogGap> | undefined>;
  if (typeof line?.raw === 'string' && typeof line.text === 'string') return value as LogEntry;
  if (typeof gap?.reason === 'string') return value as LogEntry;
  throw new Error('a kept log has an entry that is none');
}

export const wireHead = z.object({
  epochs: wireEpochs,
  nextNumber: z.int().nullable(),
  plainThrough: z.int(),
  hasEnd: z.boolean(),
  tail: z.object({ hashes: z.array(z.string()), isAfterGap: z.boolean() }).optional(),
});

/** A buffer as it is kept outside of this process. */
export interface StoredBuffer {
  readonly head: unknown;
  readonly entries: readonly unknown[];
  readonly lastSeq: number;
}
