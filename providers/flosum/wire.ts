/**
 * What we read of Flosum's replies, and nothing more. The published shape of a page asks each item to be a text and
 * an object at once, which no page can be, so these are written by hand. New words of a status or an operation pass.
 */
import { z } from 'zod';

const page = <Row extends z.ZodType>(row: Row) => z.object({ total: z.int().nonnegative(), items: z.array(row) });

/** As the list has it; who the user is in full and which Salesforce org it is are only in the reply by id. */
const connection = {
  id: z.int(),
  name: z.string(),
  /** Another number than `id`; nothing says what it counts. */
  externalId: z.int().nullish(),
  userName: z.string().nullish(),
  /** PRODUCTION or SANDBOX. */
  salesforceOrgType: z.string().nullish(),
};

const connectionRow = z.object(connection);
export const connectionsReply = page(connectionRow);

export const connectionReply = z.object({
  ...connection,
  userFullName: z.string().nullish(),
  /** 18 characters. */
  salesforceOrgId: z.string().nullish(),
});

/** Which connection a Salesforce org has. */
export const connectionIdReply = z.object({ connectionId: z.int() });

/** Required or not, a running row has zeros and empty texts where there is nothing to say yet. */
export const backupRow = z.object({
  /** Of the backup. The log takes `jobId`. */
  id: z.int(),
  name: z.string().nullish(),
  jobId: z.int(),
  jobStatus: z.string(),
  /** RFC 3339. */
  startedDate: z.string(),
  /** `00:04:11` where it was seen; its form is not documented. */
  duration: z.string().nullish(),
  /** Bytes, as far as anybody knows: the unit is not documented. */
  size: z.number().nullish(),
  records: z.number().nullish(),
  operationType: z.string(),
});
export const backupsReply = page(backupRow);
/** The same, for rows most of which are never looked at. */
export const unreadBackupsReply = page(z.unknown());

/** It names neither the backup nor its job. */
export const startReply = z.object({ message: z.string() });

/** `message` is a list where a field is wrong, and a text otherwise. */
export const refusalReply = z.object({ message: z.union([z.string(), z.array(z.string())]) });

export type ConnectionRow = z.output<typeof connectionRow>;
export type ConnectionDetails = z.output<typeof connectionReply>;
export type BackupRow = z.output<typeof backupRow>;
export type BackupsPage = z.output<typeof backupsReply>;
