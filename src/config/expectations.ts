/**
 * Keys of a provider about expected backups: how often a backup of an entity should succeed, and how late it may be.
 */
import { z } from 'zod';
import type { Expectation } from '../lists/expectation.ts';
import { grace, type Interval, interval } from './intervals.ts';
import { mapOf } from './map-of.ts';

const entityExpectation = z
  .strictObject({
    expectEvery: interval
      .optional()
      .describe('`expectEvery` of this entity; `none`: no backup is expected. Unless given, that of the provider.'),
    grace: grace.optional().describe('`grace` of this entity. Unless given, that of the provider.'),
  })
  .refine(({ expectEvery, grace }) => expectEvery !== undefined || grace !== undefined, {
    error: 'expected expectEvery, grace or both',
  });

export const expectationFields = {
  expectEvery: interval
    .nullable()
    .default(null)
    .describe(
      'How often a backup of each entity should succeed: `30m`, `24h`, `7d`, `2w`, a cron expression of five fields with an IANA time zone (`0 1 * * * Europe/Berlin`), the same as an object (`{ cron: "0 1 * * *", timeZone: Europe/Berlin }`), or `none`. null: no backup is expected, and an entity with a success is NO_EXPECTATION.',
    ),
  grace: grace
    .nullable()
    .default(null)
    .describe(
      'How late a success may be before the entity is OVERDUE: `30m`, `2h`, `1d`, or `none`. It must not exceed half of the interval, or the shortest time between two slots of the schedule; with a schedule it also covers the duration of a backup. null: a tenth of the interval, or of the time between two slots, at least 30 minutes, at most 6 hours and at most half of it.',
    ),
  entities: mapOf(entityExpectation, 'expected external ids, each with its expectEvery')
    .default(new Map())
    .describe('Expectations of single entities, by external id.'),
};

/** Intervals and grace in seconds. `entities` is by external id; undefined there stands for the provider's value. */
export type Expectations = Readonly<z.output<z.ZodObject<typeof expectationFields>>>;

/** Returns the expectation of one entity; null if nothing is expected. */
export function expectationOf({ expectEvery, grace, entities }: Expectations, externalId: string): Expectation | null {
  const own = entities.get(externalId);
  const every = own?.expectEvery === undefined ? expectEvery : own.expectEvery;
  // The provider's grace was configured for the provider's interval, not for this one.
  const isGraceBounded = own?.expectEvery !== undefined && own.grace === undefined;
  return toExpectation(every, own?.grace ?? grace, isGraceBounded);
}

export function toExpectation(
  every: Interval | null,
  graceSeconds: number | null,
  isGraceBounded: boolean,
): Expectation | null {
  if (every === null) return null;
  const isDuration = typeof every === 'number';
  return { everySeconds: isDuration ? every : null, schedule: isDuration ? null : every, graceSeconds, isGraceBounded };
}
