/** Every form in which a product may write a time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../src/core/instant.ts';
import { createTimeReader } from '../../src/core/time-reader.ts';
import { isTimeZone } from '../../src/core/time-zone.ts';
import { runsOf } from '../support/nightly.ts';

const read = (value: unknown, zone = 'UTC'): string | null => {
  const at = createTimeReader(zone).read(value);
  return at === null ? null : formatInstant(at);
};

const moment = '2026-11-27T04:48:29.000Z';

test.each([
  '2026-11-27T04:48:29Z',
  '2026-11-27T04:48:29.000+0000',
  '2026-11-27T05:48:29+01',
  '2026-11-27T05:48:29+0100',
  '2026-11-27T05:48:29+01:00',
  '2026-11-27T05:48:29.000+01:00:00',
  '2026-11-26T23:48:29−05:00',
  '2026-11-27t04:48:29z',
  '2026-11-27 04:48:29Z',
  '2026-11-27 04:48:29 +0000',
  '2026-11-27 04:48:29 UTC',
  ' 2026-11-27T04:48:29Z\n',
  '20261127T044829Z',
  '20261127T044829.000Z',
  '20261127T054829+0100',
  '2026-11-27T044829Z',
  '2026-W48-5T04:48:29Z',
  '2026W485T044829Z',
  '2026-331T04:48:29Z',
  '2026331T044829Z',
  '+002026-11-27T04:48:29Z',
  '2026-11-27T05:48:29+01:00[Europe/Paris]',
  '2026-11-27T04:48:29Z[UTC]',
  '2026-11-27T05:48:29[Europe/Paris]',
  '2026-11-27T04:48:29.000[UTC]',
  '1795754909',
  '1795754909.000',
  '1795754909000',
  '1795754909000000',
  1_795_754_909,
  1_795_754_909_000,
  1_795_754_909_000_000,
])('%j is read', (text) => {
  expect(read(text)).toBe(moment);
});

test.each([
  ['2026-11-27T04:48:29,5Z', '2026-11-27T04:48:29.500Z'],
  ['2026-11-27T04:48:29,1234567899Z', '2026-11-27T04:48:29.123456Z'],
  ['2026-11-27T04:48.5Z', '2026-11-27T04:48:30.000Z'],
  ['2026-11-27T04,5Z', '2026-11-27T04:30:00.000Z'],
  ['2026-11-27T04:48Z', '2026-11-27T04:48:00.000Z'],
  ['2026-11-27T04Z', '2026-11-27T04:00:00.000Z'],
  ['2026-11-27T24:00:00Z', '2026-11-28T00:00:00.000Z'],
  ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000Z'],
  ['2026-11-27', '2026-11-27T00:00:00.000Z'],
  ['20261127', '2026-11-27T00:00:00.000Z'],
  ['20261127044829', moment],
  ['202611270448', '2026-11-27T04:48:00.000Z'],
  ['2026-366', null],
  ['2024-366', '2024-12-31T00:00:00.000Z'],
  ['2026-W53-7', '2027-01-03T00:00:00.000Z'],
  ['2025-W53-1', null],
  ['2025-W01-1', '2024-12-30T00:00:00.000Z'],
  ['1795754909,25', '2026-11-27T04:48:29.250Z'],
  ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['9999-12-31T23:59:59.9999999', '9999-12-31T23:59:59.999Z'],
  [-1, '1969-12-31T23:59:59.000Z'],
])('%j is %j', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  '',
  ' ',
  'yesterday',
  '2026-11',
  '2026',
  '27.11.2026 04:48',
  '11/27/2026',
  '2026-02-30',
  '2026-13-01T00:00:00Z',
  '2026-000',
  '2026-W00-1',
  '2026-W48-8',
  '2026-11-27T25:00',
  '2026-11-27T24:00:01Z',
  '2026-11-27T04:60:00Z',
  '2026-11-27T04:48:61Z',
  '2026-11-27T04:48:29+24:00',
  '2026-11-27T04:48:29+01:60',
  '2026-11-27T04:48:29 CEST',
  '2026-11-27T04:48:29[Mars/Olympus]',
  '2026-11-27T04:48:29.Z',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '-000001-01-01T00:00:00Z',
  `2026-11-27T04:48:29,${'0'.repeat(200)}Z`,
  '99999999999999999999',
  null,
  undefined,
  true,
  {},
  ['2026-11-27T04:48:29Z'],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
])('%j is no time', (value) => {
  expect(read(value)).toBeNull();
});

test('every moment is read back from every form', () => {
  const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, (second) => {
      const iso = new Date(second * 1000).toISOString();
      const [date = '', time = ''] = iso.slice(0, 19).split('T');
      const year = Number(date.slice(0, 4));
      const dayOfYear = Math.floor((Date.parse(iso) - new Date(0).setUTCFullYear(year, 0, 1)) / 86_400_000) + 1;
      const basic = `${date.replaceAll('-', '')}T${time.replaceAll(':', '')}Z`;
      for (const form of [
        basic,
        `${date} ${time},000`,
        `${date}T${time}.000+0000`,
        `${date.slice(0, 4)}-${String(dayOfYear).padStart(3, '0')}T${time}Z`,
      ])
        expect(read(form)).toBe(iso);
    }),
    { numRuns: runsOf(300) },
  );
});

test('the days of every week of three centuries follow each other', () => {
  const reader = createTimeReader('UTC');
  let before: number | null = null;
  for (let year = 1900; year < 2200; year++) {
    for (let week = 1; week <= 53; week++) {
      const at = reader.read(`${year}-W${String(week).padStart(2, '0')}-1`);
      if (at === null) {
        expect(week).toBe(53);
        continue;
      }
      if (before !== null) expect(at - before).toBe(7 * 86_400_000_000);
      before = at;
    }
  }
});

describe('a time without a zone', () => {
  test.each([
    ['Europe/Berlin', '2026-11-27T05:48:29', moment],
    ['Europe/Berlin', '2026-06-01 12:00:00', '2026-06-01T10:00:00.000Z'],
    ['America/New_York', '2026-11-26T23:48:29.000', moment],
    ['Asia/Kathmandu', '20261127T103329', moment],
    ['UTC', '2026-11-27T04:48:29', moment],
    ['Etc/UTC', '2026-11-27T04:48:29', moment],
    ['Europe/Berlin', '2026-11-27T04:48:29Z', moment],
    ['Europe/Berlin', '1795754909', moment],
    ['Europe/Berlin', '2026-11-27', '2026-11-26T23:00:00.000Z'],
  ])('is one of %s: %s', (zone, text, expected) => {
    expect(read(text, zone)).toBe(expected);
  });

  test.each([
    // Clocks go from 02:00 to 03:00: what does not come is as long after the change.
    ['2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['2026-03-29T02:00:00', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
    // Clocks go from 03:00 to 02:00: of what comes twice, the first is meant.
    ['2026-10-25T01:59:59', '2026-10-24T23:59:59.000Z'],
    ['2026-10-25T02:00:00', '2026-10-25T00:00:00.000Z'],
    ['2026-10-25T02:59:59', '2026-10-25T00:59:59.000Z'],
    ['2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
  ])('around a change of clocks is defined: %s in Berlin', (text, expected) => {
    expect(read(text, 'Europe/Berlin')).toBe(expected);
  });

  test('is one of the zone that it names, whatever the configured one', () => {
    const reader = createTimeReader('Asia/Tokyo');
    for (const text of ['2026-11-27T05:48:29[Europe/Paris]', '2026-11-26T23:48:29[America/New_York]']) {
      for (let reading = 0; reading < 2; reading++) expect(reader.read(text)).toBe(Date.parse(moment) * 1000);
    }
    expect(reader.hasReadZoneless()).toBe(false);
  });

  test('is told apart from one that has a zone', () => {
    const reader = createTimeReader('Europe/Berlin');
    for (const value of ['2026-11-27T04:48:29Z', '2026-11-27T04:48:29+01', '1795754909', 5, null, 'no time']) {
      reader.read(value);
      expect(reader.hasReadZoneless()).toBe(false);
    }
    reader.read('2026-11-27T04:48:29');
    expect(reader.hasReadZoneless()).toBe(true);
  });
});

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Mars/Olympus', false],
  ['', false],
])('%j is a time zone: %j', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
