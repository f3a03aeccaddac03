/** Made-up histories by arithmetic: any window of any history costs what its rows cost, however deep it lies. */
import { type Collection, stepMs } from '../systems.ts';

/** An hour ago: no row of the bench is still settling. */
const newestMs = Math.floor(Date.now() / stepMs - 60) * stepMs;

/** Mostly good, as in a healthy company. */
const outcomes = ['good', 'good', 'good', 'failed', 'good', 'good', 'cancelled'] as const;
export type Outcome = (typeof outcomes)[number];

/** One run, whatever the product makes of it. `number` counts from 1, the oldest. */
export interface Run {
  readonly number: number;
  readonly startedMs: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly outcome: Outcome;
}

/** Row 0 is the newest. */
export function runOf({ rows, shiftMs }: Collection, index: number): Run {
  const number = rows - index;
  return {
    number,
    startedMs: newestMs - shiftMs - index * stepMs,
    seconds: 60 + ((number * 37) % 2000),
    bytes: 1_000_000_000 + ((number * 7_919_113) % 90_000_000_000),
    outcome: outcomes[number % outcomes.length] ?? 'good',
  };
}

/** Null if there is no such run. */
export function runByNumber(collection: Collection, number: number): Run | null {
  return number >= 1 && number <= collection.rows ? runOf(collection, collection.rows - number) : null;
}

export interface Window {
  /** Inclusive, in milliseconds. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly isAscending?: boolean;
  readonly skip: number;
  readonly limit: number;
}

/** Rows of a window, in its order, and how many rows its bounds contain. */
export function readWindow(collection: Collection, window: Window): { runs: Run[]; total: number } {
  const { fromMs = -Infinity, toMs = Infinity, isAscending = false, skip, limit } = window;
  const newest = newestMs - collection.shiftMs;
  const first = Math.max(0, Math.ceil((newest - toMs) / stepMs));
  const last = Math.min(collection.rows - 1, Math.floor((newest - fromMs) / stepMs));
  const total = Math.max(0, last - first + 1);
  const runs: Run[] = [];
  for (let place = skip; place < Math.min(total, skip + limit); place++) {
    runs.push(runOf(collection, isAscending ? last - place : first + place));
  }
  return { runs, total };
}

/** The newest rows that a product's own filter lets through; it looks no further than a page can need. */
export function findRuns(collection: Collection, isWanted: (run: Run) => boolean, limit: number): Run[] {
  const found: Run[] = [];
  for (let index = 0; index < Math.min(collection.rows, searchedRows) && found.length < limit; index++) {
    const run = runOf(collection, index);
    if (isWanted(run)) found.push(run);
  }
  return found;
}

const searchedRows = 5_000;
