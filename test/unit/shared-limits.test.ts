/** What one of several gateways remembers of the limits that they count together is bounded. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSharedFailures } from '../../src/storage/shared-failures.ts';
import { createSlicedRate } from '../../src/storage/sliced-rate.ts';

const manyKeys = Array.from({ length: 10_000 }, (_, index) => `key ${index}`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function aRate() {
  const asked: string[] = [];
  const answer = (key: string): Promise<number> => {
    asked.push(key);
    return Promise.resolve(0);
  };
  return { asked, rate: { take: answer, wait: answer } };
}

test('beyond 10,000 keys, what is left of the slices is given up, and asked for again', async () => {
  const { asked, rate } = aRate();
  const sliced = createSlicedRate({ rate, perMinute: () => 1_000, gateways: () => 1 });
  await sliced.take('first');
  await sliced.take('first');
  expect(asked).toEqual(['first']);
  for (const key of manyKeys) await sliced.take(key);
  await sliced.take('first');
  expect(asked.filter((key) => key === 'first')).toHaveLength(2);
});

test('beyond 10,000 keys that failed, the database is asked about every key for a minute', async () => {
  const { asked, rate } = aRate();
  const tell = vi.fn<(notice: { readonly topic: string; readonly of: string } | null) => void>();
  const notices = {
    onNotice: (listener: typeof tell) => void tell.mockImplementation(listener),
    tellNow: () => Promise.resolve(),
  };
  const failures = createSharedFailures(rate as never, notices as never);
  vi.advanceTimersByTime(60_001);
  for (const of of manyKeys) tell({ topic: 'failed', of });
  expect(failures.wait('another')).toBe(0);
  tell({ topic: 'failed', of: 'one more' });
  await failures.wait('another');
  expect(asked).toEqual(['another']);
  // The keys have had their minute, and make room.
  vi.advanceTimersByTime(60_001);
  tell({ topic: 'failed', of: 'one more' });
  expect(failures.wait('another')).toBe(0);
  await failures.wait('one more');
  expect(asked).toEqual(['another', 'one more']);
});
