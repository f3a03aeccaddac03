/** Local times of a zone of the IANA database. */
import type { Instant } from './instant.ts';

/** Seconds that local time is ahead of UTC at an instant. */
type OffsetAt = (at: Instant) => number;

const hour = 3_600_000_000;
const day = 24 * hour;

export function isTimeZone(name: string): boolean {
  // "+01:00" is taken as well where it is known, and means what it says.
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of a local time, given as if it were UTC. Where clocks go back, a time comes twice: the first is meant.
 * Where they go forward, a time does not come at all: it is as long after the change as it says (02:30 is 03:30). That
 * is what java.time and JavaScript's Temporal do.
 */
export function createZone(name: string): (local: number) => Instant {
  if (name === 'UTC') return (local) => local;
  const offsetAt = createOffsets(name);
  return (local) => {
    const before = offsetAt(local - day) * 1_000_000;
    const after = offsetAt(local + day) * 1_000_000;
    // The first of the two where both are right, the offset from before the change where neither is.
    const candidates = [local - before, local - after].filter((at) => at + offsetAt(at) * 1_000_000 === local);
    return candidates.length === 0 ? local - before : Math.min(...candidates);
  };
}

/** What is remembered: a formatter takes microseconds, and a list has thousands of times within the same few days. */
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
    // No clock has ever been changed within a quarter of an hour of UTC.
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
