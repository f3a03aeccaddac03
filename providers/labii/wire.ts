/** What we read of Labii's replies, and nothing more. Which fields a row has depends on the generation and the serializer. */
import { z } from 'zod';

export const backupRow = z.object({
  /** Opaque, case-sensitive. */
  sid: z.string().min(1).max(100),
  /** In v1 `yyyymmddHHMMSS.gz`, the start of the run in UTC; free text in the current generation. */
  name: z.string().nullish(),
  description: z.string().nullish(),
  /** v1 has none. */
  status: z.string().nullish(),
  /** Text for people, such as `47.0 MB` with a no-break space. v1. */
  database_size: z.string().nullish(),
  /** The same of the current generation. */
  file_size: z.string().nullish(),
  /** RFC 3339 with microseconds. When the row was made: the end of the run in v1, its start in the current generation. */
  date_created: z.string().nullish(),
  change_permission: z.boolean().nullish(),
});

export const backupPage = z.object({
  /** Rows that the product counts to a page, whatever was asked for. */
  page_size: z.int().positive(),
  page_number: z.int().nullish(),
  /** Rows of the whole list. */
  count: z.int().nonnegative(),
  /** Most of them are never looked at. */
  results: z.array(z.unknown()),
});

export const countReply = z.object({ count: z.int().nonnegative() });

/** Without a token where a second factor is asked for. */
export const loginReply = z.object({ token: z.string().min(1).nullish() });

export type BackupRow = z.output<typeof backupRow>;
