/** The fields that are read of vProtect's replies. Other fields are ignored, and unknown words are accepted. */
import { z } from 'zod';
import { type Instant, toInstant } from '../../src/core/instant.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import {
  count,
  type Field,
  field,
  flag,
  identifier,
  list,
  measure,
  object,
  type RowOf,
  required,
  row,
  rowSchema,
  text,
} from '../../src/core/tolerant-reader.ts';
import { toWellFormed } from '../../src/core/unicode.ts';
import { isGuid } from './guid.ts';

export interface Word {
  readonly name: string;
  readonly description: string | null;
}

export interface EntityRow {
  readonly guid: string;
  readonly name: string | null;
  readonly type: Word | null;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

type Given = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An enum: an object of which only the name is stable, or, in some of the vendor's samples, its bare name. */
const word = field((value): Word | undefined => {
  if (isText(value)) return { name: toWellFormed(value), description: null };
  if (!isObject(value) || !isText(value['name'])) return undefined;
  const { name, description } = value as { readonly name: string; readonly description?: unknown };
  return { name: toWellFormed(name), description: isText(description) ? toWellFormed(description) : null };
});

/** `{guid, name, type}`, or the bare guid. */
const reference: Field<EntityRow> = (value, onUnreadable) => {
  if (typeof value === 'string' && isGuid(value)) return { guid: value, name: null, type: null };
  if (value === null || value === undefined) return null;
  const guid = isObject(value) ? identifier(value['guid'], () => undefined) : null;
  if (!isObject(value) || guid === null) {
    onUnreadable();
    return null;
  }
  return {
    guid,
    name: text(value['name'], () => onUnreadable('name')),
    type: word(value['type'], () => onUnreadable('type')),
  };
};

/** A reference, with the rules of the policy where the row has them. */
const policy: Field<EntityRow & { readonly ruleGuids: readonly string[] | null }> = (value, onUnreadable) => {
  const read = reference(value, onUnreadable);
  if (read === null) return null;
  const rules = isObject(value) ? list(reference)(value['rules'], () => onUnreadable('rules')) : null;
  return { ...read, ruleGuids: rules?.map(({ guid }) => guid) ?? null };
};

/** Its text, or an object with that as its name. How the product writes a tag is not documented. */
const tag = field((value) => {
  const given = isObject(value) ? value['name'] : value;
  return isText(given) ? toWellFormed(given) : undefined;
});

/** A text, or the object that the same text is sent in. */
const warning = field((value) => {
  const given = isObject(value) ? value['value'] : value;
  return typeof given === 'string' ? toWellFormed(given) : undefined;
});

/** Milliseconds since 1970, 0 for none; some versions may write a time as text. */
const createTime = (times: TimeReader): Field<Instant> =>
  field((value): Instant | null | undefined => {
    if (value === 0 || value === '') return null;
    if (typeof value !== 'number') return times.read(value) ?? undefined;
    return value > 0 ? (toInstant(Math.round(value) * 1000) ?? undefined) : undefined;
  });

/** `times`: reads those that are no number. */
export function createWire(times: TimeReader) {
  const time = createTime(times);

  /** A place where the data of a backup is or was. */
  const location = row({ guid: identifier }, { backup: reference, status: word, backupDestination: reference });

  /** A row of any list of backups, and the details of one, which lack `backupTime`. */
  const backup = row(
    { guid: identifier },
    {
      status: required(word),
      type: word,
      /** None while it waits, and for ever if it fails before its snapshot. */
      snapshotTime: time,
      /** Only lists have it. */
      backupTime: time,
      statusInfo: text,
      description: text,
      /** Bytes that are stored. */
      size: count,
      /** When the data may be removed. Only an older set of documents names it. */
      archiveExpire: time,
      effectiveBackupObjectsCount: count,
      warnings: list(warning),
      /** Of all warnings together. */
      warningsAcknowledged: flag,
      protectedEntity: reference,
      /** The backup that it builds on. */
      parentBackup: reference,
      /** The first backup of its chain. Only details have it. */
      rootBackup: reference,
      /** Only some lists have it. */
      backupLocations: list((value, onUnreadable) => {
        const read = location(value);
        if (read === null) onUnreadable();
        return read;
      }),
    },
  );

  const task = row(
    { guid: identifier },
    {
      type: word,
      state: required(word),
      /** 0 to 100, with decimals. */
      progress: measure,
      statusInfo: text,
      /** As the request had them: the length of the window tells our own tasks from others. */
      windowStart: time,
      windowEnd: time,
      protectedEntity: reference,
      /** Who asked for it: USER, SCHEDULE or SYSTEM_SCHEDULE. */
      originEntity: object({ type: word, name: text }),
      /** Whether and how a task names its backup is not documented. */
      backup: reference,
    },
  );

  const machine = row(
    { guid: identifier },
    {
      name: text,
      /** It is still in its platform. */
      present: flag,
      vmBackupPolicy: policy,
      tags: list(tag),
    },
  );

  /** Known from the vendor's extensions for oVirt and OpenStack only. */
  const schedule = row(
    { guid: identifier },
    {
      name: text,
      active: flag,
      /** TIME or INTERVAL. */
      executionType: word,
      /** Milliseconds since midnight; of which time zone is not documented. */
      hour: count,
      /** Milliseconds. */
      interval: object({ frequency: count, startHour: count, endHour: count }),
      daysOfWeek: list(word),
      dayOfWeekOccurrences: list(word),
      months: list(word),
      /** Older versions have policies, newer ones the rules of policies. */
      policies: list(reference),
      rules: list(reference),
    },
  );
  return { backup, backupReply: rowSchema(backup), location, task, taskReply: rowSchema(task), machine, schedule };
}

export type Wire = ReturnType<typeof createWire>;
export type LocationRow = RowOf<Wire['location']>;
export type BackupRow = RowOf<Wire['backup']>;
export type ScheduleRow = RowOf<Wire['schedule']>;
export type TaskRow = RowOf<Wire['task']>;

interface ExportReply {
  readonly tasks: readonly TaskRow[];
  /** It started nothing. */
  readonly isRefused: boolean;
}

/** The reply to a start is not documented: tasks in an object, a list of tasks, one task, or nothing. */
export const createExportReply = ({ task }: Wire): z.ZodType<ExportReply> =>
  z.unknown().transform((value, context): ExportReply => {
    if (value === null) return { tasks: [], isRefused: false };
    const alone = task(value);
    if (alone) return { tasks: [alone], isRefused: false };
    const { tasks, unsuccessful } = isObject(value) ? value : { tasks: value, unsuccessful: null };
    const read = Array.isArray(tasks) ? tasks.flatMap((one: unknown) => task(one) ?? []) : [];
    if (Array.isArray(tasks) && (read.length > 0 || tasks.length === 0)) {
      const isRefused = tasks.length === 0 && Array.isArray(unsuccessful) && unsuccessful.length > 0;
      return { tasks: read, isRefused };
    }
    context.issues.push({ code: 'custom', message: 'expected tasks', input: undefined });
    return z.NEVER;
  });

/** The reply to a change, 204 or the documented body, is ignored: the object is read again. */
export const changeReply = z.unknown();

export const refusalReply = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);
