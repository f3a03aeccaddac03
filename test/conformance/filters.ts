/** A filter upstream may only make a filter of ours cheaper: the rows must be the same. */
import { describe, expect } from 'vitest';
import { type BackupFilter, matchesFilter, noFilter } from '../../src/core/filter.ts';
import { type Backup, backupStatuses, backupTriggers, backupTypes, dataPresences } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import { isNightly, shareOf } from '../support/nightly.ts';
import { known, never, type Suite } from './suite.ts';
import { idsOf, readPage, readRows, walk } from './walk.ts';

type Filters = (rows: readonly Backup[], suite: Suite) => readonly Partial<BackupFilter>[];

/** Every value that a filter may have, and what it may be confused by. */
const families: Readonly<Record<string, Filters>> = {
  entity: (rows, { facts }) => {
    const ids = [...new Set(rows.flatMap(({ entityId }) => entityId ?? []))];
    const single = [...ids, facts.unknownEntity, '', '..', '../../admin', '*', '%'].map((id) => [id]);
    return [...single, ids, ids.slice(0, 2), []].map((entityIds) => ({ entityIds }));
  },
  status: () =>
    [...backupStatuses.map((one) => [one]), ['RUNNING', 'QUEUED'] as const, []].map((statuses) => ({ statuses })),
  type: () => [...backupTypes.map((one) => [one]), [...backupTypes], []].map((types) => ({ types })),
  trigger: () => [...backupTriggers.map((one) => [one]), [...backupTriggers], []].map((triggers) => ({ triggers })),
  time: (rows) => {
    const times = rows.flatMap(({ sortedAt }) => sortedAt ?? []).filter((_, index) => index % 5 === 0);
    const bounds = times.flatMap((at) => [at, at + 1]);
    const long = bounds.map((startedAfter, index) => ({ startedAfter, startedBefore: bounds.at(index - 6) ?? null }));
    const short = times.flatMap((at) => [at, at + 1].map((startedBefore) => ({ startedAfter: at, startedBefore })));
    return [...bounds.flatMap((at) => [{ startedAfter: at }, { startedBefore: at }]), ...long, ...short];
  },
  end: (rows) => {
    const ends = rows.flatMap(({ endedAt }) => endedAt ?? []).filter((_, index) => index % 9 === 0);
    const bounds = ends.flatMap((at) => [at, at + 1]);
    return [...bounds, 0].flatMap((at) => [
      { endedAfter: at },
      { endedBefore: at },
      { endedAfter: at, endedBefore: at },
    ]);
  },
  'stored size': (rows) => {
    const sizes = rows.flatMap(({ size }) => size.storedBytes ?? []).filter((_, index) => index % 9 === 0);
    return [0, ...sizes, ...sizes.map((bytes) => bytes + 1)].map((minStoredBytes) => ({ minStoredBytes }));
  },
  error: (rows) => {
    const reasons = [...new Set(rows.flatMap(({ errorMessage }) => errorMessage ?? []))].slice(0, 5);
    return [...reasons.map((text) => text.slice(2, 9).toUpperCase()), 'no reason', '%'].map((errorSearch) => ({
      errorSearch,
    }));
  },
  'the presence of data': () =>
    [...dataPresences.map((one) => [one]), [...dataPresences], []].map((words) => ({
      dataPresences: words,
    })),
  search: (rows) => {
    const names = rows.flatMap(({ name }) => name ?? []).slice(0, 3);
    const parts = names.flatMap((name) => [name, name.toUpperCase(), name.slice(1, 5)]);
    return [...parts, '', '.', '%', '_', '.*', '(', '\\', '&', '"', 'no backup has this'].map((search) => ({ search }));
  },
};

/** A family with many values has a third of them in the gate, of each product others. */
const chosen = (suite: Suite, filters: Filters, rows: readonly Backup[]): readonly Partial<BackupFilter>[] => {
  const all = filters(rows, suite);
  return suite.isReal || all.length < 15 ? all : shareOf(all, suite.kind.length, 3);
};

