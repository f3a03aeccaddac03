import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { Stop, whileFollowing } from '../../src/core/stop.ts';
import { createTimeouts } from '../../src/upstream/timeouts.ts';

test('it calls each listener once, for the first reason, and a late one at once', () => {
  const stop = new Stop();
  const heard: string[] = [];
  for (const name of ['a', 'b', 'c']) stop.onStop(() => heard.push(`${name} ${String(stop.reason)}`));
  stop.stop('gone');
  stop.stop('again');
  stop.expire();
  stop.onStop(() => heard.push('late'));
  expect(heard).toEqual(['a gone', 'b gone', 'c gone', 'late']);
  expect(stop).toMatchObject({ aborted: true, reason: 'gone', isExpired: false });
  expect(() => stop.throwIfAborted()).toThrow('gone');
});

test('it does not call a listener that was removed', () => {
  const stop = new Stop();
  const heard: string[] = [];
  const listeners = ['a', 'b', 'c'].map((name) => () => void heard.push(name));
  for (const listener of listeners) stop.onStop(listener);
  for (const listener of listeners.slice(0, 2)) stop.offStop(listener);
  stop.stop('gone');
  expect(heard).toEqual(['c']);
});

test.each(['before', 'after'])('its signal, made %s it stops, aborts for its reason', (when) => {
  const stop = new Stop();
  if (when === 'before') expect(stop.signal.aborted).toBe(false);
  stop.stop('gone');
  expect(stop.signal).toMatchObject({ aborted: true, reason: 'gone' });
  expect(stop.signal).toBe(stop.signal);
});

test('it follows a signal for as long as the work takes', async () => {
  const parent = new AbortController();
  const work = whileFollowing(
    parent.signal,
    (stop) => new Promise((resolve) => stop.onStop(() => resolve(stop.reason))),
  );
  parent.abort('gone');
  expect(await work).toBe('gone');
  expect(await whileFollowing(parent.signal, async (stop) => stop.reason)).toBe('gone');
  const other = new AbortController();
  await expect(whileFollowing(other.signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
});

test('calls of one duration expire each at its own time, and not once they have ended', () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  try {
    const timeouts = createTimeouts(1_000);
    const [first, ended, second, later] = [new Stop(), new Stop(), new Stop(), new Stop()];
    const expired = () => [first, ended, second, later].map(({ isExpired }) => isExpired);
    for (const stop of [first, ended]) timeouts.add(stop);
    vi.advanceTimersByTime(400);
    timeouts.add(second);
    timeouts.remove(ended);
    vi.advanceTimersByTime(599);
    expect(expired()).toEqual([false, false, false, false]);
    vi.advanceTimersByTime(1);
    expect(expired()).toEqual([true, false, false, false]);
    expect(first.reason).toMatchObject({ name: 'TimeoutError' });
    vi.advanceTimersByTime(400);
    expect(expired()).toEqual([true, false, true, false]);
    vi.advanceTimersByTime(5_000);
    timeouts.add(later);
    vi.advanceTimersByTime(1_000);
    expect(expired()).toEqual([true, false, true, true]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
