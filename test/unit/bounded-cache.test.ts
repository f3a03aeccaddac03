/** Caches of limited size. */
import { expect, test } from 'vitest';
import { createBoundedCache } from '../../src/core/bounded-cache.ts';

test('holds so many entries at most, and drops the one that was used least recently', () => {
  const cache = createBoundedCache<string, { name: string }>(3);
  for (const name of ['a', 'b', 'c']) cache.set(name, { name });
  expect(cache.get('a')).toEqual({ name: 'a' });
  cache.set('d', { name: 'd' });
  expect([...cache.keys()].sort()).toEqual(['a', 'c', 'd']);
  for (let index = 0; index < 1000; index++) cache.set(`more ${index}`, { name: '' });
  expect(cache.size).toBe(3);
});

test('holds values that are false or empty', () => {
  const cache = createBoundedCache<string, boolean | string>(2);
  cache.set('no', false);
  cache.set('empty', '');
  expect([cache.get('no'), cache.get('empty'), cache.get('absent')]).toEqual([false, '', undefined]);
});