export function describeFilters(suite: Suite): void {
  describe('a filter', () => {
    for (const [name, filters] of Object.entries(families)) {
      suite.check(`by ${name} gives the rows that a look at each would`, [], async () => {
        await expectAll(suite, (rows) => chosen(suite, filters, rows));
      });
    }

    suite.check('by several fields gives the rows that match all of them', [], async () => {
      await expectAll(suite, (rows) => combinations(rows, suite));
    });

    suite.check('by an empty list gives nothing, and the list ends at once', [], async () => {
      await using fixture = await suite.open();
      for (const empty of [
        { entityIds: [] },
        { statuses: [] },
        { types: [] },
        { triggers: [] },
        { dataPresences: [] },
      ]) {
        const page = await readPage(fixture.provider, { filter: { ...noFilter, ...empty } });
        expect(page).toMatchObject({ rows: [], isEnd: true });
      }
    });

    suite.check('counts the rows that it gives, where the product can count', ['rows'], async () => {
      await using fixture = await suite.open();
      const rows = await withReadings(fixture.provider, await walk(fixture.provider));
      for (const filter of [noFilter, ...everyFilter(rows, suite)]) {
        const count = await fixture.provider.countBackups({ ...noFilter, ...filter }, never());
        const matching = rows.filter((row) => matchesFilter(row, { ...noFilter, ...filter }));
        expect([null, matching.length], JSON.stringify(filter)).toContain(count);
      }
    });

    suite.check('counts every row the same as the list has', ['rows'], async () => {
      await using fixture = await suite.open();
      expect([null, known(suite.facts.rows)]).toContain(await fixture.provider.countBackups(noFilter, never()));
    });
  });
}

/** Rows with what only a further call tells, which a filter looks at, too. */
async function withReadings(provider: Provider, rows: readonly Backup[]): Promise<readonly Backup[]> {
  const triggers = await provider.readTriggers?.(rows, never());
  const presences = await provider.readDataPresence?.(rows, never());
  return rows.map((row, index) => ({
    ...row,
    trigger: triggers?.[index] ?? row.trigger,
    presence: presences?.[index]?.presence,
  }));
}

const everyFilter = (rows: readonly Backup[], suite: Suite) =>
  Object.values(families).flatMap((filters) => chosen(suite, filters, rows));

/** Each field with each other: in the gate one pair of values by turns, every night a few values with a few. */
function combinations(rows: readonly Backup[], suite: Suite): Partial<BackupFilter>[] {
  const few = Object.values(families).map((filters) => filters(rows, suite).slice(0, 3));
  return few.flatMap((some, index) =>
    few.slice(index + 1).flatMap((others, turn) => {
      const all = some.flatMap((one) => others.map((other) => ({ ...one, ...other })));
      return isNightly || suite.isReal ? all : all.slice(turn % all.length).slice(0, 1);
    }),
  );
}

/** Compares whole walks, a small page at a time, with a plain look at every row; on a real server, the newest ones. */
async function expectAll(suite: Suite, filtersOf: (rows: readonly Backup[]) => readonly Partial<BackupFilter>[]) {
  await using fixture = await suite.open();
  const rows = await withReadings(fixture.provider, await readRows(suite, fixture.provider));
  const oldest = suite.isReal ? (rows.at(-1)?.sortedAt ?? null) : null;
  for (const [index, filter] of filtersOf(rows).entries()) {
    const whole: BackupFilter = { ...noFilter, startedAfter: oldest, ...filter };
    const expected = idsOf(rows.filter((row) => matchesFilter(row, whole)));
    const isBackwards = index % 2 === 1 && !suite.isReal;
    const direction = isBackwards ? 'ascending' : 'descending';
    const read = await walk(fixture.provider, { direction, filter: whole, limit: 7, max: suite.maxRows });
    expect(idsOf(read), JSON.stringify(filter)).toEqual(isBackwards ? expected.reverse() : expected);
  }
}
