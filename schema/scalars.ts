import { badInput } from '../src/core/errors.ts';
import { formatInstant, isInstant, parseInstant } from '../src/core/instant.ts';
import type { Builder } from './builder.ts';

const maxByteCount = Number.MAX_SAFE_INTEGER;

export function defineScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description:
      'A point in time of the years 1 to 9999 in RFC 3339. Output is always UTC: `2026-11-21T19:53:19.899Z`, with microseconds if the product gives them. Input may have any offset.',
    serialize: (instant) => {
      if (!isInstant(instant)) throw unwritable('DateTime');
      return formatInstant(instant);
    },
    parseValue: (value) => {
      const instant = typeof value === 'string' ? parseInstant(value) : null;
      if (instant === null || !isInstant(instant))
        throw badInput('A DateTime is RFC 3339 text with an offset, such as "2026-11-21T19:53:19Z".');
      return instant;
    },
  });
  builder.scalarType('ByteCount', {
    description:
      'Bytes, as a JSON number from 0: a size can exceed the range of Int. Exact up to 2^53-1; a larger sum is the nearest double.',
    serialize: (bytes) => {
      if (typeof bytes !== 'number' || !Number.isInteger(bytes) || bytes < 0) throw unwritable('ByteCount');
      return bytes;
    },
    parseValue: (value) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
        throw badInput(`A ByteCount is a whole number from 0 to ${maxByteCount}.`);
      }
      return value;
    },
  });
}

/** A value of our own that no answer can hold. Adapters refuse what a product says of that kind, so it is a bug. */
const unwritable = (type: string): Error =>
  new Error(`A value is no ${type}, although it was checked where it came in.`);
