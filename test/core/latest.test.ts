import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter } from '../../src/core/filter.ts';
import { findLatest, type Latest, maxApart, maxCounted } from '../../src/core/lists/latest.ts';
import { listed } from '../../src/core/lists/listed.ts';
import { newestOfAny, newestSuccess } from '../../src/core/lists/protection.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, compareKeys } from '../../src/core/order.ts';
import type { BackupPage, PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import { aBackup, aProvider, codeOf, never, unavailable } from './model.ts';

/** What a list does instead of what it should; null: what it should. */
type Fault = (query: PageQuery, page: BackupPage) => BackupPage | null;

interface Product {
  readonly provider: Provider;
  readonly queries: PageQuery[];
}

function aProduct(rows: readonly Backup[], fault: Fault = () => null, more: Partial<Provider> = {}): Product {
  const queries: PageQuery[] = [];
  const provider = aProvider({
    ...more,
    async listBackups(query) {
      queries.push(query);
      const { direction, after, filter, limit } = query;
      const compare = comparator(direction);
      const matching = rows
        .filter((row) => (after === null || compare(row, after) > 0) && matchesFilter(row, filter))
        .sort(compare);
      const page = { rows: matching.slice(0, limit).map(listed), isEnd: matching.length <= limit, problems: [] };
      return fault(query, page) ?? page;
    },
  });
  return { provider, queries };
}

const look = ({ provider }: Product, ids: readonly string[], question = newestSuccess, timeoutMs = 5_000) =>
  findLatest({ provider, timeoutMs }, ids, question, never);

const isTogether = ({ filter }: PageQuery): boolean => filter.entityIds === null;
const incomplete = (entityId: string | null = null): Problem => ({
  provider: 'one',
  entityId,
  error: new GatewayError('INCOMPLETE', 'the rest is missing'),
});

let made = 0;
const row = (entityId: string | null, fields: Partial<Backup> = {}): Backup => {
  made += 1;
  return aBackup({ externalId: String(made), entityId, sortedAt: 1_000_000_000 - made, ...fields });
};
const rowsOf = (entityId: string, count: number, fields: Partial<Backup>): Backup[] =>
  Array.from({ length: count }, () => row(entityId, fields));
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index}`);
const codeOfProblem = ({ problem }: Latest): string | null => problem?.error.code ?? null;

/** Read row by row, without bounds. */
function naive(rows: readonly Backup[], id: string) {
  const own = rows.filter(({ entityId }) => entityId === id).toSorted(compareKeys);
  const place = own.findIndex(
    ({ status, isRemoved }) => (status === 'SUCCEEDED' || status === 'SUCCEEDED_WITH_WARNINGS') && !isRemoved,
  );
  const newer = place < 0 ? own : own.slice(0, place);
  const failures = newer.filter(({ status }) => status === 'FAILED').length;
  return { success: own[place]?.externalId ?? null, failures: Math.min(failures, 100) };
}

const noise = (seed: number, index: number): number => {
  const mixed = Math.imul(seed ^ Math.imul(index + 1, 0x85ebca6b), 0x9e3779b1);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
};

interface History {
  readonly seed: number;
  readonly entities: number;
  readonly count: number;
  /** Of entities with an odd number. */
  readonly failing: number;
}

const histories = fc.record({
  seed: fc.integer(),
  entities: fc.integer({ min: 1, max: 30 }),
  count: fc.oneof(fc.nat(60), fc.nat(3_000)),
  failing: fc.constantFrom(0, 0.3, 0.9, 1),
});

function toRows({ seed, entities, count, failing }: History): Backup[] {
  return Array.from({ length: count }, (_, index) => {
    const entity = Math.floor(entities * noise(seed, index) ** 2);
    const luck = noise(seed + 1, index);
    const isFailure = luck < (entity % 2 === 1 ? failing : 0.1);
    const status = isFailure ? 'FAILED' : luck > 0.9 ? 'RUNNING' : luck > 0.7 ? 'SUCCEEDED_WITH_WARNINGS' : 'SUCCEEDED';
    return aBackup({
      externalId: String(index),
      entityId: noise(seed + 2, index) < 0.02 ? null : `e${entity}`,
      status,
      isRemoved: status === 'SUCCEEDED' && noise(seed + 3, index) < 0.3,
      sortedAt: Math.floor(index / 3) * 1_000_000,
    });
  });
}

describe('the newest success of each entity', () => {
  test('is what reading every row finds, with the failures since then, whatever the product lists together', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), async (history, listsByEntity) => {
        const rows = toRows(history);
        // One that was never backed up is among them.
        const ids = names(history.entities + 1);
        const product = aProduct(rows, undefined, listsByEntity ? { listsByEntity } : {});
        const found = await look(product, ids);
        expect(
          found.map(({ backup, counted, problem }) => ({
            success: backup?.externalId ?? null,
            failures: counted,
            problem,
          })),
        ).toEqual(ids.map((id) => ({ ...naive(rows, id), problem: null })));
      }),
      { numRuns: 150 },
    );
  });

  test('is never wrong where something is missing: proven, or with a problem', async () => {
    const faults = fc.record({
      cutTogetherAt: fc.option(fc.nat(400)),
      silentAt: fc.option(fc.nat(20)),
      downEntities: fc.uniqueArray(fc.nat(12), { maxLength: 4 }),
      partialEntities: fc.uniqueArray(fc.nat(12), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), faults, async (history, listsByEntity, given) => {
        const rows = toRows(history);
        const fault: Fault = (query, page) => {
          const [id = ''] = query.filter.entityIds ?? [];
          if (given.downEntities.some((entity) => `e${entity}` === id)) throw unavailable();
          if (given.partialEntities.some((entity) => `e${entity}` === id)) {
            // Its newest ones, too, may be among what is missing.
            return { rows: page.rows.slice(2, 4), isEnd: false, problems: [incomplete(id)] };
          }
          if (given.silentAt !== null && page.rows.length > given.silentAt && !page.isEnd) {
            return { rows: page.rows.slice(0, given.silentAt), isEnd: false, problems: [] };
          }
          if (!isTogether(query) || given.cutTogetherAt === null) return null;
          return { rows: page.rows.slice(0, given.cutTogetherAt), isEnd: false, problems: [incomplete()] };
        };
        const ids = names(history.entities + 1);
        const found = await look(aProduct(rows, fault, listsByEntity ? { listsByEntity } : {}), ids);
        for (const [index, { backup, counted, problem }] of found.entries()) {
          const truth = naive(rows, ids[index] ?? '');
          if (problem === null) expect(backup?.externalId ?? null).toBe(truth.success);
          if (counted !== null) expect(counted).toBe(truth.failures);
          if (backup) expect(newestSuccess.isAnswer(backup) && backup.entityId === ids[index]).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('is no backup whose data is gone, and one with warnings is', async () => {
    const rows = [
      row('a', { isRemoved: true }),
      row('a', { status: 'SUCCEEDED_WITH_WARNINGS', isRemoved: true }),
      row('a', { status: 'CANCELLED' }),
      row('a', { status: 'SUCCEEDED_WITH_WARNINGS' }),
    ];
    expect(await look(aProduct(rows), ['a'])).toEqual([{ backup: rows[3], counted: 0, problem: null }]);
    expect(await look(aProduct(rows.slice(0, 3)), ['a'])).toEqual([{ backup: null, counted: 0, problem: null }]);
  });

  test('comes in the order that was asked for, once for each, also where one is asked for twice', async () => {
    const rows = [row('a'), row('b')];
    const found = await look(aProduct(rows), ['b', 'a', 'c', 'b']);
    expect(found.map(({ backup }) => backup?.entityId ?? null)).toEqual(['b', 'a', null, 'b']);
  });
});

describe('the newest backup of any kind', () => {
  test('is the newest row, and nothing is counted', async () => {
    const rows = [row('a', { status: 'RUNNING', sortedAt: null }), row('a'), row('b', { status: 'FAILED' })];
    expect(await look(aProduct(rows), ['a', 'b'], newestOfAny)).toEqual([
      { backup: rows[0], counted: 0, problem: null },
      { backup: rows[2], counted: 0, problem: null },
    ]);
  });
});

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

  test('is at most 200 lists of single entities, eight at once; whoever is past that is told to ask for fewer', async () => {
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

describe('many failures', () => {
  test.each([99, 100, 101])('%i of them do not hide the success behind them', async (count) => {
    const rows = [...rowsOf('a', count, { status: 'FAILED' }), row('a')];
    const product = aProduct(rows);
    expect(await look(product, ['a'])).toMatchObject([
      { backup: { status: 'SUCCEEDED' }, counted: Math.min(count, maxCounted), problem: null },
    ]);
  });

  test('are counted to 100; from then on only successes are asked for', async () => {
    const rows = [...rowsOf('a', 5_000, { status: 'FAILED' }), row('a')];
    const product = aProduct(rows);
    expect(await look(product, ['a'])).toMatchObject([
      { backup: { status: 'SUCCEEDED' }, counted: 100, problem: null },
    ]);
    expect(product.queries.map(({ limit }) => limit)).toEqual([10, 40, 150, 10]);
    expect(product.queries.at(-1)?.filter.statuses).toEqual(['SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS']);
  });

  test('and no success among 1,000 removed ones is nobody’s knowledge', async () => {
    const rows = [...rowsOf('a', 1_001, { isRemoved: true }), row('a')];
    const [found] = await look(aProduct(rows), ['a']);
    expect(found).toMatchObject({
      backup: null,
      counted: null,
      problem: { entityId: 'a', error: { code: 'INCOMPLETE' } },
    });
    expect(found?.problem?.error.message).toContain('1,000');
    const [last] = await look(aProduct(rows.slice(2)), ['a']);
    expect(last).toMatchObject({ backup: { isRemoved: false }, problem: null });
  });
});

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
