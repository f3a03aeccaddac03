/**
 * The figures, whose form is not documented: in a plausible form and in another one, so that no reader depends on one.
 */
import type { Listed } from './backups.ts';
import { spansOf } from './run.ts';
import type { Wording } from './wire.ts';

/** `plausible`: flat rows; `other`: the same figures as pairs of names and values, numbers as text. */
export type StatisticsShape = 'plausible' | 'other';

type Figures = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;

export function reshape(rows: readonly Figures[], shape: StatisticsShape): readonly Figures[] {
  return shape === 'plausible' ? rows : rows.map((row) => ({ values: toPairs(row) }));
}

const toPairs = (row: Figures) =>
  Object.entries(row).map(([key, value]) => ({ key, value: typeof value === 'number' ? String(value) : value }));

/** One row for each status that occurs. */
export const aggregatedFigures = (listed: readonly Listed[], word: Wording): readonly Figures[] =>
  groupBy(listed, ({ facts }) => facts.status).map(([status, group]) => ({
    status: word(status),
    count: group.length,
    totalSize: sum(group.map(({ facts }) => facts.size)),
  }));

/** One row for each day (UTC) with a snapshot, oldest first. */
export const sizeFigures = (listed: readonly Listed[]): readonly Figures[] =>
  days(listed).map(([date, group]) => ({
    date,
    size: sum(group.map(({ facts }) => facts.size)),
    effectiveBackupSize: sum(group.map(({ facts }) => facts.effectiveBackupSize ?? 0)),
  }));

/** Milliseconds, averaged over the backups of the day that have ended. */
export const timeFigures = (listed: readonly Listed[]): readonly Figures[] =>
  days(listed.filter(({ facts }) => facts.backupTime !== null)).map(([date, group]) => ({
    date,
    backups: group.length,
    averageExportTime: Math.round(sum(group.map(exportMs)) / group.length),
    averageStoreTime: Math.round(sum(group.map(storeMs)) / group.length),
  }));

/** Bytes in a second, one row for each finished task of the type. */
export const transferRates = (listed: readonly Listed[], taskType: string): readonly Figures[] =>
  listed.flatMap(({ backup, facts }) => {
    const seconds = (taskType === 'EXPORT' ? exportMs : storeMs)({ backup, facts }) / 1000;
    if (facts.size === 0 || seconds === 0 || !['EXPORT', 'STORE'].includes(taskType)) return [];
    const { guid, name } = backup.entity;
    return [
      { time: facts.snapshotTime, transferRate: Math.round(facts.size / seconds), protectedEntity: { guid, name } },
    ];
  });

function exportMs({ backup }: Listed): number {
  const { startAtMs, endAtMs } = spansOf(backup.run).exported;
  return startAtMs === null ? 0 : endAtMs - startAtMs;
}

function storeMs({ backup }: Listed): number {
  const span = spansOf(backup.run).stored;
  return span?.startAtMs == null ? 0 : span.endAtMs - span.startAtMs;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function days(listed: readonly Listed[]): readonly (readonly [number, readonly Listed[]])[] {
  const timed = listed.flatMap((one) => (one.facts.snapshotTime === null ? [] : [{ one, at: one.facts.snapshotTime }]));
  const sorted = timed.toSorted((a, b) => a.at - b.at).map(({ one }) => one);
  return groupBy(sorted, ({ facts }) => Math.floor((facts.snapshotTime ?? 0) / dayMs) * dayMs);
}

export function groupBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): (readonly [Key, readonly Row[]])[] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? [];
    groups.set(keyOf(row), group);
    group.push(row);
  }
  return [...groups];
}
