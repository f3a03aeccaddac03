/** Comma-separated values (RFC 4180), safe to open in a spreadsheet. */
export type Cell = string | number | null;

/** A text that begins so would be a formula there. Numbers are numbers: a negative one is none. */
const formula = /^[=+\-@\t\r]/;

function toCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
