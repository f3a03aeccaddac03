/** What a replay log is made of, and how it is kept outside of this process. */
import { z } from 'zod';
import { type LogLine, logLevels } from './model.ts';
import { wireEpochs } from './replay/epochs.ts';

export type GapReason = 'EVICTED' | 'UPSTREAM_TRUNCATED' | 'RESTARTED';

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
 * true for ever, also in another process; after a gap it only means something to the book that gave it.
 */
export interface LogPosition {
  readonly epoch: string | null;
  readonly seq: number;
}

export type LogEntry = { readonly line: NumberedLine } | { readonly gap: LogGap };

export const wireEntry: z.ZodType<LogEntry> = z.union([
  z.object({
    line: z.object({
      text: z.string(),
      raw: z.string(),
      at: z.number().nullable(),
      level: z.enum(logLevels),
      number: z.int().nullable(),
    }),
  }),
  z.object({
    gap: z.object({
      fromLine: z.int().nullable(),
      toLine: z.int().nullable(),
      reason: z.enum(['EVICTED', 'UPSTREAM_TRUNCATED', 'RESTARTED']),
    }),
  }),
]);

export const wireHead = z.object({
  epochs: wireEpochs,
  nextNumber: z.int().nullable(),
  plainThrough: z.int(),
  hasEnd: z.boolean(),
});

/** A book as it is kept outside of this process. */
export interface KeptBook {
  readonly head: unknown;
  readonly entries: readonly unknown[];
  readonly lastSeq: number;
}
