import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { defaultGrace, type Expectation } from '../../src/lists/expectation.ts';
import type { Latest } from '../../src/lists/latest.ts';
import { toProtection } from '../../src/lists/protection.ts';
import { aBackup, anEntity } from '../support/model.ts';

const second = 1_000_000;
const now = Date.parse('2026-11-21T07:00:00Z') * 1000;
const problem = { provider: 'one', entityId: null, error: new GatewayError('INCOMPLETE', 'not all was read') };

const endedAgo = (seconds: number, more: Partial<Latest> = {}): Latest => ({
  backup: aBackup({ sortedAt: now - seconds * second - 1, endedAt: now - seconds * second }),
  counted: 0,
  problem: null,
  ...more,
});
const none: Latest = { backup: null, counted: 3, problem: null };

/** An interval without grace, so that its limits are plain. */
const every = (everySeconds: number): Expectation => ({
  everySeconds,
  schedule: null,
  graceSeconds: 0,
  isGraceBounded: false,
});

const judge = (latest: Latest, expected: number | null) =>
  toProtection(anEntity('e'), latest, expected === null ? null : every(expected), now);

describe('a thing is', () => {
  test('protected as long as its newest success is not older than expected, to the microsecond', () => {
    expect(judge(endedAgo(3_600), 3_600)).toEqual({
      status: 'PROTECTED',
      lastSuccessAt: now - 3_600 * second,
      expectedEverySeconds: 3_600,
      expectedSchedule: null,
      dueAt: now,
      dataPresence: 'UNKNOWN',
      failuresSinceLastSuccess: 0,
      incomplete: null,
      problem: null,
    });
    expect(judge(endedAgo(3_600 + 0.000_001), 3_600).status).toBe('OVERDUE');
  });

  test('neither protected nor overdue by any success where nothing is expected', () => {
    for (const age of [1, 1e8]) {
      const judged = judge(endedAgo(age, { counted: 2 }), null);
      expect(judged).toMatchObject({ status: 'NO_EXPECTATION', expectedEverySeconds: null, dueAt: null });
      expect(judged).toMatchObject({ lastSuccessAt: now - age * second, failuresSinceLastSuccess: 2, problem: null });
    }
    expect(judge(endedAgo(1e8, { problem }), null)).toMatchObject({ status: 'NO_EXPECTATION', problem: null });
  });

  test('never backed up where that is proven, whatever is expected', () => {
    for (const expected of [null, 60]) {
      expect(judge(none, expected)).toMatchObject({
        status: 'NEVER_BACKED_UP',
        lastSuccessAt: null,
        dueAt: null,
        failuresSinceLastSuccess: 3,
        problem: null,
      });
      expect(judge({ ...none, counted: null, problem }, expected)).toMatchObject({ status: 'UNKNOWN', problem });
    }
  });

  test('unknown where a newer success may be missing, and protected by one that is new enough all the same', () => {
    const old = judge(endedAgo(7_200, { counted: null, problem }), 3_600);
    expect(old).toMatchObject({ status: 'UNKNOWN', failuresSinceLastSuccess: null, problem });
    expect(old.lastSuccessAt).toBe(now - 7_200 * second);
    expect(judge(endedAgo(60, { counted: null, problem }), 3_600)).toMatchObject({
      status: 'PROTECTED',
      problem: null,
    });
  });

  test('as old as its place in the list where its end is not said', () => {
    const backup = aBackup({ sortedAt: now - 60 * second, endedAt: null });
    expect(judge({ ...none, backup }, 61).lastSuccessAt).toBe(now - 60 * second);
    expect(judge({ ...none, backup }, 59).status).toBe('OVERDUE');
  });

  test('unknown where its success has no time, unless nothing is expected', () => {
    for (const sortedAt of [0, null]) {
      const latest = { ...none, backup: aBackup({ sortedAt, endedAt: null }) };
      const judged = judge(latest, 3_600);
      expect(judged).toMatchObject({ status: 'UNKNOWN', lastSuccessAt: null });
      expect(judged.problem).toMatchObject({ provider: 'one', entityId: 'e', error: { code: 'INCOMPLETE' } });
      expect(judge(latest, null).status).toBe('NO_EXPECTATION');
    }
  });
});

