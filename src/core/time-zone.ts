/** Local times of a zone of the IANA database. */
import type { Instant } from './instant.ts';

/** Returns the offset from UTC in seconds at an instant. */
type OffsetAt = (at: Instant) => number;

const hour = 3_600_000_000;
const day = 24 * hour;

export function isTimeZone(name: string): boolean {
  // Offsets such as "+01:00" are accepted if the runtime supports them.
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a function from a local time, given as if it were UTC, to its instant. If a local time occurs twice, the
 * first one is used. A skipped local time moves forward by the length of the gap (02:30 becomes 03:30). java.time and
 * Temporal do the same.
 */
export const createZone = (name: string): ((local: number) => Instant) => createLocalTimes(name).toInstant;

interface LocalTimes {
  /** As `createZone` says. */
  readonly toInstant: (local: number) => Instant;
  /** The local time of an instant, as if it were UTC. */
  readonly toLocal: (at: Instant) => number;
}

export function createLocalTimes(name: string): LocalTimes {
  if (name === 'UTC') return { toInstant: (local) => local, toLocal: (at) => at };
  const offsetAt = createOffsets(name);
  const toLocal = (at: Instant) => at + offsetAt(at) * 1_000_000;
  return {
    toLocal,
    toInstant(local) {
      const before = offsetAt(local - day) * 1_000_000;
      const after = offsetAt(local + day) * 1_000_000;
      // The first candidate if both are valid; the offset from before the change if neither is.
      const candidates = [local - before, local - after].filter((at) => toLocal(at) === local);
      return candidates.length === 0 ? local - before : Math.min(...candidates);
    },
  };
}

/** Maximum of cached offsets. Formatting takes microseconds, and a list has thousands of times within a few days. */
const maxKnown = 10_000;

function createOffsets(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, number>();
  return (at) => {
    // Offsets only change at a full quarter of an hour of UTC.
    const quarter = Math.floor(at / (hour / 4));
    let seconds = known.get(quarter);
    if (seconds === undefined) {
      const date = new Date((quarter * hour) / 4 / 1000);
      const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
      const number = (name: string) => Number(parts[name]);
      const year = parts['era']?.startsWith('B') ? 1 - number('year') : number('year');
      const local = new Date(0).setUTCFullYear(year, number('month') - 1, number('day'));
      const ofDay = number('hour') * 3600 + number('minute') * 60 + number('second');
      seconds = local / 1000 + ofDay - date.getTime() / 1000;
      if (known.size >= maxKnown) known.clear();
      known.set(quarter, seconds);
    }
    return seconds;
  };
}
