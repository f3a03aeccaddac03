import { describe, expect, test } from 'vitest';
import { readCollections } from '../../providers/_kit/readers/collections.ts';
import { readTimeBound, type TimeBoundSource, type TimeWindow } from '../../providers/_kit/readers/time-bound.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { compareKeys } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { makeRows, namesOf } from '../support/histories.ts';
import { aBackup, never } from '../support/model.ts';
import { opened } from '../support/opened.ts';
import { aTimedProduct, first } from '../support/timed-product.ts';

describe('a product whose later pages repeat earlier ones', () => {
  const rows = Array.from({ length: 40 }, (_, index) =>
    aBackup({ externalId: String(index), sortedAt: index * 60_000_000 }),
  );
  const growing = (sizeOf: (page: number) => number, calls: TimeWindow[]): TimeBoundSource => ({
    provider: 'one',
    entityId: null,
    maxLimit: 2000,
    fetch: (window) => {
      calls.push(window);
      const found = [...rows].sort(compareKeys).slice(0, sizeOf(window.page));
      return Promise.resolve({ rows: found.map(listed), total: found.length < 40 ? null : 40, isCumulative: true });
    },
  });

  test('is read by the next page of the same window', async () => {
    const calls: TimeWindow[] = [];
    const { source, limit } = { source: growing((page) => 4 ** (page + 1), calls), limit: 10 };
    const page = await opened(readTimeBound(source, first('descending', limit), never));
    expect(namesOf(page.rows)).toEqual(namesOf([...rows].sort(compareKeys).slice(0, limit)));
    expect(calls.map(({ page: number, to }) => [number, to])).toEqual([
      [0, null],
      [1, null],
    ]);
  });

  test('and never return a new row is not read forever', async () => {
    const calls: TimeWindow[] = [];
    const page = await opened(
      readTimeBound(
        growing(() => 4, calls),
        first('descending', 10),
        never,
      ),
    );
    expect(page.rows).toHaveLength(3);
    expect(page).toMatchObject({ isEnd: false, problems: [{ error: { code: 'INCOMPLETE' } }] });
    expect(calls.length).toBeLessThanOrEqual(501);
  });
});

test('a list that ends with the page takes one call', async () => {
  for (const way of ['descending', 'ascending'] as const) {
    for (const count of [0, 1, 10]) {
      const product = aTimedProduct(makeRows('one', Array<number>(count).fill(0), 1));
      const page = await opened(readTimeBound(product.source, first(way, 10), never));
      expect(page).toMatchObject({ isEnd: true, problems: [] });
      expect(page.rows).toHaveLength(count);
      expect(product.calls).toHaveLength(1);
    }
  }
});

test('no row with a time comes before a row without one, so no request is sent', async () => {
  const product = aTimedProduct(makeRows('one', Array<number>(10).fill(0), 1));
  const after = { sortedAt: null, provider: 'two', externalId: '1' };
  const page = await readTimeBound(product.source, { ...first('ascending', 5), after }, never);
  expect(page).toEqual({ rows: [], isEnd: true, problems: [] });
  expect(product.calls).toEqual([]);
  const below = await readTimeBound(product.source, { ...first('descending', 5), after }, never);
  expect(below.rows).toHaveLength(5);
});

describe('several collections of one provider', () => {
  const collection = (entityId: string, rows: readonly Backup[]) => ({
    entityId,
    read: (query: PageQuery) => readTimeBound(aTimedProduct(rows).source, query, never),
  });
  const down = (entityId: string) => ({
    entityId,
    read: () => Promise.reject(new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.')),
  });
  const odd = makeRows('one', Array<number>(30).fill(0), 1).filter(({ externalId }) => Number(externalId) % 2 === 1);
  const even = makeRows('one', Array<number>(30).fill(0), 1).filter(({ externalId }) => Number(externalId) % 2 === 0);

  test('are merged into one list', async () => {
    const page = await readCollections(
      'one',
      [collection('a', odd), collection('b', even)],
      first('descending', 20),
      never,
    );
    expect(namesOf(page.rows)).toEqual(namesOf([...odd, ...even].sort(compareKeys).slice(0, 20)));
    expect(page.isEnd).toBe(false);
  });

  test('continue without one that fails, which is reported', async () => {
    const page = await readCollections('one', [collection('a', odd), down('b')], first('descending', 100), never);
    expect(page.rows).toHaveLength(15);
    expect(page).toMatchObject({
      isEnd: false,
      problems: [{ entityId: 'b', error: { code: 'PROVIDER_UNAVAILABLE' } }],
    });
  });

  test('fail if all of them fail', async () => {
    await expect(readCollections('one', [down('a'), down('b')], first('descending', 5), never)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
  });
});
