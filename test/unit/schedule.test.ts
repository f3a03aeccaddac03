/** Schedules: which slot a success meets, on days when clocks change too, and what is no schedule. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSchedule, ScheduleError } from '../../src/config/schedule.ts';
import { dueAfter, type Expectation } from '../../src/lists/expectation.ts';
import type { Latest } from '../../src/lists/latest.ts';
import { toProtection } from '../../src/lists/protection.ts';
import { aBackup, anEntity } from '../support/model.ts';

const at = (time: string) => Date.parse(time) * 1000;
const text = (instant: number | null) => (instant === null ? null : new Date(instant / 1000).toISOString());

const expects = (cron: string, timeZone = 'Europe/Berlin', graceSeconds: number | null = null): Expectation => ({
  everySeconds: null,
  schedule: createSchedule(cron, timeZone),
  graceSeconds,
  isGraceBounded: false,
});

/** When the next success is due after one that started then. */
const due = (expectation: Expectation, startedAt: string) =>
  text(dueAfter(expectation, { sortedAt: at(startedAt), startedAt: at(startedAt), endedAt: at(startedAt) }));

describe('a slot', () => {
  const nightly = expects('0 1 * * *', 'Europe/Berlin');
  const success = (startedAt: string, endedAt: string): Latest => ({
    backup: aBackup({ sortedAt: at(startedAt), startedAt: at(startedAt), endedAt: at(endedAt) }),
    counted: 0,
    problem: null,
  });
  const judge = (latest: Latest, now: string) => toProtection(anEntity('e'), latest, nightly, at(now));

  test('is met by a success that started at or after it, however long it took', () => {
    // 01:00 in Berlin is 00:00 UTC.
    const met = success('2026-11-28T00:00:00Z', '2026-11-28T00:40:00Z');
    expect(judge(met, '2026-11-29T02:24:00Z')).toMatchObject({ status: 'PROTECTED' });
    expect(judge(met, '2026-11-29T02:24:01Z')).toMatchObject({
      status: 'OVERDUE',
      lastSuccessAt: at('2026-11-28T00:40:00Z'),
      expectedEverySeconds: null,
      expectedSchedule: '0 1 * * * Europe/Berlin',
      dueAt: at('2026-11-29T02:24:00Z'),
    });
  });

  test('is not met by a success that started before it, although it ended after it', () => {
    const early = success('2026-11-27T23:59:59.999Z', '2026-11-28T03:00:00Z');
    expect(judge(early, '2026-11-28T02:24:00Z').status).toBe('PROTECTED');
    expect(judge(early, '2026-11-28T02:24:01Z').status).toBe('OVERDUE');
  });

  test('stays met until the next one is late, also by a success that came late or by hand', () => {
    const byHand = success('2026-11-28T15:00:00Z', '2026-11-28T16:00:00Z');
    expect(judge(byHand, '2026-11-29T02:24:00Z').status).toBe('PROTECTED');
    expect(judge(byHand, '2026-11-29T02:24:01Z').status).toBe('OVERDUE');
  });

  test('is met by the place of a success in the list where its start is not told, and UNKNOWN without a time', () => {
    const backup = aBackup({ sortedAt: at('2026-11-28T00:00:00Z'), startedAt: null, endedAt: null });
    expect(judge({ backup, counted: 0, problem: null }, '2026-11-29T00:00:00Z').status).toBe('PROTECTED');
    const timeless = aBackup({ sortedAt: 0, startedAt: null, endedAt: null });
    const judged = judge({ backup: timeless, counted: 0, problem: null }, '2026-11-29T00:00:00Z');
    expect(judged).toMatchObject({ status: 'UNKNOWN', dueAt: null, problem: { error: { code: 'INCOMPLETE' } } });
  });
});

describe('the grace of a schedule', () => {
  test('is by default that of the distance to the nearer neighbour of the slot', () => {
    // Each night but at weekends: Friday's run is as long as any other.
    expect(due(expects('0 1 * * 1-5', 'UTC'), '2026-11-27T00:59:00Z')).toBe('2026-11-27T03:24:00.000Z');
    expect(due(expects('0 1 * * 1-5', 'UTC'), '2026-11-27T01:00:00Z')).toBe('2026-11-30T03:24:00.000Z');
    expect(due(expects('*/10 * * * *', 'UTC'), '2026-11-27T01:00:00Z')).toBe('2026-11-27T01:15:00.000Z');
    expect(due(expects('0 1,2 * * *', 'UTC'), '2026-11-27T01:00:00Z')).toBe('2026-11-27T02:30:00.000Z');
    expect(due(expects('0 1 1 * *', 'UTC'), '2026-11-27T01:00:00Z')).toBe('2026-12-01T07:00:00.000Z');
  });

  test('is what was chosen', () => {
    expect(due(expects('0 1 * * *', 'UTC', 50_400), '2026-11-27T01:00:00Z')).toBe('2026-11-28T15:00:00.000Z');
    expect(due(expects('0 1 * * *', 'UTC', 0), '2026-11-27T01:00:00Z')).toBe('2026-11-28T01:00:00.000Z');
  });
});