describe('a success may be late by the grace', () => {
  const hour = 3_600;
  const day = 24 * hour;
  const withGrace = (
    everySeconds: number,
    graceSeconds: number | null = null,
    isGraceBounded = false,
  ): Expectation => ({
    everySeconds,
    schedule: null,
    graceSeconds,
    isGraceBounded,
  });
  const statusAfter = (seconds: number, expectation: Expectation) =>
    toProtection(anEntity('e'), endedAgo(seconds), expectation, now).status;

  test('a nightly job that ends three minutes later than yesterday stays protected, and so it does on a day of 25 hours', () => {
    expect(statusAfter(day + 180, withGrace(day))).toBe('PROTECTED');
    expect(statusAfter(day + hour, withGrace(day))).toBe('PROTECTED');
    expect(statusAfter(day + 2.4 * hour, withGrace(day))).toBe('PROTECTED');
    expect(statusAfter(day + 2.4 * hour + 1, withGrace(day))).toBe('OVERDUE');
  });

  test.each([
    ['10 minutes', 600, 300],
    ['30 minutes', 1_800, 900],
    ['1 hour', hour, 1_800],
    ['4 hours', 4 * hour, 1_800],
    ['10 hours', 10 * hour, hour],
    ['1 day', day, 2.4 * hour],
    ['60 hours', 60 * hour, 6 * hour],
    ['2 weeks', 14 * day, 6 * hour],
  ])('which is by default, of %s: %d seconds, %d', (_name, interval, grace) => {
    expect(defaultGrace(interval)).toBe(grace);
    expect(statusAfter(interval + grace, withGrace(interval))).toBe('PROTECTED');
    expect(statusAfter(interval + grace + 1, withGrace(interval))).toBe('OVERDUE');
  });

  test('which is what was chosen, and half of an interval that it was not chosen for', () => {
    expect(statusAfter(day + 12 * hour, withGrace(day, 12 * hour))).toBe('PROTECTED');
    expect(statusAfter(day + 1, withGrace(day, 0))).toBe('OVERDUE');
    expect(statusAfter(1.5 * hour, withGrace(hour, 12 * hour, true))).toBe('PROTECTED');
    expect(statusAfter(1.5 * hour + 1, withGrace(hour, 12 * hour, true))).toBe('OVERDUE');
  });

  test('due until then, also where it is UNKNOWN whether a newer one came', () => {
    const at = now - 2 * day * second;
    const due = at + (day + 2.4 * hour) * second;
    expect(toProtection(anEntity('e'), endedAgo(2 * day), withGrace(day), now)).toMatchObject({
      status: 'OVERDUE',
      lastSuccessAt: at,
      expectedEverySeconds: day,
      dueAt: due,
    });
    expect(toProtection(anEntity('e'), endedAgo(2 * day, { problem }), withGrace(day), now)).toMatchObject({
      status: 'UNKNOWN',
      dueAt: due,
    });
  });
});

test('PROTECTED, OVERDUE and NEVER_BACKED_UP are each proven; UNKNOWN has a reason', () => {
  const latest = fc.record({
    age: fc.option(fc.integer({ min: -100, max: 10_000 })),
    isUncertain: fc.boolean(),
    expected: fc.option(fc.integer({ min: 60, max: 5_000 })),
  });
  fc.assert(
    fc.property(latest, ({ age, isUncertain, expected }) => {
      const why = isUncertain ? problem : null;
      const judged = judge(age === null ? { ...none, problem: why } : endedAgo(age, { problem: why }), expected);
      const isYoung = age !== null && (expected === null || age <= expected);
      const good = expected === null ? 'NO_EXPECTATION' : 'PROTECTED';
      const proven = age === null ? 'NEVER_BACKED_UP' : 'OVERDUE';
      expect(judged.status).toBe(isYoung ? good : isUncertain ? 'UNKNOWN' : proven);
      expect(judged.problem !== null).toBe(judged.status === 'UNKNOWN');
      expect(judged.dueAt !== null).toBe(age !== null && expected !== null);
    }),
  );
});
