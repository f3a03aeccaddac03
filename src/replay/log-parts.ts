/** The entries of a replay log and their stored form. */
import { z } from 'zod';
import type { LogLine } from '../core/model.ts';
import { wireEpochs } from './epochs.ts';

export type GapReason = 'EVICTED' | 'UPSTREAM_TRUNCATED' | 'RESTARTED' | 'UNFILTERABLE';

/** Lines that the gateway cannot deliver. Line numbers are the product's, from 1; null if not known. */
export interface LogGap {
  readonly fromLine: number | null;
  readonly toLine: number | null;
  readonly reason: GapReason;
}

export interface NumberedLine extends LogLine {
  /** From 1; null if the line comes from a window without line numbers. */
  readonly number: number | null;
}

/**
 * A position in a log. While every line from the first is known, it is a line number (`epoch` null) and stays valid in
 * any process. After a gap it is valid only in the buffer that it comes from.
 */
export interface LogPosition {
  readonly epoch: string | null;
  readonly seq: number;
}

export type LogEntry = { readonly line: NumberedLine } | { readonly gap: LogGap };

/** Checked by hand, since a schema takes ten times as long on a whole log. Throws if the value is not an entry. */
export function readEntry(value: unknown): LogEntry {
  const { line, gap } = (value ?? {}) as Record<string, Partial<NumberedLine & LogGap> | undefined>;
  if (typeof line?.raw === 'string' && typeof line.text === 'string') return value as LogEntry;
  if (typeof gap?.reason === 'string') return value as LogEntry;
  throw new Error('a stored log has a malformed entry');
}

export const wireHead = z.object({
  epochs: wireEpochs,
  nextNumber: z.int().nullable(),
  plainThrough: z.int(),
  hasEnd: z.boolean(),
  tail: z.object({ hashes: z.array(z.string()), isAfterGap: z.boolean() }).optional(),
});

/** The stored form of a buffer. */
export interface StoredBuffer {
  readonly head: unknown;
  readonly entries: readonly unknown[];
  readonly lastSeq: number;
}
