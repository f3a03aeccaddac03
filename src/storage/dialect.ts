/** Where the SQL of the two databases differs. */
import { type RawBuilder, sql } from 'kysely';
import type { StorageDatabase } from './storage-database.ts';

/** A field of a JSON text, as text; null where it is null or missing. */
export const jsonField = (kind: StorageDatabase['kind'], column: string, field: string): RawBuilder<string | null> =>
  kind === 'sqlite'
    ? sql`json_extract(${sql.ref(column)}, ${sql.lit(`$.${field}`)})`
    : sql`(${sql.ref(column)}::json ->> ${sql.lit(field)})`;