describe('on a day when clocks change', () => {
  const slots = (cron: string, timeZone: string, from: string, count: number): (string | null)[] => {
    const schedule = createSchedule(cron, timeZone);
    const found: number[] = [];
    for (let place = at(from); found.length < count; place = found.at(-1) ?? 0) {
      found.push(schedule.slotAfter(place)?.at ?? Number.NaN);
    }
    return found.map(text);
  };

  test('a time that is skipped comes at the end of the skipped hour', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(slots('30 2,14 * * *', 'America/New_York', '2026-03-08T00:00:00Z', 3)).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-08T18:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
    expect(slots('10 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:30:00.000Z',
      '2026-10-04T15:10:00.000Z',
    ]);
  });

  test('a time that is repeated comes once, the first time', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(slots('30 2,14 * * *', 'Europe/Berlin', '2026-10-24T13:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T13:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test('what runs every hour runs in each hour that there is', () => {
    expect(slots('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30:00Z', 3)).toEqual([
      '2026-03-29T00:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ]);
    expect(slots('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 4)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
      '2026-10-25T03:00:00.000Z',
    ]);
  });

  test.each([
    ['Europe/Berlin', '2026-03-20T12:00:00Z'],
    ['Europe/Berlin', '2026-10-16T12:00:00Z'],
    ['America/New_York', '2026-03-01T12:00:00Z'],
    ['Australia/Lord_Howe', '2026-09-27T12:00:00Z'],
    ['UTC', '2026-03-20T12:00:00Z'],
  ])('a nightly job in %s from %s keeps its local time and stays protected, until it misses a night', (zone, from) => {
    const expectation = expects('30 2 * * *', zone);
    const entity = anEntity('e');
    let slot = expectation.schedule?.slotAfter(at(from)) ?? null;
    for (let night = 0; slot && night < 16; night++) {
      const success = { sortedAt: slot.at, startedAt: slot.at, endedAt: slot.at + 3_600_000_000 };
      const latest: Latest = { backup: aBackup(success), counted: 0, problem: null };
      const next = expectation.schedule?.slotAfter(slot.at) ?? null;
      const inTwoHours = (next?.at ?? 0) + 7_200_000_000;
      const where = `${zone} ${text(slot.at)}`;
      expect(toProtection(entity, latest, expectation, inTwoHours).status, where).toBe('PROTECTED');
      expect(toProtection(entity, latest, expectation, inTwoHours + 1_500_000_000).status, where).toBe('OVERDUE');
      slot = next;
    }
    expect(slot).not.toBeNull();
  });
});

test('whatever was asked before, the slot after a time is the same', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 525_600 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom('30 2 * * *', '0 1 * * 1-5', '15 */6 * * *', '0 1 29 2 *'), minutes, (cron, times) => {
      const start = at('2026-01-01T00:00:00Z');
      const asked = createSchedule(cron, 'Europe/Berlin');
      for (const minute of times) {
        const time = start + minute * 60_000_000;
        expect(asked.slotAfter(time)).toEqual(createSchedule(cron, 'Europe/Berlin').slotAfter(time));
      }
    }),
    { numRuns: 15 },
  );
});

describe('what is no schedule', () => {
  const fault = (cron: string, timeZone = 'UTC') => {
    try {
      return createSchedule(cron, timeZone).text;
    } catch (error) {
      if (error instanceof ScheduleError) return error.message;
      throw error;
    }
  };

  test.each([
    '',
    '0 1 * *',
    '0 0 1 * * *',
    '0 0 1 * * * 2030',
    '@daily',
    '@reboot',
    '2026-12-01T01:00:00',
    '60 1 * * *',
    '0 24 * * *',
    '0 1 32 * *',
    '0 1 0 * *',
    '0 1 * 13 *',
    '0 1 * * 8',
    '0 5/5 * * *',
    '*/0 * * * *',
    '0 22-2 * * *',
    '0 1 * * 1,',
    '0,,1 1 * * *',
    '-1 1 * * *',
    '1.5 1 * * *',
    '000001 1 * * *',
    '? ? ? ? ?',
    '0 1 1 * +MON',
    'H 1 * * *',
    '0 1 * * HELLO',
    '0 1 30 2 *',
    '0 1 31 2,4,6,9,11 *',
    '٠ 1 * * *',
  ])('the expression %j is refused in a sentence', (cron) => {
    expect(fault(cron)).toMatch(/^expected .*cron expression/);
  });

  test.each(['', 'Berlin', 'Nowhere/Land', '+02:00', '02:00', 'GMT+2', 'local', ' Europe/Berlin', 'BST', 'IST', 'Z'])(
    'the time zone %j is refused in a sentence',
    (zone) => {
      expect(fault('0 1 * * *', zone)).toBe(
        'expected an IANA time zone such as Europe/Berlin, America/New_York or UTC',
      );
    },
  );

  test.each([
    ['  0   1 * *  mon-fri ', 'UTC', '0 1 * * mon-fri UTC'],
    ['0 1 * * *\n', 'UTC', '0 1 * * * UTC'],
    ['0 1 L * *', 'Etc/GMT+2', '0 1 L * * Etc/GMT+2'],
    ['0 1 * * SUN#2', 'CET', '0 1 * * SUN#2 CET'],
    ['0 1 29 2 *', 'America/Argentina/Buenos_Aires', '0 1 29 2 * America/Argentina/Buenos_Aires'],
    ['*/15 8-18 * JAN,DEC *', 'Europe/Kyiv', '*/15 8-18 * JAN,DEC * Europe/Kyiv'],
  ])('but %j in %s is one', (cron, zone, text) => {
    expect(fault(cron, zone)).toBe(text);
  });
});
