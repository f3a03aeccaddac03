/** What we read of vProtect's replies, and nothing more: other fields pass unseen, and a new word fails no page. */
import { z } from 'zod';

/** An enum: an object of which only the name is stable, or, in some of the vendor's samples, its bare name. */
const word = z.union([
  z.string().transform((name) => ({ name, description: null })),
  z
    .object({ name: z.string(), description: z.string().nullish() })
    .transform(({ name, description }) => ({ name, description: description || null })),
]);

const reference = z.object({ guid: z.string(), name: z.string().nullish(), type: word.nullish() });

/** Milliseconds since 1970. */
const millis = z.number().nullish();

/** A text, or the object that the same text is sent in. */
const warning = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);

/** Where the data of a backup lies, or lay. */
export const locationRow = z.object({
  guid: z.string(),
  backup: reference.nullish().catch(null),
  status: word.nullish().catch(null),
});

/** A row of any list of backups, and the details of one, which lack `backupTime`. */
export const backupRow = z.object({
  guid: z.string(),
  status: word,
  type: word.nullish(),
  /** None while it waits, and for ever if it fails before its snapshot. */
  snapshotTime: millis,
  /** Only lists have it. */
  backupTime: millis,
  statusInfo: z.string().nullish(),
  description: z.string().nullish(),
  /** Bytes that are stored. */
  size: z.number().nullish(),
  effectiveBackupObjectsCount: z.number().nullish(),
  warnings: z.array(warning).nullish(),
  /** Of all warnings together. */
  warningsAcknowledged: z.boolean().nullish(),
  protectedEntity: reference.nullish(),
  /** Only some lists have it. */
  backupLocations: z.array(locationRow).nullish().catch(null),
});

export const taskRow = z.object({
  guid: z.string(),
  type: word.nullish(),
  state: word,
  /** 0 to 100, with decimals. */
  progress: z.number().nullish(),
  statusInfo: z.string().nullish(),
  /** As the request had them: the length of the window tells our own tasks from others. */
  windowStart: millis,
  windowEnd: millis,
  protectedEntity: reference.nullish(),
  /** Who asked for it: USER, SCHEDULE or SYSTEM_SCHEDULE. */
  originEntity: z.object({ type: word.nullish() }).nullish().catch(null),
  /** Nobody has seen whether a task names its backup, and how. */
  backup: reference.nullish(),
});

const batch = z.object({
  tasks: z.array(taskRow),
  unsuccessful: z.array(z.unknown()).nullish(),
});

/** Nobody has pinned down what a start answers: tasks in a batch, in a list, one alone, or nothing. */
export const exportReply = z.union([
  z.null().transform(() => ({ tasks: [], isRefused: false })),
  z.array(taskRow).transform((tasks) => ({ tasks, isRefused: false })),
  batch.transform(({ tasks, unsuccessful }) => ({
    tasks,
    isRefused: tasks.length === 0 && (unsuccessful?.length ?? 0) > 0,
  })),
  taskRow.transform((task) => ({ tasks: [task], isRefused: false })),
]);

export const machineRow = z.object({ guid: z.string(), name: z.string().nullish() });

/** What a change answers, 204 or a body that the vendor's pages print: it is read again anyway. */
export const changeReply = z.unknown();

export const refusalReply = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

export type LocationRow = z.output<typeof locationRow>;
export type BackupRow = z.output<typeof backupRow>;
export type TaskRow = z.output<typeof taskRow>;
export type EntityRow = z.output<typeof reference>;
