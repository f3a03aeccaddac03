import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noSize, type Progress } from '../../src/core/model.ts';
import { createRecall } from '../../src/core/recall.ts';
import { aBackup } from './model.ts';

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
  expect(createRecall().apply(backup)).toBe(backup);
});

test('numbers that a product forgets at the end are kept', () => {
  const recall = createRecall();
  recall.note(running({ size: originalBytes(500), itemCount: 7, progress: progress({ percent: 40 }) }));
  const ended = recall.note(aBackup({ size: originalBytes(0), itemCount: null }));
  expect(ended).toMatchObject({ status: 'SUCCEEDED', size: { originalBytes: 500 }, itemCount: 7, progress: null });
});

test('the final numbers of a success count, also where they are smaller than what was seen', () => {
  const recall = createRecall();
  recall.note(running({ size: { ...noSize, deduplicatedBytes: 900, originalBytes: 500 }, itemCount: 7 }));
  const size = { ...noSize, deduplicatedBytes: 300 };
  expect(recall.apply(aBackup({ size, itemCount: 5, isSettling: true }))).toMatchObject({
    size: { deduplicatedBytes: 900, originalBytes: 500 },
    itemCount: 7,
  });
  expect(recall.apply(aBackup({ size, itemCount: 5 }))).toMatchObject({
    size: { deduplicatedBytes: 300, originalBytes: 500 },
    itemCount: 5,
  });
  expect(recall.apply(aBackup({ size, itemCount: 5, status: 'CANCELLED' }))).toMatchObject({ itemCount: 7 });
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
      const recall = createRecall();
      const shown = readings.map((one) => recall.note(running({ progress: progress(one) })).progress);
      for (const field of ['percent', 'processedBytes', 'processedItems', 'updatedAt'] as const) {
        const values = shown.map((one) => one?.[field] ?? -1);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    }),
  );
});

test('what is not a total is of the newest reading', () => {
  const recall = createRecall();
  recall.note(running({ progress: progress({ currentItem: 'new', bytesPerSecond: 1, updatedAt: 2 }) }));
  const late = recall.note(running({ progress: progress({ currentItem: 'old', bytesPerSecond: 9, updatedAt: 1 }) }));
  expect(late.progress).toMatchObject({ currentItem: 'new', bytesPerSecond: 1, updatedAt: 2 });
});

test('a running backup without a word on progress shows the last that was said', () => {
  const recall = createRecall();
  recall.note(running({ progress: progress({ percent: 40 }) }));
  expect(recall.apply(running()).progress?.percent).toBe(40);
});

test('a cancelled backup is CANCELLING until the product says how it ended', () => {
  const recall = createRecall();
  expect(recall.noteCancelRequested(running()).status).toBe('CANCELLING');
  expect(recall.note(running()).status).toBe('CANCELLING');
  expect(recall.apply(aBackup({ status: 'CANCELLED' })).status).toBe('CANCELLED');
  expect(recall.apply(aBackup({ status: 'SUCCEEDED' })).status).toBe('SUCCEEDED');
});

test('backups of the same id at two providers are not mixed up', () => {
  const recall = createRecall();
  recall.noteCancelRequested(running({ provider: 'one' }));
  expect(recall.apply(running({ provider: 'two' })).status).toBe('RUNNING');
});

test('forgets the backups that were noted longest ago, so that it stays small', () => {
  const recall = createRecall();
  recall.noteCancelRequested(running({ externalId: 'first' }));
  recall.noteCancelRequested(running({ externalId: 'second' }));
  for (let id = 0; id < 9_999; id++) {
    recall.note(running({ externalId: `${id}` }));
    if (id % 100 === 0) recall.note(running({ externalId: 'first' }));
  }
  expect(recall.apply(running({ externalId: 'first' })).status).toBe('CANCELLING');
  expect(recall.apply(running({ externalId: 'second' })).status).toBe('RUNNING');
});
