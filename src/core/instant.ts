/**
 * A point in time: whole microseconds since 1970-01-01T00:00:00Z, as a number (exact until the year 2255).
 * Milliseconds would not do: Borg UI and Labii give microseconds, and two backups that differ only there
 * must keep their order on every page.
 */
export type Instant = number;

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339 text with any offset; digits past the microsecond are cut off. Null where it is not a time. */
export function parseInstant(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (!match) return null;
  const [, date, time, fraction = '', offset = 'Z'] = match;
  const seconds = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  if (Number.isNaN(seconds) || !isCalendarDate(date as string)) return null;
  return seconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** `Date.parse` takes 30 February for 2 March; a filter on a day that does not exist must be refused instead. */
function isCalendarDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

/** RFC 3339 in UTC, with milliseconds, or with microseconds where there are any. */
export function formatInstant(instant: Instant): string {
  const iso = new Date(Math.floor(instant / 1000)).toISOString();
  const microseconds = ((instant % 1000) + 1000) % 1000;
  return microseconds === 0 ? iso : `${iso.slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`;
}

/** Now, to the millisecond. */
export const now = (): Instant => Date.now() * 1000;

/** Seconds from one instant to another; null where either is missing or they run backwards. */
export function secondsBetween(from: Instant | null, to: Instant | null): number | null {
  if (from === null || to === null || to < from) return null;
  return (to - from) / 1_000_000;
}
