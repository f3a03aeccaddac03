/**
 * What we read of Flosum's replies, and nothing more. The published shape of a page asks each item to be a text and
 * an object at once, which no page can be, so these are written by hand. New words of a status or an operation pass.
 */
import { z } from 'zod';
import {
  count,
  moment,
  type RowOf,
  required,
  row,
  rowSchema,
  rowsSchema,
  serial,
  text,
} from '../../src/core/tolerant-reader.ts';

/** `total` is null where it cannot be read. */
const page = (read: (value: unknown) => unknown) =>
  z.object({
    total: z
      .unknown()
      .optional()
      .transform((value) => count(value, () => undefined)),
    items: rowsSchema(read),
  });

/** As the list has it, and the details of one; who the user is in full and which Salesforce org it is have only those. */
export const connectionRow = row(
  { id: serial },
  {
    name: text,
    /** Another number than `id`; nothing says what it counts. */
    externalId: serial,
    userName: text,
    /** PRODUCTION or SANDBOX. */
    salesforceOrgType: text,
    userFullName: text,
    /** 18 characters. */
    salesforceOrgId: text,
  },
);
export const connectionsReply = page(connectionRow);
export const connectionReply = rowSchema(connectionRow);

/** Which connection a Salesforce org has. */
export const connectionIdReply = rowSchema(row({ connectionId: serial }, {}));

/** Required or not, a running row has zeros and empty texts where there is nothing to say yet. */
export const backupRow = row(
  /** Of the backup. The log takes `jobId`. */
  { id: serial },
  {
    name: text,
    jobId: required(serial),
    jobStatus: required(text),
    /** ISO 8601. */
    startedDate: required(moment),
    /** `00:04:11` where it was seen; its form is not documented. */
    duration: text,
    /** Bytes, as far as anybody knows: the unit is not documented. */
    size: count,
    records: count,
    operationType: required(text),
  },
);

export const backupsReply = page(backupRow);

/** It names neither the backup nor its job. */
export const startReply = z.object({ message: z.string() });

/** `message` is a list where a field is wrong, and a text otherwise. */
export const refusalReply = z.object({ message: z.union([z.string(), z.array(z.string())]) });

export type ConnectionRow = RowOf<typeof connectionRow>;
export type BackupRow = RowOf<typeof backupRow>;
