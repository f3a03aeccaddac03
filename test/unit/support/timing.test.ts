import { setTimeout as pass } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DeadlineTooShort, deadlineMs, slowness, until, withDeadline } from '../../support/timing.ts';

it('a machine is never faster than an idle one, and the factor has a limit', () => {
  expect(slowness()).toBeGreaterThanOrEqual(1);
  expect(slowness()).toBeLessThanOrEqual(30);
  expect(deadlineMs(100)).toBeGreaterThanOrEqual(100);
});

it('a wait ends with the first value that is truthy, and gives it', async () => {
  let looks = 0;
  expect(await until(() => (++looks < 3 ? null : `look ${looks}`))).toBe('look 3');
  await expect(until(() => Promise.reject(new Error('the look failed')))).rejects.toThrow('the look failed');
});

it('a deadline that was too short for the scenario is doubled until it is long enough', async () => {
  const given: number[] = [];
  const reached = withDeadline(1, async (ms) => {
    given.push(ms);
    await pass(1);
    if (given.length < 4) throw new DeadlineTooShort();
    return 'reached';
  });
  expect(await reached).toBe('reached');
  expect(given).toEqual([1, 2, 4, 8]);
});

it('a deadline that nothing meets fails after six tries, and any other failure at once', async () => {
  let tries = 0;
  const never = withDeadline(1, () => {
    tries++;
    return Promise.reject(new DeadlineTooShort('nothing came'));
  });
  await expect(never).rejects.toThrow('nothing came');
  expect(tries).toBe(6);
  await expect(withDeadline(1, () => Promise.reject(new Error('other')))).rejects.toThrow('other');
});
