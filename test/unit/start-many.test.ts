/** How many starts of one request are sent at the same time. */
import { expect, it } from 'vitest';
import { startMany } from '../../src/commands/start-many.ts';

it.each([null, 'a key'])('sends eight at a time, and the next when one has answered (key: %s)', async (key) => {
  const entities = Array.from({ length: 30 }, (_, index) => `entity ${index}`);
  const open = new Map<string, () => void>();
  let most = 0;
  const all = startMany(entities, key, async (entity, _place, _key, opened) => {
    opened();
    await new Promise<void>((resolve) => {
      open.set(entity, resolve);
      most = Math.max(most, open.size);
    });
    open.delete(entity);
    return { error: null };
  });
  let started = 0;
  while (started < entities.length) {
    // Every start that may begin has begun once the queue of promises is empty.
    await new Promise((resolve) => setImmediate(resolve));
    // The first, which claims the key, is one more.
    expect(open.size).toBe(Math.min(8 + (key !== null && open.has('entity 0') ? 1 : 0), entities.length - started));
    const [last] = [...open.keys()].slice(-1);
    open.get(last ?? '')?.();
    started++;
  }
  await all;
  expect(most).toBe(key === null ? 8 : 9);
});
