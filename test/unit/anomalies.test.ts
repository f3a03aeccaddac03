/** What is unusual of a backup: known answers, false alarms over generated data, and stored rows against a plain list. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/core/history.ts';
import { type Backup, backupTypes, isSuccessful, noSize } from '../../src/core/model.ts';
import { createRuns } from '../../src/history/runs.ts';
import { newState } from '../../src/history/state.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { type Anomaly, findAnomalies, maxComparable, medianOf } from '../../src/lists/anomalies.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const minute = 60_000_000;

interface Numbers {
  readonly stored?: number | null;
  readonly original?: number | null;
  readonly seconds?: number | null;
  readonly items?: number | null;
}

const aRun = ({ stored = null, original = null, seconds = null, items = null }: Numbers): Run => ({
  externalId: '1',
  startedAt: 0,
  status: 'SUCCEEDED',
  type: 'FULL',
  durationSeconds: seconds,
  originalBytes: original,
  storedBytes: stored,
  itemCount: items,
});
const ofNumbers = (
  { stored = null, original = null, seconds = null, items = null }: Numbers,
  more: Partial<Backup> = {},
) =>
  aBackup({
    size: { ...noSize, storedBytes: stored, originalBytes: original },
    startedAt: 0,
    endedAt: seconds === null ? null : seconds * 1_000_000,
    itemCount: items,
    ...more,
  });
const times = (count: number, numbers: Numbers): Numbers[] => Array(count).fill(numbers);
/** 100, 101, … */
const rising = (count: number, key: keyof Numbers): Numbers[] =>
  Array.from({ length: count }, (_, index) => ({ [key]: 100 + index }));
const found = (actual: Numbers, before: readonly Numbers[], more: Partial<Backup> = {}): readonly Anomaly[] =>
  findAnomalies(ofNumbers(actual, more), before.map(aRun));

describe('a backup', () => {
  type Case = [title: string, actual: Numbers, before: readonly Numbers[], expected: readonly Anomaly[]];
  const cases: Case[] = [
    ['of the usual size has no anomaly', { original: 100 }, times(10, { original: 100 }), []],
    [
      'that is empty at once is a drop',
      { original: 0 },
      times(8, { original: 100 }),
      [{ kind: 'SIZE_DROP', expected: 100, actual: 0, basedOn: 8 }],
    ],
    ['is compared with eight runs at least', { original: 0 }, times(7, { original: 100 }), []],
    [
      'counts only runs that have the number',
      { original: 0 },
      [...times(7, { original: 100 }), ...times(9, { stored: 100 })],
      [],
    ],
    [
      'a third smaller than equal ones is a drop',
      { stored: 69 },
      times(9, { stored: 100 }),
      [{ kind: 'SIZE_DROP', expected: 100, actual: 69, basedOn: 9 }],
    ],
    ['a quarter smaller is none', { stored: 75 }, times(9, { stored: 100 }), []],
    [
      'half as large again is a jump',
      { stored: 150 },
      times(9, { stored: 100 }),
      [{ kind: 'SIZE_JUMP', expected: 100, actual: 150, basedOn: 9 }],
    ],
    ['that grows as before is none', { stored: 110 }, rising(10, 'stored'), []],
    [
      'is compared by the same kind of size',
      { original: 100, stored: 10 },
      times(9, { original: 100, stored: 100 }),
      [],
    ],
    [
      'that varies much must be further away',
      { stored: 220 },
      [10, 60, 100, 140, 190, 20, 80, 120, 170].map((stored) => ({ stored })),
      [],
    ],
    [
      'that takes twice as long, and a minute more, is long',
      { seconds: 240 },
      times(9, { seconds: 120 }),
      [{ kind: 'DURATION_LONG', expected: 120, actual: 240, basedOn: 9 }],
    ],
    ['of few seconds is not long for a few more', { seconds: 50 }, times(9, { seconds: 5 }), []],
    ['that is faster is none', { seconds: 1 }, times(9, { seconds: 120 }), []],
    [
      'with few items is a drop of items',
      { items: 3, original: 100 },
      times(9, { items: 1_000, original: 100 }),
      [{ kind: 'ITEM_DROP', expected: 1_000, actual: 3, basedOn: 9 }],
    ],
    [
      'as large as some before it is none',
      { stored: 1_000 },
      [...times(12, { stored: 100 }), ...times(3, { stored: 900 })],
      [],
    ],
    [
      'as large as two before it is one',
      { stored: 1_000 },
      [...times(12, { stored: 100 }), ...times(2, { stored: 900 })],
      [{ kind: 'SIZE_JUMP', expected: 100, actual: 1_000, basedOn: 14 }],
    ],
    ['without numbers has none', {}, times(9, { stored: 100, items: 5, seconds: 60 }), []],
  ];
  test.each(cases)('%s', (_title, actual, before, expected) => {
    expect(found(actual, before)).toEqual(expected);
  });

  test('that failed has none', () => {
    expect(found({ stored: 0 }, times(20, { stored: 100 }), { status: 'FAILED' })).toEqual([]);
  });

  test('has the median of an even number of values between two of them', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([5])]).toEqual([2, 2.5, 5]);
  });
});

