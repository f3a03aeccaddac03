/** Rows of lists have their place before they are read: it must be the one that they have when they are. */
import { describe, expect, test } from 'vitest';
import * as borg from '../../../providers/borg/map.ts';
import { listRow } from '../../../providers/borg/wire.ts';
import * as flosum from '../../../providers/flosum/map.ts';
import { backupRow as flosumRow } from '../../../providers/flosum/wire.ts';
import * as labii from '../../../providers/labii/map.ts';
import { backupRow as labiiRow } from '../../../providers/labii/wire.ts';
import type { Backup } from '../../../src/core/model.ts';
import { type SortKey, toSortKey } from '../../../src/core/order.ts';
import { createTimeReader } from '../../../src/core/time-reader.ts';

interface Product {
  readonly row: Readonly<Record<string, unknown>>;
  /** What its order and its id hang on. */
  readonly fields: readonly string[];
  readonly schema: (row: unknown) => unknown;
  readonly place: (
    row: unknown,
  ) => { readonly key: SortKey; readonly localId?: string; readonly hasTime: boolean } | null;
  readonly read: (row: never) => Backup;
}

const times = createTimeReader('UTC');
const flosumPlace = { provider: 'one', connectionId: '7', times };
const labiiOrigin = { provider: 'one', generation: 'current', organizationSid: 'og1', times } as const;

const products: Readonly<Record<string, Product>> = {
  borg: {
    row: {
      id: 7,
      repository: '/backups/mail',
      status: 'completed',
      started_at: '2026-05-01T10:00:00.123456+00:00',
      completed_at: '2026-05-01T11:00:00+00:00',
    },
    fields: ['id', 'status', 'started_at', 'completed_at'],
    schema: listRow,
    place: (row) => borg.toPlaceInOrder(row, 'one', times),
    read: (row) => borg.toBackup(row, { provider: 'one', times, readAt: 0 }),
  },
  flosum: {
    row: {
      id: 9971,
      jobId: 5,
      jobStatus: 'Completed',
      startedDate: '2026-05-01T10:00:00.123Z',
      duration: '00:04:11',
      operationType: 'Composite Backup',
    },
    fields: ['id', 'startedDate'],
    schema: flosumRow,
    place: (row) => flosum.toPlaceInOrder(row, flosumPlace),
    read: (row) => flosum.toBackup(row, flosumPlace),
  },
  labii: {
    row: { sid: 'bk1', name: '20260501100000.gz', status: 'Completed', date_created: '2026-05-01T10:00:00.123456Z' },
    fields: ['sid', 'date_created'],
    schema: labiiRow,
    place: (row) => labii.toPlaceInOrder(row, labiiOrigin),
    read: (row) => labii.toBackup(row, labiiOrigin),
  },
};

const odd: readonly unknown[] = [
  ...[undefined, null, '', '7', 'yesterday', 'pending', 'running', 'In Progress', 'x'.repeat(100), 'x'.repeat(101)],
  ...[0, -1, 1.5, 2 ** 53, Number.NaN, true, {}, ['2026-05-01T10:00:00Z']],
  ...[
    '2026-05-01T10:00:00Z',
    '2026-05-01T12:00:00+02:00',
    '2026-02-30T10:00:00Z',
    '2026-05-01T10:00:00',
    'abcd-05-01T10:00:00Z',
  ],
];

describe.each(Object.entries(products))('a row of %s', (_name, { row, fields, schema, place, read }) => {
  const check = (changed: Readonly<Record<string, unknown>>) => {
    const what = JSON.stringify(changed);
    const found = place(changed);
    const parsed = schema(changed);
    expect(parsed === null, what).toBe(found === null);
    if (!found) return false;
    const backup = read(parsed as never);
    expect({ ...found.key, localId: found.localId ?? found.key.externalId }, what).toEqual({
      ...toSortKey(backup),
      localId: backup.localId,
    });
    // Without a time that can be read it stands at the end, and says why.
    const isNamed = ['startedDate', 'date_created', 'started_at', 'completed_at'].some((name) =>
      backup.unreadable?.includes(name),
    );
    if (!found.hasTime) expect([backup.sortedAt, isNamed], what).toEqual([0, true]);
    return true;
  };

  test('has the place that it has when it is read, whatever stands in it', () => {
    expect(check(row)).toBe(true);
    let found = 0;
    for (const one of fields) {
      for (const other of fields) {
        for (const value of odd)
          for (const second of odd) found += check({ ...row, [one]: value, [other]: second }) ? 1 : 0;
      }
    }
    expect(found).toBeGreaterThan(10);
  });

  test('has none where it is no row', () => {
    for (const value of [...odd, []]) expect(place(value)).toBeNull();
  });
});
