/** The merged list rests on this: every row once, in one order, from any key, in either direction. */
import { describe, expect } from 'vitest';
import { now } from '../../src/core/instant.ts';
import { compareIds, compareKeys, type ScanDirection, type SortKey, toSortKey } from '../../src/core/order.ts';
import { isNightly } from '../support/nightly.ts';
import { expectValidBackup, expectValidEntity } from './model.ts';
import { known, never, type Suite } from './suite.ts';
import { idsOf, readPage, readRows, walk } from './walk.ts';

/** Between 1 and 7 lie the same pages, with other borders. */
const pageSizes = isNightly ? [1, 2, 7, 100] : [1, 7, 100];
const directions: readonly ScanDirection[] = ['descending', 'ascending'];

export function describeLists(suite: Suite): void {
  const { check } = suite;

  describe('the list of backups', () => {
    describeOrder(suite);
    describeKeys(suite);
    describeOffsets(suite);

    check('holds valid backups', [], async () => {
      await using fixture = await suite.open();
      for (const row of await readRows(suite, fixture.provider)) expectValidBackup(fixture.provider, row);
    });

    check('has running backups with progress', ['WATCH_PROGRESS', 'runningBackup'], async () => {
      await using fixture = await suite.open();
      await fixture.pass(5);
      const [backup] = await fixture.provider.getBackups([known(suite.facts.runningBackup)], never());
      expect(backup?.progress?.percent).toEqual(expect.any(Number));
    });

    check('keeps the place of every row that has a time, while time goes by', ['SANDBOX'], async () => {
      await using fixture = await suite.openSandbox();
      const before = await walk(fixture.provider);
      await fixture.pass(3600);
      const after = new Map((await walk(fixture.provider)).map((row) => [row.localId, row.sortedAt]));
      for (const { localId, sortedAt } of before) if (sortedAt !== null) expect(after.get(localId)).toBe(sortedAt);
    });

    check('is empty, and at its end, where there is no backup', ['SANDBOX'], async () => {
      await using fixture = await suite.openSandbox({ history: 0 });
      const oldest = (await walk(fixture.provider)).at(-1);
      const after = oldest ? toSortKey(oldest) : null;
      expect(await readPage(fixture.provider, { after })).toMatchObject({ rows: [], isEnd: true });
    });
  });

  describe('the list of entities', () => {
    check('holds each entity once, valid, ordered by id', [], async () => {
      await using fixture = await suite.open();
      const entities = await fixture.provider.listEntities(never());
      expect(entities.length).toBeGreaterThan(0);
      for (const entity of entities) expectValidEntity(fixture.provider, entity);
      const ids = entities.map(({ externalId }) => externalId);
      expect(ids).toEqual([...new Set(ids)].sort(compareIds));
    });

    check('holds the entity of every backup that names one which is there', [], async () => {
      await using fixture = await suite.open();
      const ids = new Set((await fixture.provider.listEntities(never())).map(({ externalId }) => externalId));
      const named = (await readRows(suite, fixture.provider)).flatMap(({ entityId }) => entityId ?? []);
      expect(named.some((id) => ids.has(id))).toBe(true);
    });
  });
}

function describeOrder({ check, facts, maxRows, open }: Suite): void {
  check('holds every backup', ['rows'], async () => {
    await using fixture = await open();
    const rows = await walk(fixture.provider);
    expect(rows).toHaveLength(known(facts.rows));
  });

  for (const limit of pageSizes) {
    check(`shows every row once and in order, ${limit} a page`, [], async () => {
      await using fixture = await open();
      const rows = await walk(fixture.provider, { limit, max: maxRows });
      expect(rows.map(toSortKey)).toEqual([...rows].sort(compareKeys).map(toSortKey));
      expect(new Set(idsOf(rows)).size).toBe(rows.length);
      expect(idsOf(rows)).toEqual(idsOf(await walk(fixture.provider, { max: maxRows })));
    });

    check(`mirrors itself when it is read from its end, ${limit} a page`, ['SANDBOX'], async () => {
      await using fixture = await open();
      const descending = idsOf(await walk(fixture.provider));
      expect(idsOf(await walk(fixture.provider, { direction: 'ascending', limit }))).toEqual(descending.reverse());
    });

    check(`mirrors itself when it is read back from a row, ${limit} a page`, [], async () => {
      await using fixture = await open();
      const rows = await walk(fixture.provider, { max: maxRows });
      const last = rows.at(-1);
      const back = last ? await walk(fixture.provider, { direction: 'ascending', limit, after: toSortKey(last) }) : [];
      expect(idsOf(back)).toEqual(idsOf(rows.slice(0, -1).reverse()));
    });
  }

  for (const direction of directions) {
    check(`ends exactly with its last row (${direction})`, ['SANDBOX'], async () => {
      await using fixture = await open();
      const { length } = await walk(fixture.provider, { direction });
      expect(await readPage(fixture.provider, { direction, limit: length })).toMatchObject({ isEnd: true });
      expect(await readPage(fixture.provider, { direction, limit: length - 1 })).toMatchObject({ isEnd: false });
    });
  }
}

