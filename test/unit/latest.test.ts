import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { compareKeys } from '../../src/core/order.ts';
import { maxCounted } from '../../src/lists/latest.ts';
import { newestOfAny, newestSuccess } from '../../src/lists/protection.ts';
import { aProduct, type Fault, incomplete, isTogether, look, names, row, rowsOf } from '../support/latest-product.ts';
import { aBackup, unavailable } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

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
      { numRuns: runsOf(150) },
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
      { numRuns: runsOf(150) },
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
