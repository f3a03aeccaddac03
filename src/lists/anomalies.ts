/**
 * Backups whose numbers are far from those of the runs before them, by median and median absolute deviation. Pure. A
 * value is far if it differs from the median by more than five scaled deviations and by more than a share of the median,
 * and if it has hardly come before: what returns every week is none.
 */
import type { Run } from '../core/history.ts';
import { secondsBetween } from '../core/instant.ts';
import { type Backup, isSuccessful } from '../core/model.ts';

export const anomalyKinds = ['SIZE_DROP', 'SIZE_JUMP', 'DURATION_LONG', 'ITEM_DROP'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Median of the comparable runs: bytes, seconds or items. */
  readonly expected: number;
  readonly actual: number;
  /** Number of comparable runs. */
  readonly basedOn: number;
}

/** Fewer tell nothing. */
export const minComparable = 8;
/** Older ones tell of another time. */
export const maxComparable = 30;

/** A deviation of 1.4826 times the median one is one standard deviation of a normal distribution. */
const scaleOfMedian = 1.4826;
const maxDeviations = 5;
/** Values as far as this one that make it usual. */
const usual = 3;

interface Rule {
  readonly kind: AnomalyKind;
  readonly isMore: boolean;
  /** Of the median, at least. */
  readonly share: number;
  /** In the unit of the value, at least. */
  readonly least: number;
  /** The value of the backup, and the same of a run; null if it has none. */
  readonly actual: (backup: Backup) => number | null;
  readonly valueOf: (run: Run, backup: Backup) => number | null;
}

/** The same kind of size for both: at the source if the backup has it, otherwise as stored. */
const sizeOf = ({ size }: Backup): number | null => size.originalBytes ?? size.storedBytes;
const comparedSize = (run: Run, { size }: Backup): number | null =>
  size.originalBytes === null ? run.storedBytes : run.originalBytes;

const rules: readonly Rule[] = [
  { kind: 'SIZE_DROP', isMore: false, share: 0.3, least: 1, actual: sizeOf, valueOf: comparedSize },
  { kind: 'SIZE_JUMP', isMore: true, share: 0.5, least: 1, actual: sizeOf, valueOf: comparedSize },
  {
    kind: 'DURATION_LONG',
    isMore: true,
    share: 1,
    least: 60,
    actual: ({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt),
    valueOf: ({ durationSeconds }) => durationSeconds,
  },
  {
    kind: 'ITEM_DROP',
    isMore: false,
    share: 0.3,
    least: 1,
    actual: ({ itemCount }) => itemCount,
    valueOf: ({ itemCount }) => itemCount,
  },
];

/** `comparable`: successes of the same entity and type before this backup. */
export function findAnomalies(backup: Backup, comparable: readonly Run[]): readonly Anomaly[] {
  if (!isSuccessful(backup.status)) return [];
  return rules.flatMap((rule) => apply(rule, backup, comparable) ?? []);
}

function apply(rule: Rule, backup: Backup, comparable: readonly Run[]): Anomaly | null {
  const actual = rule.actual(backup);
  if (actual === null) return null;
  const values = comparable.map((run) => rule.valueOf(run, backup)).filter((value) => value !== null);
  if (values.length < minComparable) return null;
  const expected = medianOf(values);
  const deviation = medianOf(values.map((value) => Math.abs(value - expected)));
  const sign = rule.isMore ? 1 : -1;
  const distance = sign * (actual - expected);
  const least = Math.max(maxDeviations * scaleOfMedian * deviation, rule.share * expected, rule.least);
  // Half of the way, since such values differ, too.
  const isAlike = (value: number) => sign * (value - expected) > distance / 2;
  if (distance < least || values.filter(isAlike).length >= usual) return null;
  return { kind: rule.kind, expected, actual, basedOn: values.length };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
