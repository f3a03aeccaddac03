/** Lists in orders that only the history has, against a plain sort of the same rows. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { compareOrdered, type History, type HistoryOrder, historyOrderFields } from '../../src/core/history.ts';
import { type Backup, noSize } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import { oldestObservation } from '../../src/history/lists.ts';
import { listOrdered } from '../../src/history/ordered.ts';
import { toIdKey } from '../../src/history/rows.ts';
import { newState } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type BackupList, listBackups } from '../../src/lists/backup-list.ts';
import type { PageArguments } from '../../src/lists/page.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider, never } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { nothingStored } from '../support/stored-history.ts';
import { everything } from '../support/walks.ts';

const asOf = Date.parse('2026-11-20T12:00:00Z') * 1000;
const storage = openStorage(':memory:');
const store = createHistoryStore(storage.database, storage.health);
afterAll(() => storage.close());

const coverage = {
  from: 0,
  asOf,
  isComplete: true,
  hasGaps: false,
  isBounded: false,
  boundAt: null,
  isDoubted: false,
  keptFrom: 0,
  rows: 0,
  progress: 1,
  problem: null,
};
const history: History = {
  coverage: () => Promise.resolve(coverage),
  listBackups: () => Promise.reject(new Error('not in this order')),
  listOrdered: (name, query, signal) => listOrdered(storage.database.db, name, query, signal),
  newestSuccesses: () => Promise.resolve(new Map()),
  entityRuns: () => Promise.resolve(new Map()),
  oldestObservation: (name, range) => oldestObservation(storage.database.db, name, range),
  newestRuns: () => Promise.resolve([]),
  runsBefore: () => Promise.resolve([]),
  ...nothingStored,
};

type Page = Pick<BackupList, 'rows' | 'pageInfo' | 'problems' | 'asOf'>;
const read = (
  providers: readonly Provider[],
  ordered: HistoryOrder,
  page: PageArguments,
  filter = everything,
  from: History | null = history,
): Promise<Page> =>
  listBackups(
    providers,
    () => 60_000,
    { page, filter, isAscending: !ordered.isDescending, ordered },
    never,
    undefined,
    from,
  );

const few = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const row = fc.record({
  name: few(fc.constantFrom<string>('a', 'B', 'b', 'Ä', '\uffff', '𝒳', 'nightly')),
  storedBytes: few(fc.nat(3)),
  originalBytes: few(fc.nat(3)),
  endedAt: few(fc.nat(4)),
  startedAt: few(fc.nat(4)),
  status: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const),
});
const products = fc.array(fc.array(row, { maxLength: 20 }), { minLength: 1, maxLength: 3 });
const order = fc.record({ field: fc.constantFrom(...historyOrderFields), isDescending: fc.boolean() });

function orderedBy(field: HistoryOrder['field'], { size, startedAt, endedAt, name }: Backup): number | string | null {
  if (field === 'SIZE') return size.storedBytes ?? size.originalBytes;
  if (field === 'DURATION') return startedAt === null || endedAt === null ? null : endedAt - startedAt;
  return field === 'ENDED_AT' ? endedAt : (name?.toLowerCase() ?? null);
}

let worlds = 0;

async function aWorld(drawn: readonly (readonly (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[])[]) {
  const world = ++worlds;
  const rows: Backup[] = [];
  const providers: Provider[] = [];
  for (const [index, own] of drawn.entries()) {
    const provider = `orders-${world}-${index}`;
    const backups = own.map(({ storedBytes, originalBytes, ...fields }, at) =>
      aBackup({
        ...fields,
        provider,
        externalId: String(at),
        sortedAt: at,
        size: { ...noSize, storedBytes, originalBytes },
      }),
    );
    await store.savePage(provider, { rows: backups, ids: [], after: null, through: null }, asOf, newState('fake'));
    rows.push(...backups);
    // It rejects whatever it is asked.
    providers.push(aProvider({ name: provider }));
  }
  const inOrder = (by: HistoryOrder) => {
    const keyOf = (backup: Backup) => ({
      value: orderedBy(by.field, backup),
      provider: backup.provider,
      idKey: toIdKey(backup.externalId),
    });
    return rows.toSorted((a, b) => compareOrdered(by)(keyOf(a), keyOf(b)));
  };
  return { providers, inOrder };
}

describe('a list in an order that only the history has', () => {
  test('has every row once, in that order, in both directions and with a filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        products,
        order,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.boolean(),
        async (drawn, by, size, isForward, isFiltered) => {
          const { providers, inOrder } = await aWorld(drawn);
          const filter = isFiltered ? { ...everything, statuses: ['FAILED' as const], search: 'n' } : everything;
          const matches = ({ status, name }: Backup) =>
            !isFiltered || (status === 'FAILED' && (name ?? '').includes('n'));
          const expected = inOrder(by).filter(matches);
          const seen: Backup[] = [];
          let cursor: string | null = null;
          for (let pages = 0, hasMore = true; hasMore; pages++) {
            expect(pages).toBeLessThan(70);
            const at: PageArguments = isForward ? { first: size, after: cursor } : { last: size, before: cursor };
            const { rows, pageInfo, problems, asOf: told }: Page = await read(providers, by, at, filter);
            expect([problems, told]).toEqual([[], asOf]);
            if (isForward) seen.push(...rows);
            else seen.unshift(...rows);
            hasMore = isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
            cursor = isForward ? pageInfo.endCursor : pageInfo.startCursor;
          }
          expect(seen).toEqual(expected.map((one) => ({ ...one, observedAt: asOf })));
        },
      ),
      { numRuns: runsOf(300) },
    );
  });

  test('puts rows without a value last in both directions, and names ignoring case', async () => {
    const draw = (name: string | null) => ({
      name,
      storedBytes: null,
      originalBytes: null,
      endedAt: null,
      startedAt: null,
      status: 'FAILED' as const,
    });
    const { providers } = await aWorld([[draw('b'), draw(null), draw('A'), draw('C')]]);
    const names = async (isDescending: boolean) =>
      (await read(providers, { field: 'NAME', isDescending }, {})).rows.map(({ name }) => name);
    expect(await names(false)).toEqual(['A', 'b', 'C', null]);
    expect(await names(true)).toEqual(['C', 'b', 'A', null]);
  });

  test('refuses cursors of other orders, and values of other kinds', async () => {
    const { providers } = await aWorld([
      Array(3).fill({ name: 'x', storedBytes: 1, originalBytes: 1, endedAt: 1, startedAt: 1, status: 'FAILED' }),
    ]);
    const by: HistoryOrder = { field: 'SIZE', isDescending: true };
    const { pageInfo } = await read(providers, by, { first: 1 });
    const refusal = { code: 'BAD_USER_INPUT', field: ['after'] };
    await expect(read(providers, { ...by, field: 'DURATION' }, { after: pageInfo.endCursor })).rejects.toMatchObject(
      refusal,
    );
    await expect(read(providers, { ...by, isDescending: false }, { after: pageInfo.endCursor })).rejects.toMatchObject(
      refusal,
    );
    const wire = JSON.parse(Buffer.from(pageInfo.endCursor ?? '', 'base64url').toString()) as unknown[];
    for (const [place, value] of [
      [1, 'text'],
      [1, 0.5],
      [2, 1],
      [3, 'a\0'],
      [3, '\ud800'],
    ] as const) {
      const forged = Buffer.from(JSON.stringify(wire.with(place, value))).toString('base64url');
      await expect(read(providers, by, { after: forged })).rejects.toMatchObject(refusal);
    }
  });

  test('names providers of which nothing, or not everything, is stored', async () => {
    const { providers } = await aWorld([[]]);
    const by: HistoryOrder = { field: 'NAME', isDescending: false };
    for (const [known, message] of [
      [null, 'nothing is stored of it yet'],
      [{ ...coverage, isComplete: false }, 'since 1970-01-01T00:00:00.000Z only'],
    ] as const) {
      const { problems } = await read(providers, by, {}, everything, {
        ...history,
        coverage: () => Promise.resolve(known),
      });
      expect(problems).toMatchObject([{ error: { code: 'INCOMPLETE', message: expect.stringContaining(message) } }]);
    }
    const searched = await read(providers, by, {}, { ...everything, entitySearch: 'x' });
    expect(searched.problems).toMatchObject([{ error: { message: expect.stringContaining('entitySearch') } }]);
    await expect(read(providers, by, {}, everything, null)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
