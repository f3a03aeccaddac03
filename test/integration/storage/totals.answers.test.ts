/**
 * Answers from the totals against a plain count of the rows, in both databases. One file, since all its tests use that count.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesFilter, noFilter, type UntoldField } from '../../../src/core/filter.ts';
import type { History, HistoryCoverage, StoredSum } from '../../../src/core/history.ts';
import type { Instant } from '../../../src/core/instant.ts';
import { type Backup, statusTraits } from '../../../src/core/model.ts';
import { createLocalTimes } from '../../../src/core/time-zone.ts';
import { newState } from '../../../src/history/state.ts';
import { createHistoryStore } from '../../../src/history/store.ts';
import { createTotals } from '../../../src/history/totals.ts';
import type { MergeSource } from '../../../src/lists/merge.ts';
import { maxGroups, readTotals, type TotalsGroup, type TotalsGroupBy } from '../../../src/lists/totals.ts';
import { untoldProblem } from '../../../src/lists/untold.ts';
import type { Storage } from '../../../src/storage/started-storage.ts';
import { openStorage, waitForStorage } from '../../../src/storage/storage.ts';
import { aBackup, aProvider, never } from '../../support/model.ts';
import { casesOf } from '../../support/nightly.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const minute = 60_000_000;
const day = 24 * 60 * minute;
const at = (text: string) => Date.parse(text) * 1000;
/** Around a night in which the clocks of Paris and of Lord Howe change. */
const start = at('2026-03-29T00:00:00Z');
const now = at('2026-04-07T12:00:00Z');
const names = ['one', 'two'] as const;
const sums = ['duration', 'originalBytes', 'storedBytes'] as const;
const zones = ['UTC', 'Europe/Paris', 'Australia/Lord_Howe', 'Asia/Kolkata'] as const;

const row = fc
  .record({
    provider: fc.constantFrom(...names),
    entityId: fc.constantFrom(null, 'a', 'b'),
    type: fc.constantFrom('FULL' as const, 'INCREMENTAL' as const, 'UNKNOWN' as const),
    trigger: fc.constantFrom('MANUAL' as const, 'SCHEDULED' as const, 'UNKNOWN' as const),
    status: fc.constantFrom(
      'RUNNING' as const,
      'SUCCEEDED' as const,
      'SUCCEEDED_WITH_WARNINGS' as const,
      'FAILED' as const,
    ),
    at: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.integer({ min: -9 * 24 * 60, max: 9 * 24 * 60 }).map((minutes) => start + minutes * minute),
      },
      { weight: 1, arbitrary: fc.constantFrom(null, 0, start, start - 1) },
    ),
    seconds: fc.option(fc.nat(500)),
    originalBytes: fc.option(fc.nat()),
    storedBytes: fc.option(fc.nat()),
  })
  .map(({ at, seconds, originalBytes, storedBytes, ...fields }) => ({
    ...fields,
    status: at === null ? ('QUEUED' as const) : fields.status,
    sortedAt: at,
    startedAt: at,
    endedAt: at === null || seconds === null ? null : at + seconds * 1_000_000,
    size: { originalBytes, storedBytes, compressedBytes: null, deduplicatedBytes: null },
  }));

