/** What the dashboard keeps of a log that is followed for long. */
import { expect, test } from 'vitest';
import { append, type Entries, type Entry, noEntries } from '../../web/screens/backup/log-entries.ts';

const lines = (from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    number: from + index,
    at: null,
    level: 'INFO',
    text: `line ${from + index}`,
  }));
const numbers = ({ entries }: Entries) => entries.map((entry) => ('number' in entry ? entry.number : null));

test('it keeps every line of a short one, in order', () => {
  const two = append(append(noEntries, lines(1, 2), 5, 2), lines(3, 3), 5, 2);
  expect([numbers(two), two.dropped]).toEqual([[1, 2, 3, 4, 5], 0]);
});

test('it drops the oldest of a long one, several at once, and counts them', () => {
  const full = append(noEntries, lines(1, 5), 5, 2);
  const next = append(full, lines(6, 1), 5, 2);
  expect([numbers(next), next.dropped]).toEqual([[3, 4, 5, 6], 2]);
  const later = append(next, lines(7, 9), 5, 2);
  expect([numbers(later), later.dropped]).toEqual([[11, 12, 13, 14, 15], 10]);
});

test('it changes nothing when nothing comes', () => {
  const full = append(noEntries, lines(1, 5), 5, 2);
  expect(append(full, [], 5, 2)).toBe(full);
});
