/**
 * A point in time: whole microseconds since 1970-01-01T00:00:00Z, as a number (exact until the year 2255). Borg UI and
 * Labii report microseconds, and backups that differ only in them must keep their order on every page.
 */
export type Instant = number;

/** From 0001-01-01T00:00:00Z to the last double within the year 9999. Databases use both for "none". */
const first = -62_135_596_800_000_000;
const last = 253_402_300_799_999_970;

/** Returns null outside of the range. The last microsecond of the year 9999 rounds up to 10000 and becomes `last`. */
export const toInstant = (microseconds: number): Instant | null => {
  const at = microseconds === 253_402_300_800_000_000 ? last : microseconds;
  return isInstant(at) ? at : null;
};

/** Whether a value is a time that can be formatted. */
export const isInstant = (value: unknown): value is Instant =>
  typeof value === 'number' && Number.isInteger(value) && value >= first && value <= last;

/**
 * Parses RFC 3339 text with any offset; digits after the microsecond are cut off. Returns null if it is not a time.
 * Reads single characters, since every row of a list has a time, and regular expressions and `Date.parse` take several
 * times as long.
 */
export function parseInstant(text: string): Instant | null {
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  if (!isTime || !isCalendarDate(year, month, day) || !hasMarks(text)) return null;
  const zone = endOfFraction(text);
  const offset = readOffset(text, zone);
  if (zone === null || offset === null) return null;
  return (
    (daysBefore(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000 +
    readMicroseconds(text, zone)
  );
}

/** Parses two digits. Returns NaN if they are not digits, so that every comparison fails. */
function two(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** `T` may be a `t` or a space. */
const hasMarks = (text: string): boolean =>
  text[4] === '-' &&
  text[7] === '-' &&
  (text[10] === 'T' || text[10] === 't' || text[10] === ' ') &&
  text[13] === ':' &&
  text[16] === ':';

/** Returns the index of the time zone; null if no digit follows the decimal point. */
function endOfFraction(text: string): number | null {
  if (text[19] !== '.') return 19;
  let end = 20;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end === 20 ? null : end;
}

/** Returns the offset from UTC in seconds; null if the text does not end with a time zone. */
function readOffset(text: string, zone: number | null): number | null {
  if (zone === null) return null;
  const sign = text[zone];
  if ((sign === 'Z' || sign === 'z') && text.length === zone + 1) return 0;
  const [hours, minutes] = [two(text, zone + 1), two(text, zone + 4)];
  const isOffset = (sign === '+' || sign === '-') && hours <= 23 && minutes <= 59 && text[zone + 3] === ':';
  if (!isOffset || text.length !== zone + 6) return null;
  return (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function readMicroseconds(text: string, zone: number): number {
  let microseconds = 0;
  for (let at = 20; at < 26; at++) microseconds = microseconds * 10 + (at < zone ? text.charCodeAt(at) - 48 : 0);
  return microseconds;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** `Date.parse` takes 30 February for 2 March; a filter on a day that does not exist must be refused instead. */
const isCalendarDate = (year: number, month: number, day: number): boolean =>
  year >= 0 && day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0));

/** Returns microseconds from 1970 to a local date and time, without a time zone; null for a day that does not exist. */
export const toLocalMicroseconds = (year: number, month: number, day: number, microsecondsOfDay: number) =>
  isCalendarDate(year, month, day) ? daysBefore(year, month, day) * 86_400_000_000 + microsecondsOfDay : null;

/** Returns the days since 1970-01-01. Counts years from March, so that a leap day is the last day of its year. */
function daysBefore(year: number, month: number, day: number): number {
  const ofMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(ofMarch / 400);
  const yearOfEra = ofMarch - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Formats as RFC 3339 in UTC, with milliseconds, or with microseconds if they are not zero. */
export function formatInstant(instant: Instant): string {
  // Doubles of this size have no single microseconds.
  if (!Number.isSafeInteger(instant)) {
    return new Date(Math.min(Math.round(instant / 1000), Math.floor(last / 1000))).toISOString();
  }
  const iso = new Date(Math.floor(instant / 1000)).toISOString();
  const microseconds = ((instant % 1000) + 1000) % 1000;
  return microseconds === 0 ? iso : `${iso.slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`;
}

/** The current time, with a precision of one millisecond. */
export const now = (): Instant => Date.now() * 1000;

/** Returns the seconds between two instants; null if either is missing or `to` is before `from`. */
export function secondsBetween(from: Instant | null, to: Instant | null): number | null {
  if (from === null || to === null || to < from) return null;
  return (to - from) / 1_000_000;
}
