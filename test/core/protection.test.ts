import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { Latest } from '../../src/core/lists/latest.ts';
import { toProtection } from '../../src/core/lists/protection.ts';
import { aBackup, anEntity } from './model.ts';

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

const judge = (latest: Latest, expected: number | null) => toProtection(anEntity('e'), latest, expected, now);

describe('a thing is', () => {
  test('protected as long as its newest success is not older than expected, to the microsecond', () => {
    expect(judge(endedAgo(3_600), 3_600)).toEqual({
      status: 'PROTECTED',
      lastSuccessAt: now - 3_600 * second,
      expectedEverySeconds: 3_600,
      failuresSinceLastSuccess: 0,
      problem: null,
    });
    expect(judge(endedAgo(3_600 + 0.000_001), 3_600).status).toBe('OVERDUE');
  });

  test('protected by any success where nothing is expected', () => {
    expect(judge(endedAgo(1e8), null)).toMatchObject({ status: 'PROTECTED', expectedEverySeconds: null });
    expect(judge(endedAgo(1e8, { problem }), null).status).toBe('PROTECTED');
  });

  test('never backed up where that is proven, whatever is expected', () => {
    for (const expected of [null, 60]) {
      expect(judge(none, expected)).toMatchObject({
        status: 'NEVER_BACKED_UP',
        lastSuccessAt: null,
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
      expect(judge(latest, null).status).toBe('PROTECTED');
    }
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
      const proven = age === null ? 'NEVER_BACKED_UP' : 'OVERDUE';
      expect(judged.status).toBe(isYoung ? 'PROTECTED' : isUncertain ? 'UNKNOWN' : proven);
      expect(judged.problem !== null).toBe(judged.status === 'UNKNOWN');
    }),
  );
});
