import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AmbientValue } from '../../src/core/ambient-value.ts';
import { followsPromises, isFollowing } from '../support/promise-hooks.ts';

it('is read by everything that its work starts, and by nothing else', async () => {
  const value = new AmbientValue<string>();
  const read = async () => {
    await turn();
    return value.current();
  };
  const [one, two, none] = await Promise.all([value.run('one', read), value.run('two', read), read()]);
  expect([one, two, none]).toEqual(['one', 'two', null]);
  expect(value.run('outer', () => [value.run('inner', () => value.current()), value.current()])).toEqual([
    'inner',
    'outer',
  ]);
  expect(value.run('outer', () => value.exit(() => value.current()))).toBeNull();
});

it.runIf(followsPromises)('follows promises, which makes them slower, only while work runs within it', async () => {
  const value = new AmbientValue<string>();
  let release: () => void = () => undefined;
  const first = value.run('first', () => new Promise<void>((resolve) => (release = resolve)));
  const second = value.run('second', async () => {
    throw new Error('failed');
  });
  await expect(second).rejects.toThrow('failed');
  expect(await isFollowing()).toBe(true);
  release();
  await first;
  await turn();
  expect(await isFollowing()).toBe(false);
  expect(() =>
    value.run('third', () => {
      throw new Error('at once');
    }),
  ).toThrow('at once');
  expect(await isFollowing()).toBe(false);
  expect(value.run('again', () => value.current())).toBe('again');
});