/** The same numbers each time. */
function createNoise(seed: number): () => number {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);
}

test('two years of nightly backups with larger Sundays and slow growth give few false alarms', () => {
  const noise = createNoise(7);
  let alarms = 0;
  let judged = 0;
  for (let entity = 0; entity < 20; entity++) {
    const runs: Run[] = [];
    for (let night = 0; night < 730; night++) {
      const sunday = night % 7 === 0 ? 4 : 1;
      const size = Math.round(1e9 * (1 + night / 730) * sunday * (1 + 0.05 * noise()));
      const numbers = { stored: size, seconds: 600 * sunday * (1 + 0.1 * noise()), items: 10_000 + night };
      alarms += findAnomalies(ofNumbers(numbers), runs.slice(-maxComparable)).length;
      judged++;
      runs.push(aRun(numbers));
    }
  }
  // The second and third Sunday of each entity, by size and by duration.
  expect([judged, alarms]).toEqual([14_600, 40]);
});

describe('stored runs', () => {
  const storage = openStorage(':memory:');
  const store = createHistoryStore(storage.database, storage.health);
  const runs = createRuns(storage.database, storage.health);
  afterAll(() => storage.close());
  const row = fc.record({
    entityId: fc.constantFrom('a', 'b', null),
    type: fc.constantFrom(...backupTypes.slice(0, 2)),
    status: fc.constantFrom('SUCCEEDED' as const, 'SUCCEEDED_WITH_WARNINGS' as const, 'FAILED' as const),
    isGone: fc.boolean(),
  });
  let worlds = 0;

  test('are the newest of each entity, and those before a backup of its type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), async (drawn, limit) => {
        const provider = `runs-${++worlds}`;
        const rows = drawn.map(({ isGone: _, ...fields }, index) =>
          aBackup({ ...fields, provider, externalId: String(index), sortedAt: (index + 1) * minute, itemCount: index }),
        );
        await store.savePage(provider, { rows, ids: [], after: null, through: null }, 0, newState('fake'));
        const gone = rows.filter((_, index) => drawn[index]?.isGone).map(({ localId }) => localId);
        await store.settle(provider, [], gone, 0);
        const newest = (matches: (backup: Backup) => boolean) =>
          rows
            .filter((one) => isSuccessful(one.status) && matches(one))
            .reverse()
            .slice(0, limit)
            .map(({ itemCount }) => itemCount);
        const numbers = (answer: readonly (readonly Run[])[]) =>
          answer.map((own) => own.map(({ itemCount }) => itemCount));
        expect(numbers(await runs.newestRuns(provider, ['a', 'never', 'b'], limit))).toEqual([
          newest(({ entityId }) => entityId === 'a'),
          [],
          newest(({ entityId }) => entityId === 'b'),
        ]);
        const asked = rows.filter(({ entityId }) => entityId !== null);
        expect(numbers(await runs.runsBefore(asked, limit))).toEqual(
          asked.map(({ entityId, type, sortedAt }) =>
            newest((one) => one.entityId === entityId && one.type === type && (one.sortedAt ?? 0) < (sortedAt ?? 0)),
          ),
        );
      }),
      { numRuns: runsOf(150) },
    );
  });
});
