/** What clients were told, set against what the products truly did. */
import type { LogEvent } from '../../examples/example.ts';
import type { SoakProduct } from './soak-products.ts';

export interface StartEntry {
  readonly product: SoakProduct;
  readonly entityId: string;
  readonly key: string;
  /** Backups of the entity before it was asked for. */
  readonly before: ReadonlySet<string>;
  /** SUCCEEDED, OUTCOME_UNKNOWN, PENDING, or the code of a definite failure; null: never answered. */
  outcome: string | null;
  operation: string | null;
  /** External ids. */
  backup: string | null;
  candidates: readonly string[];
}

export interface WatchEntry {
  readonly product: SoakProduct;
  readonly backup: string;
  readonly events: LogEvent[];
  /** How the stream ended: COMPLETED, or the error. */
  end: string | null;
}

export interface CancelEntry {
  readonly product: SoakProduct;
  readonly backup: string;
  /** As of a start. */
  outcome: string | null;
  operation: string | null;
}

export interface SoakRecords {
  readonly starts: StartEntry[];
  readonly watches: WatchEntry[];
  readonly cancels: CancelEntry[];
  readonly pages: { count: number; withProblems: number; unanswered: number };
  /** What must never be. */
  readonly faults: string[];
}

export const createRecords = (): SoakRecords => ({
  starts: [],
  watches: [],
  cancels: [],
  pages: { count: 0, withProblems: 0, unanswered: 0 },
  faults: [],
});

const isDefiniteFailure = (outcome: string | null): boolean =>
  outcome !== null && !['SUCCEEDED', 'OUTCOME_UNKNOWN', 'PENDING'].includes(outcome);

/** Starts of one entity follow one another, so what came between one and the next is of the one. */
export function checkStarts({ starts }: SoakRecords) {
  const faults: string[] = [];
  const counts = { SUCCEEDED: 0, OUTCOME_UNKNOWN: 0, 'of these done': 0, 'failed for certain': 0, unresolved: 0 };
  for (const [index, entry] of starts.entries()) {
    const { product, entityId, key, outcome, backup, candidates } = entry;
    const next = starts.slice(index + 1).find((one) => one.product === product && one.entityId === entityId);
    const after = next ? [...next.before] : product.backupsOf(entityId);
    const made = after.filter((id) => !entry.before.has(id));
    const says = `${product.name} ${key}: ${outcome}, backup ${backup}, candidates [${candidates}], made [${made}]`;
    if (outcome === 'SUCCEEDED') {
      counts.SUCCEEDED++;
      if (made.length !== 1 || made[0] !== backup) faults.push(`a success that is not exactly one backup: ${says}`);
    } else if (outcome === 'OUTCOME_UNKNOWN') {
      counts.OUTCOME_UNKNOWN++;
      counts['of these done'] += made.length;
      if (made.length > 1) faults.push(`more than one: ${says}`);
      if (made.some((id) => !candidates.includes(id))) faults.push(`it is no candidate: ${says}`);
    } else if (isDefiniteFailure(outcome)) {
      counts['failed for certain']++;
      if (made.length > 0) faults.push(`a definite failure that was done: ${says}`);
    } else {
      counts.unresolved++;
      faults.push(`it was not resolved: ${says}`);
    }
  }
  return { counts, faults };
}

export function checkCancels({ cancels }: SoakRecords): { counts: Record<string, number>; faults: string[] } {
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  for (const { product, backup, outcome } of cancels) {
    const name = isDefiniteFailure(outcome) ? 'failed for certain' : (outcome ?? 'never answered');
    counts[name] = (counts[name] ?? 0) + 1;
    if (!product.isCancelled) continue;
    const isCancelled = product.isCancelled(backup);
    if (outcome === 'SUCCEEDED' && !isCancelled)
      faults.push(`${product.name} ${backup} was to be cancelled, and is not`);
    if (isDefiniteFailure(outcome) && isCancelled)
      faults.push(`${product.name} ${backup} was cancelled, said ${outcome}`);
  }
  return { counts, faults };
}

/** Every line of the product's own log was told, in its place and once, or a gap says that it may not have been. */
export async function checkLogs({ watches }: SoakRecords) {
  const faults: string[] = [];
  const counts = { watched: watches.length, complete: 0, 'with a gap': 0, lines: 0, stalls: 0 };
  for (const { product, backup, events, end } of watches) {
    const says = `${product.name} ${backup}`;
    if (end !== 'COMPLETED' || events.at(-1)?.__typename !== 'BackupFinished') faults.push(`${says} ended as ${end}`);
    counts.stalls += events.filter(({ __typename }) => __typename === 'StreamStalled').length;
    if (!product.readLog) continue;
    const stored = await product.readLog(backup);
    const gaps = events.filter((event) => event.__typename === 'StreamGap');
    const lines = events.flatMap((event) => (event.__typename === 'LogLinesAppended' ? event.lines : []));
    const seen = new Set(lines.map(({ number }) => number));
    const wrong = lines.filter(({ number, raw }) => number !== null && stored[number - 1] !== raw);
    if (wrong.length > 0) faults.push(`${says} told ${wrong.length} lines that are not in their place`);
    const isRestarted = gaps.some(({ reason }) => reason === 'RESTARTED');
    if (!isRestarted && seen.size < lines.length) faults.push(`${says} told ${lines.length - seen.size} lines again`);
    const missing = stored.map((_, index) => index + 1).filter((number) => !seen.has(number));
    const isSaid = (number: number) =>
      gaps.some(({ fromLine, toLine }) => (fromLine ?? 1) <= number && number <= (toLine ?? stored.length));
    const silent = missing.filter((number) => !isSaid(number));
    if (silent.length > 0) faults.push(`${says} lost ${silent.length} of ${stored.length} lines without a word`);
    counts.lines += lines.length;
    if (missing.length === 0) counts.complete++;
    else counts['with a gap']++;
  }
  return { counts, faults };
}
