import { expect, test } from 'vitest';
import { stepFor, toGrowth } from '../../web/screens/statistics/growth.ts';

const step = (start: string | null, name: string, storedBytes: number | null) => ({
  start,
  provider: { name },
  storedBytes,
});

test('what each system has stored is added up, also over steps in which it stored nothing', () => {
  expect(
    toGrowth([
      step('2026-11-01T00:00:00Z', 'files', 5),
      step('2026-11-02T00:00:00Z', 'machines', 7),
      step('2026-11-03T00:00:00Z', 'files', 1),
      step('2026-11-03T00:00:00Z', 'silent', null),
      step(null, 'files', 100),
    ]),
  ).toEqual({
    times: ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z'],
    systems: [
      { name: 'files', values: [5, 5, 6] },
      { name: 'machines', values: [0, 7, 7] },
    ],
  });
});

test('steps are longer where there are many systems, since the gateway gives at most 2,000 groups', () => {
  expect(stepFor(365, 4)).toBe('DAY');
  expect(stepFor(365, 20)).toBe('WEEK');
  expect(stepFor(365, 100)).toBe('MONTH');
});
