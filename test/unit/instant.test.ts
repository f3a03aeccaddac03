import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, now, parseInstant, secondsBetween } from '../../src/core/instant.ts';
import { runsOf } from '../support/nightly.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['1970-01-01T00:00:01.000001Z', 1_000_001],
  ['1970-01-01t00:00:00z', 0],
  ['1970-01-01 00:00:00Z', 0],
  ['1970-01-01T02:30:00+02:30', 0],
  ['1969-12-31T19:00:00-05:00', 0],
  ['1969-12-31T23:59:59.5Z', -500_000],
  ['1970-01-01T00:00:00.1234567899Z', 123_456],
  ['2024-02-29T12:00:00Z', 1_709_208_000_000_000],
  ['2000-02-29T00:00:00Z', 951_782_400_000_000],
  ['1900-03-01T00:00:00Z', -2_203_891_200_000_000],
  ['0000-02-29T00:00:00Z', -62_162_121_600_000_000],
  ['0000-01-01T00:00:00Z', -62_167_219_200_000_000],
  ['1970-01-01T23:59:00+23:59', 0],
])('%s is %i microseconds after 1970', (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  '2023-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2024-06-31T00:00:00Z',
  '2024-09-31T00:00:00Z',
  '2024-11-31T00:00:00Z',
  '2024-02-30T00:00:00Z',
  '2024-04-31T00:00:00+01:00',
  '2024-13-01T00:00:00Z',
  '2024-00-10T00:00:00Z',
  '2024-01-00T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T00:00:60Z',
  '2024/01-01T00:00:00Z',
  '2024-01/01T00:00:00Z',
  '2024-01-01_00:00:00Z',
  '2024-01-01T00.00:00Z',
  '2024-01-01T00:00.00Z',
  '2024-01-01T00:00:00,5Z',
  '2024-01-01T00:00:00+01.00',
  '2024-01-01T00:00:00+0100',
  '2024-01-01T00:00:00+01',
  '2024-01-01T00:00:00+01:00Z',
  '2024-01-01T00:00:00 01:00',
  '2024-01-01T00:00:00.5',
  '２０２４-01-01T00:00:00Z',
  '20x4-01-01T00:00:00Z',
  'abcd-01-01T00:00:00Z',
  '-024-01-01T00:00:00Z',
  '2024-01-01T00:00:00+24:00',
  '2024-01-01T00:00:00+01:60',
  '2024-01-01T00:00:00',
  '2024-01-01',
  '2024-01-01T00:00Z',
  '2024-01-01T00:00:00.Z',
  '2024-1-1T00:00:00Z',
  ' 2024-01-01T00:00:00Z',
  '2024-01-01T00:00:00Z\n',
  '+002024-01-01T00:00:00Z',
  '1704067200',
  '',
])('%j is not a time', (text) => {
  expect(parseInstant(text)).toBeNull();
});

test('writes milliseconds, and microseconds only where there are any', () => {
  expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(formatInstant(1_500_000)).toBe('1970-01-01T00:00:01.500Z');
  expect(formatInstant(1_500_007)).toBe('1970-01-01T00:00:01.500007Z');
  expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
});

test('reads back what it wrote, to the microsecond', () => {
  const untilTheYear2255 = fc.integer({ min: -62_135_596_800_000_000 / 16, max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(untilTheYear2255, (instant) => parseInstant(formatInstant(instant)) === instant));
});

test('an offset moves the instant and nothing else', () => {
  const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
  fc.assert(
    fc.property(offset, fc.integer({ min: 0, max: 999_999 }), ([sign, hours, minutes], microseconds) => {
      const two = (value: number) => String(value).padStart(2, '0');
      const text = `2024-05-06T07:08:09.${String(microseconds).padStart(6, '0')}`;
      const shifted = parseInstant(`${text}${sign}${two(hours)}:${two(minutes)}`) as number;
      const seconds = (sign === '+' ? -1 : 1) * (hours * 3600 + minutes * 60);
      expect(shifted - (parseInstant(`${text}Z`) as number)).toBe(seconds * 1_000_000 + 0);
    }),
  );
});

test('a day to come in a far year, as a filter may say it, is still a time', () => {
  expect(formatInstant(parseInstant('9999-12-31T23:59:59Z') as number)).toBe('9999-12-31T23:59:59.000Z');
});

test('seconds between two instants need both, in order', () => {
  expect(secondsBetween(0, 1_500_000)).toBe(1.5);
  expect(secondsBetween(5, 5)).toBe(0);
  expect(secondsBetween(2, 1)).toBeNull();
  expect(secondsBetween(null, 1)).toBeNull();
  expect(secondsBetween(1, null)).toBeNull();
});

test('now is a whole number of microseconds', () => {
  expect(Math.abs(now() / 1000 - Date.now())).toBeLessThan(1000);
  expect(Number.isSafeInteger(now())).toBe(true);
});

test('a text with any character changed is the time that a plain statement says, or none', () => {
  const plainly = (text: string): number | null => {
    const form = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
    const [whole, ...parts] = form.exec(text) ?? [];
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
    const [hours, minutes] = [Number(parts[8] ?? 0), Number(parts[9] ?? 0)];
    const at = new Date(0);
    at.setUTCFullYear(year, month - 1, day);
    const isDay = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
    if (whole === undefined || !isDay || Math.max(hour, hours) > 23 || Math.max(minute, second, minutes) > 59)
      return null;
    const ahead = (parts[7] === '-' ? -1 : 1) * (hours * 60 + minutes);
    const seconds = hour * 3600 + (minute - ahead) * 60 + second;
    return at.getTime() * 1000 + seconds * 1_000_000 + Number((parts[6] ?? '').padEnd(6, '0').slice(0, 6));
  };
  const two = (max: number) => fc.nat(max).map((value) => String(value).padStart(2, '0'));
  const text = fc
    .tuple(
      fc.tuple(two(99), two(99), fc.constant('-'), two(13), fc.constant('-'), two(32), fc.constantFrom('T', 't', ' ')),
      fc.tuple(two(25), fc.constant(':'), two(61), fc.constant(':'), two(61)),
      fc.constantFrom('', '.5', '.123456', '.1234567', '.000001', '.'),
      fc.constantFrom('Z', 'z', '', '+00:00', '-23:59', '+01:30', '+24:00', '+01:60', '+0100'),
    )
    .map((parts) => parts.flat().join(''));
  const change = fc.option(fc.tuple(fc.nat(32), fc.constantFrom(...'0159-:+.TZz tx/', '２', '')), { freq: 3 });
  fc.assert(
    fc.property(text, change, (whole, changed) => {
      const given = changed ? whole.slice(0, changed[0]) + changed[1] + whole.slice(changed[0] + 1) : whole;
      expect(parseInstant(given), given).toBe(plainly(given));
    }),
    { numRuns: runsOf(5000) },
  );
});
