import { describe, expect, test } from 'vitest';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { isWanted, lazily, listed } from '../../src/core/listed-backup.ts';
import { toSortKey } from '../../src/core/order.ts';
import { aBackup } from '../support/model.ts';

const backup = aBackup({
  externalId: '7',
  sortedAt: 10,
  entityId: 'e1',
  status: 'FAILED',
  type: 'FULL',
  trigger: 'MANUAL',
  name: 'nightly',
});

/** A row that counts how often it is read. */
function aRow(read = () => backup) {
  const counted = { reads: 0 };
  const row = lazily(toSortKey(backup), 'local', null, () => {
    counted.reads += 1;
    return read();
  });
  return { row, counted };
}

test('a row is read when it is opened, once', () => {
  const { row, counted } = aRow();
  expect(row).toMatchObject({ sortedAt: 10, provider: 'one', externalId: '7', localId: 'local' });
  expect(counted.reads).toBe(0);
  expect(row.open()).toBe(backup);
  expect(row.open()).toBe(backup);
  expect(counted.reads).toBe(1);
});

test('a row that cannot be read says so each time', () => {
  const { row, counted } = aRow(() => {
    throw new Error('not as it must be');
  });
  expect(() => row.open()).toThrow('not as it must be');
  expect(() => row.open()).toThrow('not as it must be');
  expect(counted.reads).toBe(2);
});

test('a row that is shown as another stands where it stood, and is read when it is opened', () => {
  const { row, counted } = aRow();
  const shown = lazily(row, row.localId, row, (one) => ({ ...one.open(), name: 'other', sortedAt: 99 }));
  expect(shown).toMatchObject({ sortedAt: 10, provider: 'one', externalId: '7', localId: 'local' });
  expect(counted.reads).toBe(0);
  expect(shown.open()).toMatchObject({ name: 'other' });
  expect(shown.open()).toBe(shown.open());
  expect(counted.reads).toBe(1);
});

describe('what is wanted', () => {
  const cases: readonly [Partial<BackupFilter>, boolean, boolean][] = [
    [{}, true, false],
    [{ startedAfter: 10, startedBefore: 11 }, true, false],
    [{ startedAfter: 11 }, false, false],
    [{ startedBefore: 10 }, false, false],
    [{ entityIds: ['e1'] }, true, true],
    [{ entityIds: ['e2'] }, false, true],
    [{ statuses: ['FAILED'] }, true, true],
    [{ statuses: ['SUCCEEDED'] }, false, true],
    [{ types: ['FULL'] }, true, true],
    [{ types: ['INCREMENTAL'] }, false, true],
    [{ triggers: ['MANUAL'] }, true, true],
    [{ triggers: ['SCHEDULED'] }, false, true],
    [{ search: 'night' }, true, true],
    [{ search: 'day' }, false, true],
    [{ statuses: ['FAILED'], startedAfter: 11 }, false, true],
  ];

  test.each(cases)(
    'by %j is decided (%j), and the row is opened only where its time does not tell',
    (filter, expected, isOpened) => {
      const { row, counted } = aRow();
      expect(isWanted(row, { ...noFilter, ...filter })).toBe(expected);
      expect(counted.reads).toBe(isOpened ? 1 : 0);
    },
  );

  test('is not asked of a row that was read already', () => {
    expect(isWanted(listed(backup), { ...noFilter, statuses: ['FAILED'] })).toBe(true);
  });
});
