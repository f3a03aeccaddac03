import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparator, compareIds, compareKeys, type SortKey } from '../../src/core/order.ts';
import { runsOf } from '../support/nightly.ts';

/** Few values, so that equal parts are common. */
const id = fc.oneof(
  fc.constantFrom('0', '00', '1', '01', '9', '10', '007', '7', 'a', 'B', '1a', '-1', 'é', '𝒳', ''),
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
);
const key: fc.Arbitrary<SortKey> = fc.record({
  sortedAt: fc.option(fc.integer({ min: 0, max: 2 })),
  provider: fc.constantFrom('a', 'b', 'b-2', 'b-10'),
  externalId: id,
});

const isTotalOrder = <T>(compare: (a: T, b: T) => number, value: fc.Arbitrary<T>) =>
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      expect(compare(a, a)).toBe(0);
      expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)));
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      if (compare(a, b) === 0) expect(a).toEqual(b);
    }),
    { numRuns: runsOf(2000) },
  );

test('ids are in one total order, whatever is in them', () => isTotalOrder(compareIds, id));

test('keys are in one total order', () => isTotalOrder(compareKeys, key));

test('ids of digits compare as numbers of any length, and stand before all others', () => {
  const sorted = ['b', '10', 'a', '9', '007', '7', '18446744073709551616', '18446744073709551615', '1a'].sort(
    compareIds,
  );
  expect(sorted).toEqual(['7', '007', '9', '10', '18446744073709551615', '18446744073709551616', '1a', 'a', 'b']);
});

test('a list is newest first, a row without a time before all, then by provider, then by id from high to low', () => {
  const rows: SortKey[] = [
    { sortedAt: 1, provider: 'a', externalId: '9' },
    { sortedAt: 1, provider: 'a', externalId: '10' },
    { sortedAt: 1, provider: 'b', externalId: '99' },
    { sortedAt: 2, provider: 'b', externalId: '1' },
    { sortedAt: null, provider: 'b', externalId: '1' },
    { sortedAt: null, provider: 'a', externalId: '1' },
  ];
  const shown = rows
    .sort(compareKeys)
    .map(({ sortedAt, provider, externalId }) => `${sortedAt} ${provider} ${externalId}`);
  expect(shown).toEqual(['null a 1', 'null b 1', '2 b 1', '1 a 10', '1 a 9', '1 b 99']);
});

test('two rows a microsecond apart are not equal', () => {
  const at = 1_700_000_000_000_001;
  const row = { provider: 'a', externalId: '1' };
  expect(compareKeys({ ...row, sortedAt: at }, { ...row, sortedAt: at - 1 })).toBeLessThan(0);
});

test('ascending is descending read from its end', () => {
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const up = [...keys].sort(comparator('ascending'));
      expect(up.reverse()).toEqual([...keys].sort(comparator('descending')));
    }),
  );
});