const time = fc.option(
  fc.oneof(
    fc.integer({ min: -10 * 24 * 4, max: 10 * 24 * 4 }).map((quarters) => start + quarters * 15 * minute),
    fc.integer({ min: -10 * 24 * 60, max: 10 * 24 * 60 }).map((minutes) => start + minutes * minute + 1),
  ),
);
const someOf = <T>(...values: readonly T[]) => fc.option(fc.subarray([...values]));
const question = fc.record({
  filter: fc.record({
    entityIds: someOf('a', 'b'),
    types: someOf('FULL' as const, 'INCREMENTAL' as const, 'UNKNOWN' as const),
    triggers: someOf('MANUAL' as const, 'UNKNOWN' as const),
    statuses: someOf('FAILED' as const, 'SUCCEEDED' as const, 'QUEUED' as const),
    startedAfter: time,
    startedBefore: time,
  }),
  by: fc
    .tuple(
      fc.subarray<TotalsGroupBy>(['PROVIDER', 'KIND', 'ENTITY', 'TYPE', 'TRIGGER', 'STATUS']),
      fc.constantFrom<readonly TotalsGroupBy[]>([], ['DAY'], ['WEEK'], ['MONTH']),
    )
    .map(([groups, unit]) => [...groups, ...unit]),
  zone: fc.constantFrom(...zones),
  sums: fc.oneof({ weight: 3, arbitrary: fc.constant([...sums]) }, { weight: 1, arbitrary: fc.subarray([...sums]) }),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** The first moment of the day, week or month of a time. */
function startOf(at: Instant, by: readonly TotalsGroupBy[], zone: string): Instant | null {
  const unit = by.find((one) => one === 'DAY' || one === 'WEEK' || one === 'MONTH');
  if (!unit) return null;
  const times = createLocalTimes(zone);
  const date = new Date(Math.floor(times.toLocal(at) / day) * (day / 1000));
  if (unit === 'WEEK') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (unit === 'MONTH') date.setUTCDate(1);
  return times.toInstant(date.getTime() * 1000);
}

const sum = (values: readonly (number | null)[]) => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
};

/** Key and numbers of each group that is expected. */
function countPlainly(rows: readonly Backup[], { filter, by, zone, sums: wanted }: Question): unknown[] {
  const groups = new Map<string, Backup[]>();
  const only = (group: TotalsGroupBy, value: unknown) => (by.includes(group) ? value : null);
  for (const one of rows) {
    // `matchesFilter` takes the time of this machine.
    const timed = one.sortedAt === null ? { ...one, sortedAt: now } : one;
    if (!matchesFilter(timed, { ...noFilter, ...filter })) continue;
    const isTimeless = one.sortedAt !== null && one.sortedAt <= 0;
    const { provider, entityId } = one;
    const key = [
      only('PROVIDER', provider),
      only('KIND', one.kind),
      only('ENTITY', entityId === null ? null : { provider, localId: entityId }),
      only('TYPE', one.type),
      only('TRIGGER', one.trigger),
      only('STATUS', one.status),
      isTimeless ? null : startOf(timed.sortedAt as number, by, zone),
      // Without an entity, backups of different providers are different groups, too.
      only('ENTITY', provider),
    ];
    const text = JSON.stringify(key);
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  if (by.length === 0 && groups.size === 0) groups.set(JSON.stringify(Array(8).fill(null)), []);
  return inOrder([...groups].map(([key, own]) => [JSON.parse(key).slice(0, 7), numbersOf(own, wanted)]));
}

const inOrder = (groups: readonly (readonly [key: unknown, numbers: unknown])[]) =>
  groups.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function numbersOf(rows: readonly Backup[], wanted: Question['sums']) {
  const bucket = (name: string) => rows.filter(({ status }) => statusTraits[status].bucket === name).length;
  const only = (sum: StoredSum): readonly Backup[] => (wanted.includes(sum) ? rows : []);
  const seconds = only('duration')
    .map(({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1e6))
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const originals = only('originalBytes').map(({ size }) => size.originalBytes);
  const stored = only('storedBytes').map(({ size }) => size.storedBytes);
  const middle = (seconds.length - 1) / 2;
  const median = ((seconds[Math.floor(middle)] ?? 0) + (seconds[Math.ceil(middle)] ?? 0)) / 2;
  return {
    count: rows.length,
    ...{ succeeded: bucket('succeeded'), failed: bucket('failed'), other: bucket('other') },
    ...{ durationSeconds: sum(seconds), timedCount: seconds.length },
    ...{ originalBytes: sum(originals), originalCount: originals.filter((value) => value !== null).length },
    ...{ storedBytes: sum(stored), storedCount: stored.filter((value) => value !== null).length },
    percentiles:
      seconds.length === 0
        ? null
        : { medianSeconds: median, p95Seconds: seconds[Math.ceil(seconds.length * 0.95) - 1] },
  };
}

async function toPlain(groups: readonly TotalsGroup[]): Promise<unknown[]> {
  const plain = await Promise.all(
    groups.map(
      async ({ provider, kind, entity, type, trigger, status, span, successRate: _, percentiles, ...numbers }) =>
        [
          [provider, kind, entity, type, trigger, status, span?.start ?? null],
          { ...numbers, percentiles: await percentiles() },
        ] as const,
    ),
  );
  return inOrder(plain);
}

describe.each(['SQLite', 'PostgreSQL'])('totals from %s', (kind) => {
  let storage: Storage;
  const coverage: HistoryCoverage = {
    ...{
      from: 0,
      asOf: now,
      isComplete: true,
      hasGaps: false,
      isBounded: false,
      boundAt: null,
      isDoubted: false,
      keptFrom: 0,
    },
    ...{ rows: 0, progress: 1, problem: null },
  };
  beforeAll(async () => {
    storage =
      kind === 'SQLite'
        ? openStorage(':memory:')
        : await waitForStorage(await server.database(), { waitMs: 0, onWait: () => undefined });
  });
  afterAll(() => storage.close());

  function read(
    { filter, by, zone, sums: wanted }: Question,
    asked: readonly string[] = names,
    known: HistoryCoverage | null = coverage,
  ) {
    const { range, totals, durations } = createTotals(storage.database, storage.health);
    const history = {
      coverage: () => Promise.resolve(known),
      ...{ totalsRange: range, totals, durations },
    } as unknown as History;
    const sources: MergeSource[] = asked.map((name) => ({
      provider: aProvider({ name }),
      filter: { ...noFilter, ...filter },
      timeoutMs: 60_000,
    }));
    return readTotals(sources, history, { by, timeZone: zone, sums: wanted }, now, never);
  }

  async function fill(rows: readonly Backup[]): Promise<void> {
    const store = createHistoryStore(storage.database, storage.health);
    for (const name of names) {
      await store.forget(name);
      const own = rows.filter(({ provider }) => provider === name);
      const page = { after: null, through: null, rows: own, ids: own.map(({ localId }) => localId) };
      await store.savePage(name, page, now, newState('fake'));
    }
  }

  const toRows = (drawn: readonly Partial<Backup>[]) =>
    drawn.map((fields, index) => aBackup({ ...fields, externalId: `${index}` }));

  it('are those of the rows, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 30 }),
        fc.array(question, { minLength: 4, maxLength: 4 }),
        fc.constantFrom<readonly string[]>([...names], ['two']),
        async (drawn, questions, asked) => {
          const rows = toRows(drawn);
          await fill(rows);
          for (const one of questions) {
            const seen = rows.filter(({ provider }) => asked.includes(provider));
            const { groups, asOf } = await read(one, asked);
            expect(asOf).toBe(now);
            expect(await toPlain(groups)).toEqual(countPlainly(seen, one));
          }
        },
      ),
      { numRuns: casesOf(300, 6) },
    );
  });

  const everything: Question = {
    filter: {
      ...{ entityIds: null, types: null, triggers: null, statuses: null },
      ...{ startedAfter: null, startedBefore: null },
    },
    by: [],
    zone: 'UTC',
    sums: [...sums],
  };

  it('have each row in its own day and week, of every zone, and those without a time apart', async () => {
    const times = [null, ...Array.from({ length: 60 }, (_, index) => start + (index * 227 - 5_000) * minute)];
    const rows = toRows(
      times.map((startedAt) => ({ provider: 'one', status: 'SUCCEEDED', startedAt, sortedAt: startedAt })),
    );
    await fill(rows);
    const bounds = [
      [null, null],
      [start - 1_234 * minute, start + 4_321 * minute],
    ] as const;
    for (const zone of zones)
      for (const by of ['DAY', 'WEEK'] as const)
        for (const [startedAfter, startedBefore] of bounds) {
          const asked = {
            ...everything,
            by: [by],
            zone,
            filter: { ...everything.filter, startedAfter, startedBefore },
          };
          const { groups } = await read(asked);
          expect(await toPlain(groups), `${by} of ${zone}`).toEqual(countPlainly(rows, asked));
        }
  });

  it('name fields that the product does not tell, and only if rows are left out for that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), question, async (drawn, one) => {
        const rows = toRows(drawn).map((each) => ({ ...each, provider: 'one' }));
        await fill(rows);
        const untold = new Set<UntoldField>();
        for (const each of rows) {
          const timed = each.sortedAt === null ? { ...each, sortedAt: now } : each;
          matchesFilter(timed, { ...noFilter, ...one.filter, untold });
        }
        const { problems } = await read(one, ['one']);
        const told = untoldProblem('one', untold);
        expect(problems.map(({ error }) => error.message)).toEqual(told ? [told.error.message] : []);
      }),
      { numRuns: casesOf(300, 6) },
    );
  });

  it('refuse more groups than there may be, and more than one kind of time', async () => {
    const some = Array.from({ length: maxGroups }, (_, index) =>
      aBackup({ externalId: `${index}`, entityId: `${index}`, sortedAt: start }),
    );
    await fill(some);
    const by: Question = { ...everything, by: ['ENTITY'] };
    expect((await read(by)).groups).toHaveLength(maxGroups);
    await fill([...some, aBackup({ externalId: 'more', entityId: 'more', sortedAt: start })]);
    const tooMany = { code: 'BAD_USER_INPUT', field: ['groupBy'] };
    for (const groups of [['ENTITY'], ['ENTITY', 'DAY'], ['DAY', 'MONTH']] satisfies TotalsGroupBy[][]) {
      await expect(read({ ...by, by: groups })).rejects.toMatchObject(tooMany);
    }
    const long = { ...everything.filter, startedAfter: start - (maxGroups + 1) * day, startedBefore: now };
    await fill([aBackup({ externalId: 'old', sortedAt: start - 3_000 * day })]);
    await expect(read({ ...everything, filter: long, by: ['DAY'] })).rejects.toMatchObject(tooMany);
    expect((await read({ ...everything, filter: long, by: ['MONTH'] })).groups).toEqual([]);
  });

  it('have every entity of a range, also where a provider has more of them than an answer may have groups', async () => {
    const old = Array.from({ length: maxGroups + 10 }, (_, index) =>
      aBackup({ externalId: `${index}`, entityId: `${index}`, sortedAt: start - 30 * day }),
    );
    const recent = ['a', 'z'].map((entityId) => aBackup({ externalId: entityId, entityId, sortedAt: start + minute }));
    await fill([...old, ...recent]);
    const filter = { ...everything.filter, startedAfter: start - day, startedBefore: now };
    const { groups } = await read({ ...everything, filter, by: ['ENTITY', 'DAY'] });
    expect(groups.map(({ entity }) => entity?.localId)).toEqual(['a', 'z']);
  });

  it('tell what is missing of a provider that is not stored yet, or not from the start of the range on', async () => {
    await fill([]);
    const messages = async (known: HistoryCoverage | null, startedAfter: Instant | null = null) => {
      const { problems } = await read(
        { ...everything, filter: { ...everything.filter, startedAfter } },
        ['one'],
        known,
      );
      return problems.map(({ error }) => error.message);
    };
    const part = { ...coverage, isComplete: false, from: start };
    expect(await messages(null)).toEqual([expect.stringContaining('nothing is stored of it yet')]);
    expect(await messages(part)).toEqual([expect.stringContaining('since 2026-03-29T00:00:00.000Z only')]);
    expect(await messages(part, start)).toEqual([]);
    expect(await messages({ ...part, hasGaps: true }, start)).toHaveLength(1);
  });
});
