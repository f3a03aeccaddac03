/** Random lists whose ids run almost, but not quite, as their times do, and what happens to them meanwhile. */
import fc from 'fast-check';
import type { Backup } from '../../src/core/model.ts';
import { compareIds, type SortKey } from '../../src/core/order.ts';
import { aBackup } from './model.ts';

const secondInMicroseconds = 1_000_000;

/**
 * Rows with ids of their own, newest id first. Each row's time is its id's, moved by less than `disorder` places;
 * several share a time.
 */
export function makeRows(provider: string, jitters: readonly number[], timeStep: number): Backup[] {
  return jitters
    .map((jitter, index) =>
      aBackup({
        provider,
        externalId: String(1000 + index),
        sortedAt: Math.floor((1000 + index + jitter) / timeStep) * timeStep * secondInMicroseconds,
        status: index % 3 === 0 ? 'FAILED' : 'SUCCEEDED',
      }),
    )
    .reverse();
}

/** Places that rows are moved by: neighbours change places, sometimes over 20 of them. */
export const jitters = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -20, max: 20 }), { maxLength, size: 'max' });

/** What happens to a list between two pages: new rows come at the top, and rows go anywhere. */
export interface Change {
  readonly inserted: number;
  /** Places, as parts of a thousand of the list. */
  readonly deleted: readonly number[];
}

export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({ inserted: fc.integer({ min: 0, max: 4 }), deleted: fc.array(fc.nat(999), { maxLength: 4 }) }),
  { maxLength: 30, size: 'max' },
);

/** `step` counts the changes of one list, since no product gives an id twice. */
export function changed(rows: readonly Backup[], change: Change, provider: string, step: number): Backup[] {
  const inserted = Array.from({ length: change.inserted }, (_, index) => {
    const id = 5000 + 10 * step + index;
    return aBackup({ provider, externalId: String(id), sortedAt: id * secondInMicroseconds });
  });
  const gone = new Set(change.deleted.map((part) => Math.floor((part * rows.length) / 1000)));
  return [...inserted, ...rows.filter((_, index) => !gone.has(index))].sort((a, b) =>
    compareIds(b.externalId, a.externalId),
  );
}

/** Names of rows, to compare whole walks by. */
export const namesOf = (rows: readonly SortKey[]): string[] => rows.map((row) => `${row.provider}/${row.externalId}`);
