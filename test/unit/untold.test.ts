/** A filter that cannot be applied is said: rows whose value the product does not tell are not left out in silence. */
import { describe, expect, it } from 'vitest';
import { type BackupFilter, matchesFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { untoldProblem, withUntold } from '../../src/lists/untold.ts';
import { aBackup } from '../support/model.ts';

const judge = (row: Partial<Backup>, given: Partial<BackupFilter>) => {
  const { filter, untold } = withUntold({ ...noFilter, ...given });
  const isMatch = matchesFilter(aBackup(row), filter);
  return [isMatch, [...untold]];
};

describe('a row whose value is not told', () => {
  it.each<[string, Partial<Backup>, Partial<BackupFilter>]>([
    ['trigger', { trigger: 'UNKNOWN' }, { triggers: ['MANUAL', 'SCHEDULED'] }],
    ['type', { type: 'UNKNOWN' }, { types: ['FULL'] }],
    ['entity', { entityId: null }, { entityIds: ['a'] }],
    ['time', { sortedAt: 0 }, { startedAfter: 1_700_000_000_000_000 }],
  ])('is no match, and its %s is named', (field, row, filter) => {
    expect(judge(row, filter)).toEqual([false, [field]]);
    // Where anything else rules it out, nothing is missing.
    expect(judge({ ...row, status: 'FAILED' }, { ...filter, statuses: ['SUCCEEDED'] })).toEqual([false, []]);
    expect(judge({ ...row, name: 'x' }, { ...filter, search: 'no such text' })).toEqual([false, []]);
  });

  it('is a match where UNKNOWN is asked for, and nothing matches an empty list', () => {
    expect(judge({ trigger: 'UNKNOWN' }, { triggers: ['MANUAL', 'UNKNOWN'] })).toEqual([true, []]);
    expect(judge({ trigger: 'UNKNOWN' }, { triggers: [] })).toEqual([false, []]);
    expect(judge({ trigger: 'MANUAL' }, { triggers: ['SCHEDULED'] })).toEqual([false, []]);
  });

  it('is named with all that is not told of it, in one sentence for a provider', () => {
    const [, untold] = judge({ trigger: 'UNKNOWN', type: 'UNKNOWN' }, { triggers: ['MANUAL'], types: ['FULL'] });
    expect(untoldProblem('crm', new Set(untold as []))).toMatchObject({
      provider: 'crm',
      entityId: null,
      error: {
        code: 'INCOMPLETE',
        message:
          'crm could not be filtered: it does not report the trigger or the type of some or all of its backups, which are left out. Add UNKNOWN to the filter to see them.',
      },
    });
    expect(untoldProblem('crm', new Set())).toBeNull();
  });
});
