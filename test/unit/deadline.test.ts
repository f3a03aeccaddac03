import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createDeadline, untilAborted } from '../../src/core/deadline.ts';

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

test('it aborts when its time is over, and says so', async () => {
  using deadline = createDeadline(new AbortController().signal, 5);
  expect(deadline.isExpired()).toBe(false);
  await aborted(deadline.signal);
  expect(deadline.isExpired()).toBe(true);
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('it aborts with its parent, for its reason, and has not expired', () => {
  const parent = new AbortController();
  using deadline = createDeadline(parent.signal, 60_000);
  parent.abort('gone');
  expect(deadline.signal.reason).toBe('gone');
  expect(deadline.isExpired()).toBe(false);
});

test('it is aborted from the start where its parent is', () => {
  using deadline = createDeadline(AbortSignal.abort('gone'), 60_000);
  expect(deadline.signal.reason).toBe('gone');
});

test('it leaves nothing on a parent that lives for days', () => {
  const parent = new AbortController();
  for (let call = 0; call < 100; call++) createDeadline(parent.signal, 60_000)[Symbol.dispose]();
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0);
});

test('it does not abort any more once it was disposed of', async () => {
  const parent = new AbortController();
  const deadline = createDeadline(parent.signal, 1);
  deadline[Symbol.dispose]();
  parent.abort();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(deadline.signal.aborted).toBe(false);
});

test('waiting ends with the work, and leaves no listener', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  await Promise.resolve();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('waiting ends with the signal, also where the work never does', async () => {
  const controller = new AbortController();
  const waiting = untilAborted(new Promise(() => undefined), controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});

test.each(['before', 'after'])(
  'work that fails when nobody waits any more, aborted %s it began, is no unhandled rejection',
  async (when) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const controller = new AbortController();
    if (when === 'before') controller.abort('gone');
    const waiting = untilAborted(Promise.reject(new Error('too late')), controller.signal);
    controller.abort('gone');
    await expect(waiting).rejects.toBe('gone');
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  },
);
