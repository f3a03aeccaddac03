/** Writes that nobody waits for: in order, bounded, and reported where they are dropped. */
import { expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { createDeferredWrites } from '../../src/storage/deferred-writes.ts';
import type { StorageHealth } from '../../src/storage/storage-health.ts';

/** A database that can be written while `isUp`. */
function aDatabase() {
  const state = { isUp: true };
  const health: StorageHealth = {
    failure: () => null,
    async write(work) {
      if (!state.isUp) throw new GatewayError('STORAGE_UNAVAILABLE', 'The disk is full.');
      return work();
    },
    read: (work) => work(),
    onRecovery: () => () => undefined,
    close: () => undefined,
  };
  return { state, health };
}

test('are made at once, and after a failure in the order of the calls', async () => {
  const { state, health } = aDatabase();
  const deferred = createDeferredWrites(health);
  const written: number[] = [];
  const write = (value: number) => deferred.write(async () => void written.push(value));
  await write(1);
  expect(written).toEqual([1]);
  state.isUp = false;
  await write(2);
  expect(await deferred.flush()).toBe(false);
  state.isUp = true;
  // An earlier one still waits, so this one must not overtake it.
  await write(3);
  expect(await deferred.flush()).toBe(true);
  expect(written).toEqual([1, 2, 3]);
});

test('beyond the limit are dropped, which is reported once', async () => {
  const { state, health } = aDatabase();
  const dropped: number[] = [];
  const deferred = createDeferredWrites(health, { max: 2, onDropped: (count) => dropped.push(count) });
  const written: number[] = [];
  state.isUp = false;
  for (const value of [1, 2, 3, 4, 5]) await deferred.write(async () => void written.push(value));
  expect(await deferred.flush()).toBe(false);
  expect(dropped).toEqual([]);
  state.isUp = true;
  for (let time = 0; time < 2; time++) expect(await deferred.flush()).toBe(true);
  expect(written).toEqual([1, 2]);
  expect(dropped).toEqual([3]);
});

test('that fail for a bug of ours throw', async () => {
  const { health } = aDatabase();
  const bug = async () => {
    throw new TypeError('There is no such column.');
  };
  await expect(createDeferredWrites(health).write(bug)).rejects.toThrow(TypeError);
});
