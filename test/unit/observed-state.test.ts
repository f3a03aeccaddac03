import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noSize, type Progress } from '../../src/core/model.ts';
import { createObservedState } from '../../src/lists/observed-state.ts';
import { aBackup } from '../support/model.ts';

const progress = (fields: Partial<Progress> = {}): Progress => ({
  percent: null,
  processedBytes: null,
  totalBytes: null,
  processedItems: null,
  currentItem: null,
  bytesPerSecond: null,
  secondsRemaining: null,
  updatedAt: 1,
  ...fields,
});
const running = (fields: Parameters<typeof aBackup>[0] = {}) => aBackup({ status: 'RUNNING', ...fields });
const originalBytes = (bytes: number) => ({ ...noSize, originalBytes: bytes });

test('a backup that nobody noted comes back as it is', () => {
  const backup = running();
  expect(createObservedState().apply(backup)).toBe(backup);
});

test('numbers that a product forgets at the end are kept', () => {
  const observed = createObservedState();
  observed.note(running({ size: originalBytes(500), itemCount: 7, progress: progress({ percent: 40 }) }));
  const ended = observed.note(aBackup({ size: originalBytes(0), itemCount: null }));
  expect(ended).toMatchObject({ status: 'SUCCEEDED', size: { originalBytes: 500 }, itemCount: 7, progress: null });
});

test('the final numbers of a success count, also where they are smaller than what was seen', () => {
  const observed = createObservedState();
  observed.note(running({ size: { ...noSize, deduplicatedBytes: 900, originalBytes: 500 }, itemCount: 7 }));
  const size = { ...noSize, deduplicatedBytes: 300 };
  expect(observed.apply(aBackup({ size, itemCount: 5, isSettling: true }))).toMatchObject({
    size: { deduplicatedBytes: 900, originalBytes: 500 },
    itemCount: 7,
  });
  expect(observed.apply(aBackup({ size, itemCount: 5 }))).toMatchObject({
    size: { deduplicatedBytes: 300, originalBytes: 500 },
    itemCount: 5,
  });
  expect(observed.apply(aBackup({ size, itemCount: 5, status: 'CANCELLED' }))).toMatchObject({ itemCount: 7 });
});

test('progress never falls back, whatever order readings come in', () => {
  const reading = fc.record({
    percent: fc.option(fc.nat(100)),
    processedBytes: fc.option(fc.nat(1000)),
    processedItems: fc.option(fc.nat(10)),
    updatedAt: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(reading, { minLength: 2 }), (readings) => {
      const observed = createObservedState();
      const shown = readings.map((one) => observed.note(running({ progress: progress(one) })).progress);
      for (const field of ['percent', 'processedBytes', 'processedItems', 'updatedAt'] as const) {
        const values = shown.map((one) => one?.[field] ?? -1);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    }),
  );
});

test('what is not a total is of the newest reading', () => {
  const observed = createObservedState();
  observed.note(running({ progress: progress({ currentItem: 'new', bytesPerSecond: 1, updatedAt: 2 }) }));
  const late = observed.note(running({ progress: progress({ currentItem: 'old', bytesPerSecond: 9, updatedAt: 1 }) }));
  expect(late.progress).toMatchObject({ currentItem: 'new', bytesPerSecond: 1, updatedAt: 2 });
});

test('a running backup without a word on progress shows the last that was said', () => {
  const observed = createObservedState();
  observed.note(running({ progress: progress({ percent: 40 }) }));
  expect(observed.apply(running()).progress?.percent).toBe(40);
});

test('a cancelled backup is CANCELLING until the product says how it ended', () => {
  const observed = createObservedState();
  expect(observed.noteCancelRequested(running()).status).toBe('CANCELLING');
  expect(observed.note(running()).status).toBe('CANCELLING');
  expect(observed.apply(aBackup({ status: 'CANCELLED' })).status).toBe('CANCELLED');
  expect(observed.apply(aBackup({ status: 'SUCCEEDED' })).status).toBe('SUCCEEDED');
});

test('backups of the same id at two providers are not mixed up', () => {
  const observed = createObservedState();
  observed.noteCancelRequested(running({ provider: 'one' }));
  expect(observed.apply(running({ provider: 'two' })).status).toBe('RUNNING');
});

test('forgets the backups that were noted longest ago, so that it stays small', () => {
  const observed = createObservedState();
  observed.noteCancelRequested(running({ externalId: 'first' }));
  observed.noteCancelRequested(running({ externalId: 'second' }));
  for (let id = 0; id < 9_999; id++) {
    observed.note(running({ externalId: `${id}` }));
    if (id % 100 === 0) observed.note(running({ externalId: 'first' }));
  }
  expect(observed.apply(running({ externalId: 'first' })).status).toBe('CANCELLING');
  expect(observed.apply(running({ externalId: 'second' })).status).toBe('RUNNING');
});
