/**
 * How often a backup is expected to succeed, as a configuration says it: `24h` or a cron expression for a provider,
 * another for one entity, and how late it may be.
 */
import { z } from 'zod';
import type { Expectation, Schedule } from '../lists/expectation.ts';
import { mapOf } from './map-of.ts';
import { createSchedule, ScheduleError } from './schedule.ts';
import { suggestKeys } from './unknown-keys.ts';

/** Seconds, or local times. */
type Expected = number | Schedule;

interface EntityExpectation {
  /** Null: nothing is expected of this entity. Undefined: what its provider says. */
  readonly expectEvery?: Expected | null | undefined;
  /** Seconds; undefined: what its provider says. */
  readonly grace?: number | undefined;
}

export interface Expectations {
  /** Null: nothing is expected of entities that are not named. */
  readonly expectEvery: Expected | null;
  /** Seconds; null: `defaultGrace`. */
  readonly grace: number | null;
  /** By external id. */
  readonly entities: ReadonlyMap<string, EntityExpectation>;
}

const secondsOf = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const maxSeconds = 3_650 * secondsOf.d;

const error =
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

/** `none` as null, a time as seconds; five fields and a time zone as a schedule. */
const expectedText = z.string({ error }).transform((text, faults): Expected | null => {
  if (text === 'none') return null;
  const seconds = toSeconds(text);
  if (seconds !== null) return seconds;
  const parts = text.trim().split(/[ \t]+/);
  const zone = parts.at(-1) ?? '';
  if (parts.length < 5) return refuse(faults, error);
  if (parts.length === 5) {
    return refuse(
      faults,
      'expected a time zone after the five fields of the cron expression, such as "0 1 * * * Europe/Berlin" or "0 1 * * * UTC"',
    );
  }
  return readSchedule(parts.slice(0, -1).join(' '), zone, faults);
});

const expectedObject = z
  .strictObject({
    cron: z.string({ error: 'expected a cron expression such as "0 1 * * *"' }),
    timeZone: z.string({ error: 'expected an IANA time zone such as Europe/Berlin or UTC' }),
  })
  .transform(({ cron, timeZone }, faults) => readSchedule(cron, timeZone, faults));

/** Which of the two it should be is known by its shape, so that a fault is about that one. */
const expected = z.unknown().transform((given, context): Expected | null => {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const read = (isObject ? expectedObject : expectedText).safeParse(given, { error: suggestKeys });
  if (read.success) return read.data;
  for (const issue of read.error.issues) context.issues.push({ ...issue, input: undefined } as never);
  return z.NEVER;
});

const grace = z.string({ error: graceError }).transform((text, faults): number => {
  if (text === 'none') return 0;
  return toSeconds(text) ?? refuse(faults, graceError);
});

const entityExpectation = z
  .strictObject({ expectEvery: expected.optional(), grace: grace.optional() })
  .refine(({ expectEvery, grace }) => expectEvery !== undefined || grace !== undefined, {
    error: 'expected expectEvery, grace or both',
  });

export const expectationFields = {
  expectEvery: expected.nullable().default(null),
  grace: grace.nullable().default(null),
  entities: mapOf(entityExpectation, 'expected external ids, each with its expectEvery').default(new Map()),
};

/** A grace that was chosen for its own interval and does not fit it, with its place in the provider's settings. */
export function graceFaults(settings: Expectations): { readonly path: string[]; readonly message: string }[] {
  const ofEntities = [...settings.entities].map(([id, own]) => ({
    path: ['entities', id, 'grace'],
    expectation: own.grace === undefined ? null : expectationOf(settings, id),
  }));
  const ofProvider = { path: ['grace'], expectation: toExpectation(settings.expectEvery, settings.grace, false) };
  return [ofProvider, ...ofEntities].flatMap(({ path, expectation }) => {
    const longest = expectation && longestGrace(expectation);
    const isTooLong = longest !== null && (expectation?.graceSeconds ?? 0) > longest;
    return isTooLong ? [{ path, message: `expected at most ${longest / 60}m, ${reasonOf(expectation)}` }] : [];
  });
}

const reasonOf = (expectation: Expectation | null): string =>
  expectation?.schedule ? 'the shortest time between two slots of the schedule' : 'half of expectEvery';

/** An interval says how old a success may be; a schedule when it starts, so that a run may take until the next slot. */
function longestGrace({ everySeconds, schedule }: Expectation): number | null {
  if (everySeconds !== null) return everySeconds / 2;
  return schedule && shortestDistance(schedule);
}

const slotsLookedAt = 50;

function shortestDistance(schedule: Schedule): number | null {
  let shortest: number | null = null;
  let slot = schedule.slotAfter(Date.now() * 1000);
  for (let count = 0; slot && count < slotsLookedAt; count++) {
    shortest = Math.min(shortest ?? slot.distanceSeconds, slot.distanceSeconds);
    slot = schedule.slotAfter(slot.at);
  }
  return shortest;
}

function toExpectation(every: Expected | null, graceSeconds: number | null, isGraceBounded: boolean) {
  if (every === null) return null;
  const isInterval = typeof every === 'number';
  return { everySeconds: isInterval ? every : null, schedule: isInterval ? null : every, graceSeconds, isGraceBounded };
}

/** What is expected of one entity; null: nothing. */
export function expectationOf({ expectEvery, grace, entities }: Expectations, externalId: string): Expectation | null {
  const own = entities.get(externalId);
  const every = own?.expectEvery === undefined ? expectEvery : own.expectEvery;
  // A provider's grace was chosen for another interval than one that an entity has of its own.
  const isGraceBounded = own?.expectEvery !== undefined && own.grace === undefined;
  return toExpectation(every, own?.grace ?? grace, isGraceBounded);
}
