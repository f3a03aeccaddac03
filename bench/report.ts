/** What a scenario found, and how it is printed. */

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** Null where it has no such number. */
  readonly floor: number | null;
  readonly gateway: number | null;
  /** Gateway to floor, or what else the scenario divides. */
  readonly ratio: number | null;
  readonly target: Target | null;
}

export interface Target {
  /** As a person reads it: `at least 0.60x`. */
  readonly text: string;
  readonly isMet: boolean;
}

export interface Report {
  readonly scenario: string;
  readonly title: string;
  /** What stands above the two columns of numbers. */
  readonly columns: readonly [string, string];
  readonly measures: readonly Measure[];
  readonly notes: readonly string[];
}

type Value = number | null;

/** A measure whose ratio is gateway to floor. */
export function compare(name: string, unit: string, floor: Value, gateway: Value, target?: ToTarget): Measure {
  const ratio = floor === null || gateway === null || floor === 0 ? null : gateway / floor;
  return { name, unit, floor, gateway, ratio, target: target && ratio !== null ? target(ratio) : null };
}

/** A number of the gateway's alone. */
export function state(name: string, unit: string, gateway: Value, target?: ToTarget): Measure {
  const met = target && gateway !== null ? target(gateway) : null;
  return { name, unit, floor: null, gateway, ratio: null, target: met };
}

type ToTarget = (value: number) => Target;

export const atLeast =
  (limit: number, unit = 'x'): ToTarget =>
  (value) => ({ text: `at least ${limit}${unit}`, isMet: value >= limit });

export const atMost =
  (limit: number, unit = 'x'): ToTarget =>
  (value) => ({ text: `at most ${limit}${unit}`, isMet: value <= limit });

export function print({ title, columns, measures, notes }: Report): string {
  const head = ['', '', columns[0], columns[1], 'ratio', 'target', ''];
  const rows = measures.map(({ name, unit, floor, gateway, ratio, target }) => [
    name,
    unit,
    toText(floor),
    toText(gateway),
    ratio === null ? '' : `${ratio.toFixed(2)}x`,
    target?.text ?? '',
    target ? (target.isMet ? 'met' : 'MISSED') : '',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [title, ...[...lines, ...notes].map((line) => `  ${line}`), ''].join('\n');
}

const isNumeric = (column: number): boolean => column >= 2 && column <= 4;

/** Three digits that say something, and no more. */
function toText(value: Value): string {
  if (value === null) return '';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
