import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../src/core/text.ts';
import { runsOf } from '../support/nightly.ts';

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '\u{1f600}', 'e\u0301') });

test('a text that is cut never ends in half a character, and one that fits stays as it is', () => {
  fc.assert(
    fc.property(anyText, fc.nat(12), (text, length) => {
      const cut = cutText(text, length);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(Math.max(length + 1, text.length <= length ? text.length : 0));
      if (text.length <= length) expect(cut).toBe(text);
      else expect(text.startsWith(cut.slice(0, -1))).toBe(true);
    }),
    { numRuns: runsOf(1_000) },
  );
});
