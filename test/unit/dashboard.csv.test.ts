/** What the dashboard saves as CSV, for programs and for spreadsheets. */
import { expect, test } from 'vitest';
import { toCsv } from '../../web/text/csv.ts';

test('quotes what would end a cell or a line', () => {
  expect(toCsv([['a,b', 'say "hi"', 'two\nlines', '', null, 1.5]])).toBe('"a,b","say ""hi""","two\nlines",,,1.5\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('lets %j be no formula', (text) => {
  expect(toCsv([[text]]).replaceAll('"', '')).toBe(`'${text}\r\n`);
});

test('leaves numbers alone, negative ones too', () => {
  expect(toCsv([[-5, 0, 2e21]])).toBe('-5,0,2e+21\r\n');
});
