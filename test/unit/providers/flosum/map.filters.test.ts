import { describe, expect, it } from 'vitest';
import { isCountedExactly, toFilterQuery } from '../../../../providers/flosum/filter.ts';
import { type BackupFilter, noFilter } from '../../../../src/core/filter.ts';
import { backupStatuses, backupTypes } from '../../../../src/core/model.ts';

describe('the words of a filter', () => {
  const words = (fields: Partial<BackupFilter>) => toFilterQuery({ ...noFilter, ...fields });
  const types = ['full', 'full & sync', 'template', 'archive'];
  const statuses = ['In Progress', 'Exception', 'Completed', 'Aborted'];

  it('are all that there are where nothing is asked', () => {
    expect(words({})).toEqual({ types, statuses, search: null, includeMetadata: null });
  });

  it('are exactly those that find what is asked', () => {
    expect(words({ types: ['SYNCHRONIZATION', 'ARCHIVE', 'INCREMENTAL'] })?.types).toEqual(['full & sync', 'archive']);
    expect(words({ statuses: ['FAILED', 'QUEUED', 'CANCELLED'] })?.statuses).toEqual(['Exception', 'Aborted']);
    expect(words({ search: 'night' })?.search).toBe('night');
  });

  it('are all of them for what has no word', () => {
    expect(words({ types: ['IMPORT', 'FULL'] })?.types).toEqual(types);
    expect(words({ types: ['UNKNOWN'] })?.types).toEqual(types);
    expect(words({ statuses: ['UNKNOWN'] })?.statuses).toEqual(statuses);
  });

  it('leave out a text that is longer than the product takes', () => {
    expect(words({ search: 'x'.repeat(80) })?.search).toHaveLength(80);
    expect(words({ search: 'x'.repeat(81) })?.search).toBeNull();
  });

  it('are none where no backup of this product can match', () => {
    const found = new Set(['FULL', 'SYNCHRONIZATION', 'TEMPLATE', 'ARCHIVE', 'IMPORT', 'UNKNOWN']);
    expect(backupTypes.filter((type) => words({ types: [type] }))).toEqual(
      backupTypes.filter((type) => found.has(type)),
    );
    const had = new Set(['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'UNKNOWN']);
    expect(backupStatuses.filter((status) => words({ statuses: [status] }))).toEqual(
      backupStatuses.filter((status) => had.has(status)),
    );
    const never: Partial<BackupFilter>[] = [
      { triggers: ['MANUAL', 'SCHEDULED'] },
      { triggers: [] },
      { entityIds: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    expect(never.map(words)).toEqual([null, null, null, null]);
    expect(words({ triggers: ['UNKNOWN'] })).not.toBeNull();
  });

  it('are counted by the product where they mean the same to it', () => {
    const exact = (fields: Partial<BackupFilter>) => isCountedExactly({ ...noFilter, ...fields });
    expect([exact({}), exact({ statuses: ['FAILED'] }), exact({ entityIds: ['7'] })]).toEqual([true, true, true]);
    const others: Partial<BackupFilter>[] = [
      { types: ['ARCHIVE'] },
      { statuses: ['UNKNOWN'] },
      { search: 'a' },
      { startedAfter: 1 },
      { startedBefore: 1 },
    ];
    expect(others.map(exact)).toEqual([false, false, false, false, false]);
  });
});
