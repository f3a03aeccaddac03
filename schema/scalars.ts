import { badInput } from '../src/core/errors.ts';
import { formatInstant, parseInstant } from '../src/core/instant.ts';
import type { Builder } from './builder.ts';

const maxByteCount = Number.MAX_SAFE_INTEGER;

export function defineScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description:
      'A point in time, RFC 3339, always answered in UTC: `2026-11-21T19:53:19.899Z`, with microseconds where the product gives them. Any offset is taken as input.',
    serialize: (instant) => formatInstant(instant as number),
    parseValue: (value) => {
      const instant = typeof value === 'string' ? parseInstant(value) : null;
      if (instant === null)
        throw badInput('A DateTime is RFC 3339 text with an offset, such as "2026-11-21T19:53:19Z".');
      return instant;
    },
  });
  builder.scalarType('ByteCount', {
    description: 'Whole bytes, 0 to 2^53-1, as a JSON number: one backup is larger than an Int can say.',
    serialize: (bytes) => toByteCount(bytes),
    parseValue: (value) => toByteCount(value),
  });
}

function toByteCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > maxByteCount) {
    throw badInput(`A ByteCount is a whole number from 0 to ${maxByteCount}.`);
  }
  return value;
}
