/** Slots that several gateways divide among them. */
import { expect, test } from 'vitest';
import type { Stop } from '../../src/core/stop.ts';
import { createSemaphore } from '../../src/upstream/semaphore.ts';

const ignore = () => undefined;
const stop = { throwIfAborted: ignore, onStop: ignore, offStop: ignore } as unknown as Stop;

test('slots are divided by the number of gateways, which changes, and each has one at least', async () => {
  let gateways = 1;
  const semaphore = createSemaphore({ provider: 'p', what: 'reads', slots: 4, sharedBy: () => gateways, queue: 10 });
  const started: number[] = [];
  for (let call = 0; call < 8; call++) {
    const turn = semaphore.enter(stop);
    if (turn !== undefined) void turn.then(() => started.push(call));
    else started.push(call);
  }
  const startedAfter = async () => {
    semaphore.leave();
    await Promise.resolve();
    return started.length;
  };
  expect(started).toEqual([0, 1, 2, 3]);
  gateways = 2;
  // Of four slots two are left: two calls end before another one starts.
  expect([await startedAfter(), await startedAfter(), await startedAfter()]).toEqual([4, 4, 5]);
  gateways = 9;
  expect([await startedAfter(), await startedAfter()]).toEqual([5, 6]);
  gateways = 1;
  expect(await startedAfter()).toBe(8);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
