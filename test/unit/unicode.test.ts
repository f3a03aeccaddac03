import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesFilter, noFilter } from '../../src/core/filter.ts';
import { escapeIdentifier, toPlainName, toWellFormed, unescapeIdentifier } from '../../src/core/unicode.ts';
import { aBackup } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const anyText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: fc.constantFrom('\\', 'u', '{', '}', 'd', 'c', 'e', '9', '5', '\udce9', '\ud83d') }),
);

test('an identifier is well-formed, and is read back whatever it was', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = escapeIdentifier(text);
      expect(escaped.isWellFormed()).toBe(true);
      expect(unescapeIdentifier(escaped)).toBe(text);
    }),
    { numRuns: runsOf(2_000) },
  );
});

test('a path that is Unicode stays as it is', () => {
  for (const path of ['/backups/alpha', 'C:\\users\\{x}', '/caf\u00e9 \ud83d\ude00'])
    expect(escapeIdentifier(path)).toBe(path);
  expect(escapeIdentifier('/caf\udce9')).toBe('/caf\\u{dce9}');
  expect(escapeIdentifier('/caf\\u{dce9}')).toBe('/caf\\u{5c}u{dce9}');
});

test('half a character is replaced for display, and left out of names', () => {
  expect(toWellFormed('caf\udce9')).toBe('caf\ufffd');
  expect(toPlainName('\u202eann\u0007a\udce9')).toBe('anna');
});

test('a search finds composed and decomposed characters alike', () => {
  const find = (name: string, search: string) => matchesFilter(aBackup({ name }), { ...noFilter, search });
  expect(find('Caf\u00e9', 'cafe\u0301')).toBe(true);
  expect(find('CAFE\u0301 nightly', 'caf\u00e9')).toBe(true);
  expect(find('Cafe', 'caf\u00e9')).toBe(false);
});
