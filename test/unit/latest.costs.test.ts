import { describe, expect, test } from 'vitest';
import type { Provider } from '../../src/core/provider.ts';
import { maxApart } from '../../src/lists/latest-problems.ts';
import { aProduct, isTogether, look, names, row, rowsOf } from '../support/latest-product.ts';

describe('what it costs', () => {
  const night = (count: number) => names(count).map((id) => row(id));

  test('is one list for 200 entities that one list can answer for', async () => {
    const product = aProduct([...night(200), ...night(200)]);
    const found = await look(product, names(200));
    expect(found.every(({ backup, problem }) => backup && !problem)).toBe(true);
    expect(product.queries.map(({ limit, filter }) => [limit, filter.entityIds])).toEqual([[200, null]]);
  });

  test('is a list for each of the few that it did not find, and none where there is only one', async () => {
    const rare = rowsOf('rare', 1, { sortedAt: 1 });
    const product = aProduct([...night(195), ...night(195), ...rare]);
    const found = await look(product, [...names(195), 'rare', 'never']);
    expect(found.slice(-2)).toMatchObject([
      { backup: { entityId: 'rare' }, problem: null },
      { backup: null, problem: null },
    ]);
    expect(product.queries.map(({ filter }) => filter.entityIds)).toEqual([null, ['rare'], ['never']]);
    const alone = aProduct(night(5));
    await look(alone, ['e3']);
    expect(alone.queries.map(({ limit, filter }) => [limit, filter.entityIds])).toEqual([[10, ['e3']]]);
  });

  test('is a list for each where the product lists each on its own', async () => {
    const product = aProduct(night(20), undefined, { listsByEntity: true });
    await look(product, names(20));
    expect(product.queries.map(({ filter }) => filter.entityIds)).toEqual(names(20).map((id) => [id]));
  });

  test('goes on in the list of all for 2,000 rows while more than eight are missing', async () => {
    const noisy = rowsOf('noisy', 3_000, {});
    const product = aProduct([...noisy, ...night(9)]);
    const found = await look(product, ['noisy', ...names(9)]);
    expect(found.every(({ problem }) => problem === null)).toBe(true);
    expect(product.queries.filter(isTogether).map(({ limit }) => limit)).toEqual([200, 400, 800, 600]);
    expect(product.queries.filter((query) => !isTogether(query))).toHaveLength(9);
    const eight = aProduct([...noisy, ...night(8)]);
    await look(eight, ['noisy', ...names(8)]);
    expect(eight.queries.filter(isTogether)).toHaveLength(1);
  });

  test('is at most 200 lists of single entities, eight at once; beyond that the client is told to ask for fewer', async () => {
    let running = 0;
    let most = 0;
    const { provider } = aProduct([], () => null, { listsByEntity: true });
    const { listBackups } = provider;
    const slow: Provider = {
      ...provider,
      async listBackups(query, signal) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return listBackups(query, signal);
      },
    };
    const found = await look({ provider: slow, queries: [] }, names(maxApart + 1));
    expect(most).toBe(8);
    expect(found.filter(({ problem }) => problem === null)).toHaveLength(200);
    expect(found.at(-1)?.problem?.error).toMatchObject({
      code: 'INCOMPLETE',
      message: expect.stringContaining('fewer'),
    });
  });
});
