/** What the reader of one provider knows across restarts. */
import { z } from 'zod';
import type { CountedCoverage, HistoryCoverage } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';

const instant = z.number();
const key = z.object({ sortedAt: instant.nullable(), provider: z.string(), externalId: z.string() });

/** A position in the product's list. */
const position = z.object({ after: key.nullable(), offset: z.int(), isOrderAssumed: z.boolean() });

const state = z.object({
  kind: z.string(),
  /** Where the first walk through the whole list goes on. */
  backfill: position.extend({ isDone: z.boolean(), from: instant.nullable() }),
  /** Older rows were deleted, since there were more than `rows`, the setting of that time. */
  cut: z.object({ at: instant, rows: z.int() }).nullable().default(null),
  /** Parts of the list could not be read. */
  hasGaps: z.boolean(),
  /** The product lists its newest backups only. */
  isBounded: z.boolean().default(false),
  /** Where its list ended then. */
  boundAt: instant.nullable().default(null),
  /** The last sweep missed too much. */
  isDoubted: z.boolean().default(false),
  /** The newest backup when the newest ones were read last. */
  headAt: instant.nullable(),
  asOf: instant.nullable(),
  recentSweptAt: instant.nullable(),
  fullSweptAt: instant.nullable(),
  /** When the entities were read last. */
  entitiesAt: instant.nullable().default(null),
  /** Number of backups that the product counted when the backfill began. */
  counted: z.int().nullable(),
  /** What the sweeps have found. */
  problem: z.string().nullable(),
  /** Why the last step failed. */
  failure: z.string().nullable(),
});

export type Position = z.output<typeof position>;
export type ReaderState = z.output<typeof state>;

export const atStart: Position = { after: null, offset: 0, isOrderAssumed: false };

export const newState = (kind: string): ReaderState => ({
  kind,
  backfill: { ...atStart, isDone: false, from: null },
  cut: null,
  hasGaps: false,
  isBounded: false,
  boundAt: null,
  isDoubted: false,
  headAt: null,
  asOf: null,
  recentSweptAt: null,
  fullSweptAt: null,
  entitiesAt: null,
  counted: null,
  problem: null,
  failure: null,
});

/** Null if it cannot be read: the reader begins again. */
export function parseState(text: string): ReaderState | null {
  try {
    return state.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function toCoverage(
  { backfill, cut, hasGaps, isBounded, boundAt, isDoubted, asOf, problem, failure }: ReaderState,
  oldest: Instant,
): HistoryCoverage {
  const keptFrom = Math.max(oldest, cut?.at ?? oldest);
  const isComplete = backfill.isDone && !hasGaps && !isBounded;
  const from = backfill.from === null ? null : Math.max(backfill.from, keptFrom);
  return {
    ...{
      from,
      asOf,
      isComplete,
      hasGaps,
      isBounded,
      boundAt: isBounded ? boundAt : null,
      isDoubted,
      keptFrom,
    },
    problem: failure ?? problem,
  };
}

/** `rows`: those that are stored. */
export function toCountedCoverage(state: ReaderState, rows: number, oldest: Instant): CountedCoverage {
  const coverage = toCoverage(state, oldest);
  const { counted } = state;
  const share = counted === null ? null : counted === 0 ? 1 : Math.min(rows / counted, 0.999);
  return { ...coverage, rows, progress: coverage.isComplete ? 1 : share };
}
