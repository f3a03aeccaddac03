/** The totals of the history, and the same numbers counted from its rows. */
import { sql } from 'kysely';
import type { Db } from '../../src/storage/storage-database.ts';

export type Cells = Readonly<Record<string, readonly number[]>>;

const measures = ['duration', 'original_bytes', 'stored_bytes'] as const;

/** Those by hour, and the same summed up from those by quarter hour: equal if both are right. */
export async function hourlyTotals(db: Db): Promise<readonly [readonly unknown[], readonly unknown[]]> {
  const sums = (
    ['runs', 'timed_count', 'duration', 'original_count', 'original_bytes', 'stored_count', 'stored_bytes'] as const
  ).map((name) => sql<number>`cast(sum(${sql.ref(name)}) as double precision)`.as(name));
  const hour = sql<number>`case when slot < 0 then -1 else slot / 4 end`;
  const [hours, slots] = await Promise.all([
    db
      .selectFrom('history_hours')
      .select(['provider', 'status', 'hour'])
      .select(sums)
      .groupBy(['provider', 'status', 'hour'])
      .execute(),
    db
      .selectFrom('history_totals')
      .select(['provider', 'status', hour.as('hour')])
      .select(sums)
      .groupBy(['provider', 'status', hour])
      .execute(),
  ]);
  const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  return [inOrder(hours), inOrder(slots)];
}

/** By their keys, each with the number of runs, and with number and sum of each measure. */
export async function countedTotals(db: Db, isOfEntities: boolean): Promise<Cells> {
  const table = isOfEntities ? 'history_entity_totals' : 'history_totals';
  const rows = await db
    .selectFrom(table)
    .selectAll()
    // Sums are NUMERIC in PostgreSQL, which are texts here.
    .select(measures.map((name) => sql<number>`cast(${sql.ref(name)} as double precision)`.as(name)))
    .execute();
  return Object.fromEntries(
    rows.map((row) => {
      const entity = 'entity_id' in row ? [row.entity_id] : [];
      const key = [row.provider, ...entity, row.slot, row.type, row.trigger_kind, row.status];
      const { runs, timed_count: timed, original_count: original, stored_count: stored } = row;
      return [
        JSON.stringify(key),
        [runs, timed, row.duration, original, row.original_bytes, stored, row.stored_bytes].map(Number),
      ];
    }),
  );
}

export async function recounted(db: Db, isOfEntities: boolean): Promise<Cells> {
  const cells: Record<string, number[]> = {};
  for (const row of await db.selectFrom('history_backups').selectAll().execute()) {
    const slot = row.sort_at <= 0 ? -1 : Math.floor(row.sort_at / 900_000_000);
    const entity = isOfEntities ? [row.entity_id ?? ''] : [];
    const key = JSON.stringify([row.provider, ...entity, slot, row.type, row.trigger_kind, row.status]);
    cells[key] ??= Array(7).fill(0);
    const values = [1, ...measures.flatMap((name) => [row[name] === null ? 0 : 1, row[name] ?? 0])];
    cells[key] = cells[key].map((sum, index) => sum + (values[index] as number));
  }
  return cells;
}
