/** Days, weeks and months of a time zone. */
import type { Instant } from './instant.ts';
import { createLocalTimes } from './time-zone.ts';

export type CalendarUnit = 'DAY' | 'WEEK' | 'MONTH';

export interface CalendarSpan {
  /** The first moment. */
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
}

const day = 86_400_000_000;
/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const firstMonday = 4 * day;

/** Numbers of units from 1970 on, from local times as if they were UTC, and back. */
const numbers: Record<CalendarUnit, { of(local: number): number; start(number: number): number }> = {
  DAY: { of: (local) => Math.floor(local / day), start: (number) => number * day },
  WEEK: {
    of: (local) => Math.floor((local - firstMonday) / (7 * day)),
    start: (number) => firstMonday + number * 7 * day,
  },
  MONTH: {
    of(local) {
      const date = new Date(Math.floor(local / 1000));
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    },
    start: (number) => Date.UTC(1970, number, 1) * 1000,
  },
};

/** How many units there are from one time to another. */
export function countUnits(from: Instant, to: Instant, unit: CalendarUnit, timeZone: string): number {
  const { toLocal } = createLocalTimes(timeZone);
  return numbers[unit].of(toLocal(to - 1)) - numbers[unit].of(toLocal(from)) + 1;
}

/** Whole units that have some time from `from` to `to`, in order and without a gap. */
export function toCalendar(from: Instant, to: Instant, unit: CalendarUnit, timeZone: string): readonly CalendarSpan[] {
  const { toLocal, toInstant } = createLocalTimes(timeZone);
  const { of, start } = numbers[unit];
  const [first, last] = [of(toLocal(from)), of(toLocal(to - 1))];
  const spans: CalendarSpan[] = [];
  for (let number = first, at = toInstant(start(first)); number <= last; number++) {
    const end = toInstant(start(number + 1));
    // A day that a zone has left out has no time.
    if (end > at) spans.push({ start: at, end });
    at = end;
  }
  return spans;
}
