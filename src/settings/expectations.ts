/** How often a backup is expected to succeed, as a configuration says it: `24h` for a provider, `7d` for one entity. */
import { z } from 'zod';

interface EntityExpectation {
  /** Seconds; null: nothing is expected of this entity. */
  readonly expectEvery: number | null;
}

export interface Expectations {
  /** Seconds; null: nothing is expected of entities that are not named. */
  readonly expectEvery: number | null;
  /** By external id. */
  readonly entities: Readonly<Record<string, EntityExpectation>>;
}

const secondsOf = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
const maxSeconds = 3_650 * secondsOf.d;

const error = 'expected a time such as 30m, 24h, 7d or 2w (ten years at most), or none';

/** A text as seconds; `none` as null. */
const interval = () =>
  z.string({ error }).transform((text, context): number | null => {
    if (text === 'none') return null;
    const [, count = '', unit = ''] = /^([1-9]\d{0,6})([mhdw])$/.exec(text) ?? [];
    const seconds = Number(count) * secondsOf[unit as keyof typeof secondsOf];
    if (seconds <= maxSeconds) return seconds;
    context.issues.push({ code: 'custom', message: error, input: undefined });
    return z.NEVER;
  });

export const expectationFields = {
  expectEvery: interval().nullable().default(null),
  entities: z
    .record(z.string().min(1), z.strictObject({ expectEvery: interval() }), {
      error: 'expected external ids, each with its expectEvery',
    })
    .default({}),
};

/** What is expected of one entity, in seconds; null: nothing. */
export function expectedSeconds({ expectEvery, entities }: Expectations, externalId: string): number | null {
  const own = Object.hasOwn(entities, externalId) ? entities[externalId] : undefined;
  return own ? own.expectEvery : expectEvery;
}
