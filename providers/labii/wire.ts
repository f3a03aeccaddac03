/** The fields that are read of Labii's replies. Which fields a row has depends on the generation and the serializer. */
import { z } from 'zod';
import {
  field,
  flag,
  moment,
  type RowOf,
  required,
  row,
  rowSchema,
  rowsSchema,
  text,
} from '../../src/core/tolerant-reader.ts';
import { escapeIdentifier } from '../../src/core/unicode.ts';

/** Opaque, case-sensitive. */
export const sid = field((value) =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? escapeIdentifier(value) : undefined,
);

export const backupRow = row(
  { sid },
  {
    /** In v1 `yyyymmddHHMMSS.gz`, the start of the run in UTC; free text in the current generation. */
    name: text,
    description: text,
    /** v1 has none. */
    status: text,
    /** Text for people, such as `47.0 MB` with a no-break space. v1. */
    database_size: text,
    /** The same of the current generation. */
    file_size: text,
    /** ISO 8601 with microseconds. When the row was made: the end of the run in v1, its start in the current generation. */
    date_created: required(moment),
    change_permission: flag,
  },
);
export const backupReply = rowSchema(backupRow);

export const backupPage = z.object({
  /** Page size that the product applied, which may differ from the requested one. */
  page_size: z.int().positive().nullish().catch(null),
  page_number: z.int().nullish().catch(null),
  /** Rows of the whole list. */
  count: z.int().nonnegative().nullish().catch(null),
  /** Whether the account may start a backup here. */
  add_permission: z.boolean().nullish().catch(null),
  results: rowsSchema(backupRow),
});

const nameRow = row({ sid }, {});
/** With the shortest serializer. Invalid if neither the number nor any row can be read. */
export const countReply = z
  .object({ count: z.int().nonnegative().nullish().catch(null), results: z.array(z.unknown()) })
  .refine(
    ({ count, results }) => count != null || results.length === 0 || results.some((one) => nameRow(one) !== null),
    {
      error: 'expected a number of rows, or rows',
    },
  );

/** Without a token where a second factor is asked for. */
export const loginReply = z.object({ token: z.string().min(1).nullish() });

export type BackupRow = RowOf<typeof backupRow>;
