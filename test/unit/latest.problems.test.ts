import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Latest } from '../../src/lists/latest.ts';
import { newestSuccess } from '../../src/lists/protection.ts';
import { aProduct, incomplete, isTogether, look, names, row, rowsOf } from '../support/latest-product.ts';
import { aProvider, codeOf, unavailable } from '../support/model.ts';

const codeOfProblem = ({ problem }: Latest): string | null => problem?.error.code ?? null;

describe('while something is missing', () => {
  test('a provider that is away is asked once, and every entity has its reason', async () => {
    const product = aProduct([], () => {
      throw unavailable();
    });
    const found = await look(product, names(50));
    expect(new Set(found.map(codeOfProblem))).toEqual(new Set(['PROVIDER_UNAVAILABLE']));
    expect(product.queries).toHaveLength(1);
  });

  test('nor is one that is asked too much already', async () => {
    const product = aProduct([], () => {
      throw new GatewayError('RATE_LIMITED', 'Too many wait.');
    });
    await look(product, names(50));
    expect(product.queries).toHaveLength(1);
  });

  test('what was found before it went away stays', async () => {
    const product = aProduct([...names(10).map((id) => row(id)), ...rowsOf('e0', 500, {})], ({ after }) => {
      if (after) throw unavailable();
      return null;
    });
    const found = await look(product, [...names(10), ...names(30).slice(20)]);
    expect(found.slice(0, 10).every(({ problem }) => problem === null)).toBe(true);
    expect(new Set(found.slice(10).map(codeOfProblem))).toEqual(new Set(['PROVIDER_UNAVAILABLE']));
  });

  test('one entity’s failure is its own', async () => {
    const product = aProduct(
      [row('a'), row('b')],
      ({ filter }) => {
        if (filter.entityIds?.includes('a')) throw unavailable();
        return null;
      },
      { listsByEntity: true },
    );
    const [a, b, c] = await look(product, ['a', 'b', 'c']);
    expect(a).toMatchObject({ backup: null, counted: null, problem: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
    expect(b).toMatchObject({ backup: { entityId: 'b' }, problem: null });
    expect(c).toEqual({ backup: null, counted: 0, problem: null });
  });

  test('a list of all that ends early proves nothing of those that it did not show: each is asked for', async () => {
    const rows = [row('a'), row('b', { status: 'FAILED' }), row('b')];
    const product = aProduct(rows, (query, page) =>
      isTogether(query) ? { rows: page.rows.slice(0, 1), isEnd: true, problems: [incomplete()] } : null,
    );
    expect(await look(product, ['a', 'b', 'c'])).toEqual([
      { backup: rows[0], counted: 0, problem: null },
      { backup: rows[2], counted: 1, problem: null },
      { backup: null, counted: 0, problem: null },
    ]);
  });

  test('an own list that ends early, with or without a word, proves nothing', async () => {
    const rows = [row('a'), ...rowsOf('a', 30, {})];
    const early = aProduct(rows, (_query, page) => ({ ...page, rows: [], isEnd: true, problems: [incomplete('a')] }));
    expect(await look(early, ['a'])).toMatchObject([
      { backup: null, problem: { error: { message: 'the rest is missing' } } },
    ]);
    const silent = aProduct(rows, () => ({ rows: [], isEnd: false, problems: [] }));
    expect(await look(silent, ['a'])).toMatchObject([{ backup: null, problem: { error: { code: 'INCOMPLETE' } } }]);
  });

  test('a success on a page with a problem is shown, and not as the newest for certain', async () => {
    const rows = [row('a')];
    const product = aProduct(rows, (_query, page) => ({ ...page, problems: [incomplete()] }));
    expect(await look(product, ['a'])).toMatchObject([{ backup: rows[0], counted: null, problem: {} }]);
  });

  test('nor is one on a page of a system that went away meanwhile, which is not asked again', async () => {
    const rows = [row('a', { status: 'FAILED' }), row('a')];
    const away = { ...incomplete('a'), error: unavailable() };
    const product = aProduct(rows, (_query, page) => ({ ...page, problems: [away] }));
    expect(await look(product, ['a'])).toEqual([{ backup: rows[1], counted: null, problem: away }]);
    expect(product.queries).toHaveLength(1);
  });

  test('nor is one on a page that is short without a word: newer ones may be what it lacks', async () => {
    const rows = [row('a', { status: 'FAILED' }), row('a'), row('a')];
    const product = aProduct(rows, (_query, page) => ({ ...page, rows: page.rows.slice(-1), isEnd: false }));
    expect(await look(product, ['a'])).toMatchObject([
      { backup: rows[2], counted: null, problem: { error: { code: 'INCOMPLETE' } } },
    ]);
  });

  test('what the list of all showed is kept where asking for the entity alone fails', async () => {
    const rows = [row('a'), row('b')];
    const product = aProduct(rows, (query, page) => {
      if (!isTogether(query)) throw unavailable();
      return { ...page, problems: [incomplete()] };
    });
    expect(await look(product, ['a', 'b', 'c'])).toMatchObject([
      { backup: rows[0], counted: null, problem: { entityId: 'a', error: { code: 'PROVIDER_UNAVAILABLE' } } },
      { backup: rows[1], counted: null, problem: { entityId: 'b' } },
      { backup: null, counted: null, problem: { entityId: 'c' } },
    ]);
  });

  test('another entity’s missing part says nothing of this one, which is then asked for by itself', async () => {
    const rows = [row('a'), row('b')];
    const product = aProduct(rows, (query) =>
      isTogether(query) ? { rows: [], isEnd: false, problems: [incomplete('x'), incomplete('y')] } : null,
    );
    expect(await look(product, ['a', 'c'])).toMatchObject([
      { backup: rows[0], problem: null },
      { backup: null, problem: null },
    ]);
  });

  test('rows that cannot be read are in the way only of what is behind them', async () => {
    const broken = {
      ...listed(row('b')),
      open: () => {
        throw new GatewayError('PROVIDER_INVALID_RESPONSE', 'not a row');
      },
    };
    const [a, b] = [row('a'), row('b')];
    const product = aProduct([a, b], () => ({ rows: [listed(a), broken, listed(b)], isEnd: true, problems: [] }));
    const [first, second] = await look(product, ['a', 'b']);
    expect(first).toMatchObject({ backup: a, problem: { error: { code: 'PROVIDER_INVALID_RESPONSE' } } });
    expect(second).toMatchObject({
      backup: null,
      counted: null,
      problem: { error: { code: 'PROVIDER_INVALID_RESPONSE' } },
    });
  });

  test('a failure that cannot be read does not hide a success that can', async () => {
    const rows = [row('a', { status: 'FAILED' }), row('a')];
    const product = aProduct(rows, ({ filter }) => {
      if (filter.statuses?.includes('FAILED')) throw new GatewayError('PROVIDER_INVALID_RESPONSE', 'not a row');
      return null;
    });
    expect(await look(product, ['a'])).toEqual([{ backup: rows[1], counted: null, problem: null }]);
  });

  test('nobody waits longer than the provider’s time', async () => {
    const provider = aProvider({
      listBackups: (_query, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(unavailable()))),
    });
    const found = await look({ provider, queries: [] }, ['a', 'b'], newestSuccess, 20);
    expect(found.map(codeOfProblem)).toEqual(['PROVIDER_TIMEOUT', 'PROVIDER_TIMEOUT']);
  });

  test('a bug is no provider’s fault', async () => {
    const product = aProduct([], () => {
      throw new TypeError('undefined is not a function');
    });
    expect(await codeOf(look(product, ['a', 'b']))).toContain('not ours');
  });
});
