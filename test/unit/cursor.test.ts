import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxRows } from '../../providers/_kit/readers/prefix.ts';
import { parseInstant } from '../../src/core/instant.ts';
import {
  decodeListCursor,
  decodeToken,
  encodeListCursor,
  encodeToken,
  identifyList,
  type ListCursor,
} from '../../src/lists/cursor.ts';
import { thrownBy } from '../support/model.ts';

const names = Array.from({ length: 10 }, (_, index) => `${index}-${'n'.repeat(38)}`);
const list = identifyList(names, false, { search: null });

const cursor: fc.Arbitrary<ListCursor> = fc.record(
  {
    key: fc.record({
      sortedAt: fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
      provider: fc.constantFrom(...names),
      externalId: fc.string({ minLength: 1, maxLength: 36 }),
    }),
    offsets: fc.array(fc.nat(maxRows), { minLength: 10, maxLength: 10 }),
    missed: fc.subarray([...names].sort()),
    assumed: fc.subarray([...names].sort(), { minLength: 1 }),
  },
  { requiredKeys: ['key', 'offsets', 'missed'] },
);

const refusal = (text: string, of = list) => thrownBy(() => decodeListCursor(of, text, 'after'));

test('a cursor comes back as it went', () => {
  fc.assert(
    fc.property(cursor, (value) => {
      expect(decodeListCursor(list, encodeListCursor(list, value), 'after')).toEqual(value);
    }),
  );
});

test('ten providers with names of 40 characters and the longest ids need at most 400 bytes', () => {
  const largest: ListCursor = {
    key: { sortedAt: 9_007_199_254_740_991, provider: names[9] as string, externalId: '9'.repeat(120) },
    offsets: names.map(() => maxRows),
    missed: names,
    assumed: names,
  };
  const text = encodeListCursor(list, largest);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(400);
  expect(decodeListCursor(list, text, 'after')).toEqual(largest);
});

test('an offset past what is ever read is cut, since it is only a hint', () => {
  const value = {
    key: { sortedAt: 1, provider: names[0] as string, externalId: '1' },
    offsets: names.map(() => 1e9),
    missed: [],
  };
  expect(decodeListCursor(list, encodeListCursor(list, value), 'after').offsets[0]).toBe(maxRows);
});

test('a row of a far year, as a broken clock writes it, has a cursor as well', () => {
  for (const time of ['9999-12-31T23:59:59.999999-23:59', '0000-01-01T00:00:00+23:59']) {
    const value = {
      key: { sortedAt: parseInstant(time), provider: names[0] as string, externalId: '1' },
      offsets: names.map(() => 0),
      missed: [],
    };
    expect(decodeListCursor(list, encodeListCursor(list, value), 'after')).toEqual(value);
  }
});

describe('what is refused as BAD_USER_INPUT with the name of its argument', () => {
  const good = encodeListCursor(list, {
    key: { sortedAt: 1, provider: names[0] as string, externalId: '1' },
    offsets: names.map(() => 0),
    missed: [],
  });
  const [version, hash, key, offsets, missed] = decodeToken(good) as [number, string, unknown[], number[], number];
  const ofProvider = (place: number) => [1, place, '1'];

  test.each<[string, string]>([
    ['nothing', ''],
    ['text', 'hello'],
    ['characters that are not of a cursor', '🎉'],
    ['a number, as a page number would be', 'Mg'],
    ['a cursor with a space', `${good} `],
    ['a cursor of an older version', encodeToken([version - 1, hash, key, offsets, missed])],
    ['a row of a provider that is not there', encodeToken([version, hash, ofProvider(10), offsets, missed])],
    ['a negative place of a provider', encodeToken([version, hash, ofProvider(-1), offsets, missed])],
    ['a broken place of a provider', encodeToken([version, hash, ofProvider(0.5), offsets, missed])],
    ['a time that is a text', encodeToken([version, hash, ['1', 0, '1'], offsets, missed])],
    ['a time within a microsecond', encodeToken([version, hash, [0.5, 0, '1'], offsets, missed])],
    ['a time that no calendar has', encodeToken([version, hash, [1e300, 0, '1'], offsets, missed])],
    ['a time before all calendars', encodeToken([version, hash, [-1e300, 0, '1'], offsets, missed])],
    ['an id that is a number', encodeToken([version, hash, [1, 0, 1], offsets, missed])],
    ['no id', encodeToken([version, hash, [1, 0, ''], offsets, missed])],
    ['a huge offset', encodeToken([version, hash, key, [...offsets.slice(1), maxRows + 1], missed])],
    ['a negative offset', encodeToken([version, hash, key, [...offsets.slice(1), -1], missed])],
    ['too few offsets', encodeToken([version, hash, key, offsets.slice(1), missed])],
    ['too many offsets', encodeToken([version, hash, key, [...offsets, 0], missed])],
    ['negative missed providers', encodeToken([version, hash, key, offsets, -1])],
    ['negative assumed providers', encodeToken([version, hash, key, offsets, missed, -1])],
    ['one part too many', encodeToken([version, hash, key, offsets, missed, 0, 0])],
    ['an object', encodeToken({ version, hash, key, offsets, missed })],
    ['null', encodeToken(null)],
    ['the cursor of a log', encodeToken(['log', hash, 0, 1])],
    ['a very long text', 'A'.repeat(1_000_000)],
  ])('%s', (_, text) => {
    expect(refusal(text)).toMatchObject({ code: 'BAD_USER_INPUT', field: ['after'], isRetryable: false });
  });

  test('a cursor that was cut off anywhere', () => {
    for (let length = 0; length < good.length - 1; length++)
      expect(refusal(good.slice(0, length)).code).toBe('BAD_USER_INPUT');
  });

  test('a cursor with any character changed means the same, another row, or is refused, and never crashes', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_'), (at, character) => {
        const forged = good.slice(0, at) + character + good.slice(at + 1);
        try {
          expect(decodeListCursor(list, forged, 'after').offsets).toHaveLength(10);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
      }),
    );
  });

  test.each([
    ['another filter', identifyList(names, false, { search: 'x' })],
    ['another order', identifyList(names, true, { search: null })],
    ['fewer providers', identifyList(names.slice(1), false, { search: null })],
    ['another list altogether', identifyList(names, 'entities', { search: null })],
  ])('a cursor of %s, which is told so', (_, other) => {
    expect(refusal(good, other).message).toContain('belongs to another list');
  });
});

test('the order in which providers are configured does not matter', () => {
  expect(identifyList([...names].reverse(), false, { search: null })).toEqual(list);
});

test('fifty providers and an id of 120 characters beyond ASCII are no dead end', () => {
  const many = identifyList(Array.from({ length: 50 }, (_, index) => `p${index}`));
  const value = {
    key: { sortedAt: 1_700_000_000_000_000, provider: 'p7', externalId: '名'.repeat(120) },
    offsets: many.providers.map(() => maxRows),
    missed: many.providers,
  };
  expect(decodeListCursor(many, encodeListCursor(many, value), 'after')).toEqual(value);
  const some = { ...value, missed: ['p1', 'p40', 'p9'] };
  expect(decodeListCursor(many, encodeListCursor(many, some), 'after')).toEqual(some);
});
