/** What a stream does when the identity that asked for it no longer holds. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilExpiry } from '../../../src/transport/shared/token-expiry.ts';

const dayMs = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Ends, and settles the pending read, when it is told to. */
function source() {
  const state = { returned: 0, settle: (_result: IteratorResult<string>) => {}, fail: (_error: Error) => {} };
  const stream: AsyncIterableIterator<string> = {
    next: () => new Promise((resolve, reject) => Object.assign(state, { settle: resolve, fail: reject })),
    return: () => {
      state.returned++;
      state.settle({ done: true, value: undefined });
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return { state, stream };
}

const expired = { code: 'UNAUTHENTICATED', message: 'This token has expired: ask again with a new one.' };

it('rejects the pending read at that moment, and ends its source', async () => {
  const { state, stream } = source();
  const expiring = untilExpiry(stream, { expiresAt: Date.now() + 5_000 });
  const waiting = expiring.next();
  const refused = expect(waiting).rejects.toMatchObject(expired);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(state.returned).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  expect(state.returned).toBe(1);
  expect(await expiring.next()).toEqual({ done: true, value: undefined });
});

it('ends without a pending read, too, and rejects the next one', async () => {
  const { state, stream } = source();
  const expiring = untilExpiry(stream, { expiresAt: Date.now() + 5_000 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.returned).toBe(1);
  await expect(expiring.next()).rejects.toMatchObject(expired);
  expect(await expiring.next()).toEqual({ done: true, value: undefined });
});

it('goes on for longer than a timer can run, where its identity does', async () => {
  const { state, stream } = source();
  const expiring = untilExpiry(stream, { expiresAt: Date.now() + 60 * dayMs });
  await vi.advanceTimersByTimeAsync(59 * dayMs);
  const waiting = expiring.next();
  state.settle({ done: false, value: 'still' });
  expect(await waiting).toEqual({ done: false, value: 'still' });
  await vi.advanceTimersByTimeAsync(dayMs);
  expect(state.returned).toBe(1);
});

it.each<[string, (stream: AsyncIterableIterator<string>, state: ReturnType<typeof source>['state']) => unknown]>([
  [
    'completes',
    (stream, state) => {
      const waiting = stream.next();
      state.settle({ done: true, value: undefined });
      return waiting;
    },
  ],
  [
    'fails',
    (stream, state) => {
      const waiting = stream.next();
      state.fail(new Error('of its own'));
      return expect(waiting).rejects.toThrow('of its own');
    },
  ],
  ['is left', (stream) => stream.return?.()],
])('leaves no timer behind where it %s before', async (_what, end) => {
  const { state, stream } = source();
  const expiring = untilExpiry(stream, { expiresAt: Date.now() + dayMs });
  expect(vi.getTimerCount()).toBe(1);
  await end(expiring, state);
  expect(vi.getTimerCount()).toBe(0);
});

it('is the very same where its identity does not expire', () => {
  const { stream } = source();
  expect(untilExpiry(stream, { expiresAt: null })).toBe(stream);
});
