/** Values of `expectEvery` and `grace`: a duration such as `24h`, a cron expression with a time zone, or `none`. */
import { z } from 'zod';
import type { Schedule } from '../lists/expectation.ts';
import { createSchedule, ScheduleError } from './schedule.ts';
import { suggestKeys } from './unknown-keys.ts';

/** Seconds, or the local times of a schedule. */
export type Interval = number | Schedule;

const secondsOf = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const maxSeconds = 3_650 * secondsOf.d;

const intervalError =
  'expected a time such as 30m, 24h, 7d or 2w (ten years at most), a cron expression with a time zone such as "0 1 * * * Europe/Berlin", or none';
const graceError = 'expected a time such as 30m, 2h or 1d, or none';

function toSeconds(text: string): number | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,6})([mhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * secondsOf[unit as keyof typeof secondsOf];
  return seconds <= maxSeconds ? seconds : null;
}

interface Faults {
  readonly issues: { push(issue: { code: 'custom'; message: string; input: undefined }): unknown };
}

function refuse({ issues }: Faults, message: string): never {
  issues.push({ code: 'custom', message, input: undefined });
  return z.NEVER;
}

function readSchedule(cron: string, timeZone: string, faults: Faults): Schedule {
  try {
    return createSchedule(cron, timeZone);
  } catch (thrown) {
    if (!(thrown instanceof ScheduleError)) throw thrown;
    return refuse(faults, thrown.message);
  }
}

/** `none` is null, a duration is seconds; five fields and a time zone are a schedule. */
const intervalText = z.string({ error: intervalError }).transform((text, faults): Interval | null => {
  if (text === 'none') return null;
  const seconds = toSeconds(text);
  if (seconds !== null) return seconds;
  const parts = text.trim().split(/[ \t]+/);
  const zone = parts.at(-1) ?? '';
  if (parts.length < 5) return refuse(faults, intervalError);
  if (parts.length === 5) {
    return refuse(
      faults,
      'expected a time zone after the five fields of the cron expression, such as "0 1 * * * Europe/Berlin" or "0 1 * * * UTC"',
    );
  }
  return readSchedule(parts.slice(0, -1).join(' '), zone, faults);
});

const intervalObject = z
  .strictObject({
    cron: z
      .string({ error: 'expected a cron expression such as "0 1 * * *"' })
      .describe('Cron expression of five fields: minute, hour, day of the month, month, day of the week.'),
    timeZone: z
      .string({ error: 'expected an IANA time zone such as Europe/Berlin or UTC' })
      .describe('Time zone of the cron expression, a name of the IANA database.'),
  })
  .transform(({ cron, timeZone }, faults) => readSchedule(cron, timeZone, faults))
  .describe('A cron expression and its time zone.');

/** Not a union: the shape of the value selects the schema, so that faults are about that schema only. */
export const interval = z
  .unknown()
  .transform((given, context): Interval | null => {
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
    const read = (isObject ? intervalObject : intervalText).safeParse(given, { error: suggestKeys });
    if (read.success) return read.data;
    for (const issue of read.error.issues) context.issues.push({ ...issue, input: undefined } as never);
    return z.NEVER;
  })
  .meta({ anyOf: [{ type: 'string' }, z.toJSONSchema(intervalObject, { io: 'input' })] });

/** Seconds; `none` is 0. */
export const grace = z.string({ error: graceError }).transform((text, faults): number => {
  if (text === 'none') return 0;
  return toSeconds(text) ?? refuse(faults, graceError);
});