function describeKeys(suite: Suite): void {
  const { check } = suite;

  for (const direction of directions) {
    check(`goes on after the key of any of its rows (${direction})`, [], async () => {
      await using fixture = await suite.open();
      const rows = await readRows(suite, fixture.provider);
      for (const [index, row] of rows.slice(0, 40).entries()) {
        // In the gate, each third row and the first ones.
        if (!isNightly && !suite.isReal && index > 3 && index % 3 !== 0) continue;
        const page = await readPage(fixture.provider, { direction, after: toSortKey(row), limit: 3 });
        const expected = direction === 'descending' ? rows.slice(index + 1) : rows.slice(0, index).reverse();
        // A real server has rows past those that were read.
        if (suite.isReal && direction === 'descending' && expected.length < 3) continue;
        expect(idsOf(page.rows)).toEqual(idsOf(expected.slice(0, 3)));
        if (!suite.isReal) expect(page.isEnd).toBe(expected.length <= 3);
      }
    });

    check(`goes on after the key of another provider's row (${direction})`, ['SANDBOX'], async () => {
      await using fixture = await suite.open();
      const rows = await walk(fixture.provider);
      for (const after of foreignKeys(rows.map(toSortKey))) {
        const following = rows.filter((row) => isAfter(direction, toSortKey(row), after));
        const expected = direction === 'descending' ? following : following.reverse();
        const read = await walk(fixture.provider, { direction, after, limit: 20 });
        expect(idsOf(read), `after ${JSON.stringify(after)}`).toEqual(idsOf(expected));
      }
    });
  }
}

const isAfter = (direction: ScanDirection, key: SortKey, other: SortKey): boolean =>
  direction === 'descending' ? compareKeys(key, other) > 0 : compareKeys(key, other) < 0;

/** Keys at, just above and just below times that rows have, and far from all of them; and of rows that are gone. */
function foreignKeys(keys: readonly SortKey[]): SortKey[] {
  const own = keys[0]?.provider ?? '';
  const [first, middle, last] = [keys[0], keys[Math.floor(keys.length / 2)], keys.at(-1)].map((key) => key?.sortedAt);
  const times = [first, middle, middle && middle + 1, middle && middle - 1, last, 1, now() * 2, null];
  const names = [`${own}a`, own.slice(0, -1), own];
  return times.flatMap((sortedAt) =>
    sortedAt === undefined ? [] : names.map((provider) => ({ sortedAt, provider, externalId: 'x-gone' })),
  );
}

function describeOffsets({ check, open, maxRows }: Suite): void {
  const offsets: readonly [name: string, offset: (truth: number) => number][] = [
    ['too small', () => 0],
    ['off by one', (truth) => Math.max(0, truth - 1)],
    ['too large', (truth) => truth + 60],
    ['far too large', () => 1_000_000],
  ];
  for (const direction of directions) {
    for (const [name, offset] of offsets) {
      check(`is the same when the number of rows before is ${name} (${direction})`, ['SANDBOX'], async () => {
        await using fixture = await open();
        const told = await walk(fixture.provider, { direction, limit: 7, offset, max: maxRows });
        expect(idsOf(told)).toEqual(idsOf(await walk(fixture.provider, { direction, limit: 7, max: maxRows })));
      });
    }
  }
}
