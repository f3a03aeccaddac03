/** Rows of lists have their place before they are read: it must be the one that they have when they are. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as borg from '../../providers/borg/map.ts';
import { listRow } from '../../providers/borg/wire.ts';
import * as flosum from '../../providers/flosum/map.ts';
import { backupRow as flosumRow } from '../../providers/flosum/wire.ts';
import * as labii from '../../providers/labii/map.ts';
import { backupRow as labiiRow } from '../../providers/labii/wire.ts';
import type { Backup } from '../../src/core/model.ts';
import { type SortKey, toSortKey } from '../../src/core/order.ts';

interface Product {
  readonly row: Readonly<Record<string, unknown>>;
  /** What its order and its id hang on. */
  readonly fields: readonly string[];
  readonly schema: z.ZodType;
  readonly place: (row: unknown) => (SortKey & { readonly localId?: string }) | null;
  readonly read: (row: never) => Backup;
}

const flosumPlace = { provider: 'one', connectionId: '7' };
const labiiOrigin = { provider: 'one', generation: 'current', organizationSid: 'og1' } as const;

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
    place: (row) => borg.toPlaceInOrder(row, 'one'),
    read: (row) => borg.toBackup(row, 'one', 0),
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
    const parsed = schema.safeParse(changed);
    if (!found) return false;
    expect(parsed.success, what).toBe(true);
    const backup = read(parsed.data as never);
    expect({ ...toSortKey(found), localId: found.localId ?? found.externalId }, what).toEqual({
      ...toSortKey(backup),
      localId: backup.localId,
    });
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
