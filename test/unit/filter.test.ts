import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BackupFilter, matchesFilter, noFilter } from '../../src/core/filter.ts';
import { now } from '../../src/core/instant.ts';
import { type Backup, backupStatuses, backupTriggers, backupTypes } from '../../src/core/model.ts';
import { aBackup } from '../support/model.ts';

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
  })
  .map(aBackup);

const filter: fc.Arbitrary<BackupFilter> = fc.record({
  entityIds: fc.option(fc.array(entityId)),
  statuses: fc.option(fc.array(fc.constantFrom(...backupStatuses), { maxLength: 6 })),
  types: fc.option(fc.array(fc.constantFrom(...backupTypes), { maxLength: 6 })),
  triggers: fc.option(fc.array(fc.constantFrom(...backupTriggers))),
  startedAfter: fc.option(instant),
  startedBefore: fc.option(instant),
  search: fc.option(text),
});

/** The meaning of a filter, said as plainly as can be. */
function naive(row: Backup, wanted: BackupFilter): boolean {
  if (wanted.entityIds && !wanted.entityIds.some((id) => id === row.entityId)) return false;
  if (wanted.statuses && !wanted.statuses.some((status) => status === row.status)) return false;
  if (wanted.types && !wanted.types.some((type) => type === row.type)) return false;
  if (wanted.triggers && !wanted.triggers.some((trigger) => trigger === row.trigger)) return false;
  if (wanted.startedAfter !== null && (row.sortedAt as number) < wanted.startedAfter) return false;
  if (wanted.startedBefore !== null && (row.sortedAt as number) >= wanted.startedBefore) return false;
  if (wanted.search === null) return true;
  return [row.name, row.description].some((words) => words?.toLowerCase().includes(wanted.search?.toLowerCase() ?? ''));
}

test('a row matches exactly where the plain statement says so', () => {
  fc.assert(
    fc.property(backup, filter, (row, wanted) => matchesFilter(row, wanted) === naive(row, wanted)),
    { numRuns: 3000 },
  );
});

test('no filter lets everything through', () => {
  fc.assert(fc.property(backup, (row) => matchesFilter(row, noFilter)));
});

test('an empty list matches nothing', () => {
  for (const field of ['entityIds', 'statuses', 'types', 'triggers']) {
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
