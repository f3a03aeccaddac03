/** Where the SQL of the two databases differs. */
import { type RawBuilder, sql } from 'kysely';
import type { StorageDatabase } from './storage-database.ts';
import type { Tables } from './tables.ts';

/** Of PostgreSQL: all tables are in it, so that they may share a database with others. */
export const postgresSchema = 'backplane';

/** For statements that are written as text. */
export const tableOf = (kind: StorageDatabase['kind'], name: keyof Tables): RawBuilder<unknown> =>
  sql.table(kind === 'sqlite' ? name : `${postgresSchema}.${name}`);

/** A field of a JSON text, as text; null where it is null or missing. */
export const jsonField = (kind: StorageDatabase['kind'], column: string, field: string): RawBuilder<string | null> =>
  kind === 'sqlite'
    ? sql`json_extract(${sql.ref(column)}, ${sql.lit(`$.${field}`)})`
    : sql`(${sql.ref(column)}::json ->> ${sql.lit(field)})`;

/**
 * A table of whole numbers, from one parameter: as literals they would make a statement of their own each time. Materialized,
 * or each number would be read from the text again for every row that it is joined with.
 */
export const numbersTable = <Column extends string>(
  kind: StorageDatabase['kind'],
  columns: readonly Column[],
  rows: readonly (readonly number[])[],
): RawBuilder<Record<Column, number>> => {
  const of = (column: Column, index: number) =>
    kind === 'sqlite'
      ? sql`json_extract(value, ${sql.lit(`$[${index}]`)}) as ${sql.ref(column)}`
      : sql`(value ->> ${sql.lit(index)})::bigint as ${sql.ref(column)}`;
  const selected = sql.join(columns.map(of));
  const text = JSON.stringify(rows);
  const source = kind === 'sqlite' ? sql`json_each(${text})` : sql`json_array_elements(${text}::json) as value`;
  return sql`(with numbers as materialized (select ${selected} from ${source}) select * from numbers)`;
};

/** A sum as a floating-point number, which cannot overflow; 0 without any value. */
export const floatSum = (kind: StorageDatabase['kind'], value: RawBuilder<unknown>): RawBuilder<number> =>
  kind === 'sqlite' ? sql`total(${value})` : sql`coalesce(sum(${value}), 0)::double precision`;
