/**
 * What the merged list promises, over random histories of one to six products. A history that fails is printed with
 * its seed; `FC_SEED=... npx vitest run test/unit/merged-list.test.ts` draws it again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import { createRowShares } from '../../src/core/row-shares.ts';
import { makeWorld } from '../support/list-fixtures.ts';
import { history } from '../support/merged-walks.ts';
import { aBackup, never } from '../support/model.ts';
import { aProduct, plainManners } from '../support/products.ts';
import {
  cursorWithin,
  expectCut,
  isAfter,
  isDescending,
  keyOf,
  maxPages,
  options,
  readPage,
  timeoutMs,
  type WalkedPage,
} from '../support/walks.ts';

it(
  'a page reports its ends and counts, even if it is empty',
  async () => {
    const asked = fc.record({ ...history, size: fc.constantFrom(0, 1, 2, 7, 20, 50, 100, 199, 200) });
    await fc.assert(
      fc.asyncProperty(asked, async ({ draws, way: drawn, at, size }) => {
        const fixture = makeWorld(draws);
        const to = { ...drawn, size };
        const start = await cursorWithin(fixture, to, at);
        const page = await readPage(fixture, to, start?.cursor ?? null);
        expectCut(page, fixture, to, start?.key ?? null);
        expect(page.next).toBe(page.rows.length > 0 ? page.cursorAt(page.rows.length - 1) : (start?.cursor ?? null));
        expect(page.back).toBe(page.rows.length > 0 ? page.cursorAt(0) : null);
        expect(await page.list.countAll(never)).toBe(fixture.sorted(true).length);
        // A page of exactly what is left is the last one.
        const left = fixture.sorted(isDescending(to)).filter(isAfter(to, start?.key ?? null)).length;
        if (left > 0 && left <= 200) {
          for (const exact of [left - 1, left]) {
            const last = await readPage(fixture, { ...to, size: exact }, start?.cursor ?? null);
            expectCut(last, fixture, { ...to, size: exact }, start?.key ?? null);
          }
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'a product that is down is reported, and the rows of the others are returned',
  async () => {
    const downs = fc.array(fc.subarray([0, 1, 2, 3, 4, 5]), { maxLength: maxPages });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...history, downs }), async ({ draws, way: to, at, downs: away }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const missed = new Set<string>();
        let cursor = start?.cursor ?? null;
        let after = start?.key ?? null;
        for (let number = 0; number < maxPages; number++) {
          for (const [index, product] of fixture.products.entries())
            product.isDown = away[number]?.includes(index) ?? false;
          // Before a row without a time there is none of a product whose rows all have one, so it is not asked.
          const isBeforeWaiting = !isDescending(to) && after?.sortedAt === null;
          const down = fixture.products
            .filter(({ isDown, manners }) => isDown && !(isBeforeWaiting && manners.kind === 'timed'))
            .map(({ provider }) => provider.name);
          const page = await readPage(fixture, to, cursor);
          const following = fixture
            .sorted(isDescending(to))
            .filter((row) => isAfter(to, after)(row) && !down.includes(row.provider));
          expect(page.rows.map(keyOf)).toEqual(following.slice(0, to.size).map(keyOf));
          // A page that shows nothing invites no other: it would be the same.
          const mayFollow = following.length > to.size || down.length > 0;
          expect(page.hasMore).toBe(mayFollow && page.rows.length > 0);
          const skipped = [...missed].filter((name) => !down.includes(name));
          expect(page.problems.map(({ provider, error }) => `${provider} ${error.code}`).sort()).toEqual(
            [
              ...down.map((name) => `${name} PROVIDER_UNAVAILABLE`),
              ...skipped.map((name) => `${name} INCOMPLETE`),
            ].sort(),
          );
          if (page.rows.length > 0) for (const name of down) missed.add(name);
          else expect(page.next).toBe(cursor);
          if (!page.hasMore && down.length === 0) break;
          cursor = page.next;
          after = page.rows.at(-1) ?? after;
        }
      }),
      options(150),
    );
  },
  timeoutMs,
);

it(
  'each product alone fulfils the page contract, after any key and with any offset',
  async () => {
    const asked = fc.record({ ...history, offset: fc.nat(300), limit: fc.integer({ min: 1, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(asked, async ({ draws, way: to, at, offset, limit }) => {
        const fixture = makeWorld(draws);
        const start = await cursorWithin(fixture, to, at);
        const direction = isDescending(to) ? 'descending' : 'ascending';
        const after = start?.key ?? null;
        for (const { provider } of fixture.products) {
          const page = await provider.listBackups({ direction, after, limit, filter: noFilter, offset }, never);
          const following = fixture
            .sorted(isDescending(to))
            .filter((row) => row.provider === provider.name && isAfter(to, after)(row));
          expect(page.rows.map(keyOf)).toEqual(following.slice(0, limit).map(keyOf));
          expect(page.problems).toEqual([]);
          // A page that is full need not know yet that it is the last one.
          if (following.length !== limit) expect(page.isEnd).toBe(following.length < limit);
        }
      }),
      options(200),
    );
  },
  timeoutMs,
);

it('a row that is removed between two calls of one page does not hide another one', async () => {
  for (const [isAscending, tellsTotal] of [false, true].flatMap((one) => [
    [one, true] as const,
    [one, false] as const,
  ])) {
    const rows = [0, 1, 2, 3, 4].map((hour) =>
      aBackup({
        provider: 'one',
        entityId: 'e0',
        externalId: `${hour}`,
        localId: `e0.${hour}`,
        sortedAt: hour * 3_600_000_000,
      }),
    );
    const product = aProduct('one', { ...plainManners, cap: 2, tellsTotal }, rows);
    let calls = 0;
    product.onCall = () => {
      calls += 1;
      // By then the first call for the only connection that has any has been answered.
      if (calls === 4) product.rows = rows.filter(({ externalId }) => externalId !== (isAscending ? '0' : '4'));
    };
    const listing = { providers: [product.provider], sorted: () => rows };
    const page = await readPage(listing, { size: 4, isForward: true, isAscending }, null);
    const shown = page.rows.map(({ externalId }) => externalId);
    expect(shown).toEqual(expect.arrayContaining(isAscending ? ['1', '2', '3'] : ['3', '2', '1']));
  }
});

it('a page deep in a list takes as few calls as the second one', async () => {
  const hourly = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) =>
      aBackup({
        provider: name,
        entityId: 'e0',
        externalId: `${count - place}`,
        localId: `e0.${count - place}`,
        sortedAt: (count - place) * 3_600_000_000,
      }),
    );
  // The first one is soon at its end, and says nothing of how deep the others are.
  const products = (['timed', 'paged', 'prefix', 'prefix'] as const).map((kind, index) =>
    aProduct(
      `p${index}`,
      { ...plainManners, kind, pageSize: kind === 'timed' ? 500 : 50 },
      hourly(`p${index}`, index === 0 ? 4 : 700),
      createRowShares(),
    ),
  );
  const listing = { providers: products.map(({ provider }) => provider), shares: createRowShares(), sorted: () => [] };
  for (const isForward of [true, false]) {
    let cursor: string | null = null;
    for (let number = 1; number <= 30; number++) {
      for (const { read } of products) read.calls = 0;
      const page: WalkedPage = await readPage(listing, { size: 50, isForward, isAscending: false }, cursor);
      expect(page.rows).toHaveLength(50);
      cursor = page.next;
      const [timed = 0, paged = 0, ...prefix] = products.map(({ read }) => read.calls);
      // One for each of three connections, of which two are empty.
      expect(timed).toBe(3);
      expect(paged).toBeLessThanOrEqual(8);
      if (isForward) expect(prefix).toEqual([1, 1]);
    }
  }
});
