import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BackupFilter, matchesFilter, noFilter } from '../../src/core/filter.ts';
import { now } from '../../src/core/instant.ts';
import {
  type Backup,
  backupStatuses,
  backupTriggers,
  backupTypes,
  dataPresences,
  noSize,
} from '../../src/core/model.ts';
import { aBackup } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

const text = fc.constantFrom('Nightly', 'nightly ÄRA', '', 'x', 'NIGHT');
const entityId = fc.constantFrom('1', '2', '');
const instant = fc.integer({ min: 0, max: 5 });

const backup: fc.Arbitrary<Backup> = fc
  .record({
    entityId: fc.option(entityId),
    status: fc.constantFrom(...backupStatuses),
    type: fc.constantFrom(...backupTypes),
    trigger: fc.constantFrom(...backupTriggers),
    sortedAt: instant,
    name: fc.option(text),
    description: fc.option(text),
    endedAt: fc.option(instant),
    errorMessage: fc.option(text),
    presence: fc.constantFrom(...dataPresences, undefined),
    isRemoved: fc.boolean(),
    storedBytes: fc.option(instant),
  })
  .map(({ storedBytes, ...fields }) => aBackup({ ...fields, size: { ...noSize, storedBytes } }));

const filter: fc.Arbitrary<BackupFilter> = fc.record({
  entityIds: fc.option(fc.array(entityId)),
  statuses: fc.option(fc.array(fc.constantFrom(...backupStatuses), { maxLength: 6 })),
  types: fc.option(fc.array(fc.constantFrom(...backupTypes), { maxLength: 6 })),
  triggers: fc.option(fc.array(fc.constantFrom(...backupTriggers))),
  startedAfter: fc.option(instant),
  startedBefore: fc.option(instant),
  search: fc.option(text),
  minStoredBytes: fc.option(instant),
  endedAfter: fc.option(instant),
  endedBefore: fc.option(instant),
  errorSearch: fc.option(text),
  dataPresences: fc.option(fc.array(fc.constantFrom(...dataPresences))),
  own: fc.constant(null),
});

/** The meaning of a filter, said as plainly as can be. */
function naive(row: Backup, wanted: BackupFilter): boolean {
  if (wanted.entityIds && !wanted.entityIds.some((id) => id === row.entityId)) return false;
  if (wanted.statuses && !wanted.statuses.some((status) => status === row.status)) return false;
  if (wanted.types && !wanted.types.some((type) => type === row.type)) return false;
  if (wanted.triggers && !wanted.triggers.some((trigger) => trigger === row.trigger)) return false;
  if (wanted.startedAfter !== null && (row.sortedAt as number) < wanted.startedAfter) return false;
  if (wanted.startedBefore !== null && (row.sortedAt as number) >= wanted.startedBefore) return false;
  if (wanted.minStoredBytes !== null && !((row.size.storedBytes ?? -1) >= wanted.minStoredBytes)) return false;
  if (wanted.endedAfter !== null && !((row.endedAt ?? -1) >= wanted.endedAfter)) return false;
  if (wanted.endedBefore !== null && !((row.endedAt ?? 9) < wanted.endedBefore)) return false;
  const holds = (words: string | null, part: string) => words?.toLowerCase().includes(part.toLowerCase()) ?? false;
  if (wanted.errorSearch !== null && !holds(row.errorMessage, wanted.errorSearch)) return false;
  const isSuccess = ['SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS'].includes(row.status);
  const presence = row.isRemoved ? 'REMOVED' : isSuccess ? (row.presence ?? 'UNKNOWN') : 'UNKNOWN';
  if (wanted.dataPresences && !wanted.dataPresences.some((one) => one === presence)) return false;
  if (wanted.search === null) return true;
  return [row.name, row.description].some((words) => words?.toLowerCase().includes(wanted.search?.toLowerCase() ?? ''));
}

test('a row matches exactly where the plain statement says so', () => {
  fc.assert(
    fc.property(backup, filter, (row, wanted) => matchesFilter(row, wanted) === naive(row, wanted)),
    { numRuns: runsOf(3000) },
  );
});

test('no filter lets everything through', () => {
  fc.assert(fc.property(backup, (row) => matchesFilter(row, noFilter)));
});

test('an empty list matches nothing', () => {
  for (const field of ['entityIds', 'statuses', 'types', 'triggers', 'dataPresences']) {
    expect(matchesFilter(aBackup({ entityId: '1' }), { ...noFilter, [field]: [] })).toBe(false);
  }
});

test('a row without a time counts as now', () => {
  const queued = aBackup({ sortedAt: null });
  const minute = 60_000_000;
  expect(matchesFilter(queued, { ...noFilter, startedAfter: now() - minute })).toBe(true);
  expect(matchesFilter(queued, { ...noFilter, startedBefore: now() - minute })).toBe(false);
  expect(matchesFilter(queued, { ...noFilter, startedAfter: now() + minute })).toBe(false);
});
