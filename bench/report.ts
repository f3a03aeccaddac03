/** What a scenario found, and how it is printed. */

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** One for each column; null where a side has no such number. */
  readonly values: readonly Value[];
  /** What the last column, this build, should reach. */
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
  /** What stands above the numbers: the sides. The first is what the others are divided by. */
  readonly columns: readonly string[];
  readonly measures: readonly Measure[];
  readonly notes: readonly string[];
}

type Value = number | null;

type ToTarget = (values: readonly Value[]) => Target | null;

export function measure(name: string, unit: string, values: readonly Value[], toTarget?: ToTarget): Measure {
  return { name, unit, values, target: toTarget?.(values) ?? null };
}

function ratioOf(values: readonly Value[], to: number): number | null {
  const [value, base] = [values.at(-1) ?? null, values[to] ?? null];
  return value === null || base === null || base === 0 ? null : value / base;
}

/** The last column divided by the first. */
export const ratioAtLeast =
  (limit: number): ToTarget =>
  (values) => {
    const ratio = ratioOf(values, 0);
    return ratio === null ? null : { text: `at least ${limit}x`, isMet: ratio >= limit };
  };

export const ratioAtMost =
  (limit: number): ToTarget =>
  (values) => {
    const ratio = ratioOf(values, 0);
    return ratio === null ? null : { text: `at most ${limit}x`, isMet: ratio <= limit };
  };

/** The last column by itself. */
export const valueAtMost =
  (limit: number, unit = ''): ToTarget =>
  (values) => {
    const value = values.at(-1) ?? null;
    return value === null ? null : { text: `at most ${limit}${unit}`, isMet: value <= limit };
  };

/** Above each ratio stands what it divides: the others by the first, and the last by the one before it. */
function toRatios(columns: readonly string[]): { head: string; place: number; base: number }[] {
  const others = columns.slice(1).map((name, index) => ({ head: `${name}/${columns[0]}`, place: index + 1, base: 0 }));
  const last = columns.length - 1;
  return last < 2
    ? others
    : [...others, { head: `${columns[last]}/${columns[last - 1]}`, place: last, base: last - 1 }];
}

export function print({ title, columns, measures, notes }: Report): string {
  const ratios = toRatios(columns);
  const head = ['', '', ...columns, ...ratios.map(({ head }) => head), 'target', ''];
  const rows = measures.map(({ name, unit, values, target }) => [
    name,
    unit,
    ...columns.map((_, place) => toText(values[place] ?? null)),
    ...ratios.map(({ place, base }) => {
      const ratio = ratioOf(values.slice(0, place + 1), base);
      return ratio === null ? '' : `${ratio.toFixed(2)}x`;
    }),
    target?.text ?? '',
    target ? (target.isMet ? 'met' : 'MISSED') : '',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const isNumeric = (column: number): boolean => column >= 2 && column < 2 + columns.length + ratios.length;
  const toLine = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [title, ...[...[head, ...rows].map(toLine), ...notes].map((line) => `  ${line}`), ''].join('\n');
}

/** Three digits that say something, and no more. */
function toText(value: Value): string {
  if (value === null) return '';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
