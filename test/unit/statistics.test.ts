import { expect, test } from 'vitest';
import { Sum } from '../../src/lists/sum.ts';

function sum(values: readonly (number | null)[]): number | null {
  const sum = new Sum();
  for (const value of values) sum.add(value);
  return sum.value;
}

test('a sum above 2^53-1 is the nearest double', () => {
  expect(sum(Array.from({ length: 5_000 }, () => 2e12))).toBe(1e16);
  // Added one after the other, each of the ones would be lost.
  expect(sum([2 ** 53, ...Array.from({ length: 1_000 }, () => 1)])).toBe(2 ** 53 + 1_000);
  expect(sum(Array.from({ length: 5_000 }, () => Number.MAX_SAFE_INTEGER))).toBe(5_000 * Number.MAX_SAFE_INTEGER);
});

test('a sum of what is not known is not known', () => {
  expect(sum([])).toBeNull();
  expect(sum([null, null])).toBeNull();
  expect(sum([null, 0])).toBe(0);
  expect(sum([0.5, null, 1e16])).toBe(1e16);
});
