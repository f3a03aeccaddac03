/**
 * Parses the times of products: every form of ISO 8601 that is a point in time, and counts since 1970. RFC 3339, the
 * most common form, is parsed by the faster `parseInstant`.
 */
import { type Instant, parseInstant, toInstant, toLocalMicroseconds } from './instant.ts';
import { createZone, isTimeZone } from './time-zone.ts';

export interface TimeReader {
  /**
   * Parses ISO 8601 text, or a count since 1970 as text or a number: its size decides between seconds, milliseconds and
   * microseconds. Returns null if it is not a time from the year 1 to 9999.
   */
  read(value: unknown): Instant | null;
  /** Whether any text had no time zone, so that the configured one was used. */
  hasReadZoneless(): boolean;
}

/** `timeZone`: used for texts without a time zone. */
export function createTimeReader(timeZone: string): TimeReader {
  const toUtc = createZone(timeZone);
  const namedZone = createNamedZones();
  let hasReadZoneless = false;
  return {
    read(value) {
      if (typeof value === 'number') return toInstant(ofCount(value));
      if (typeof value !== 'string') return null;
      const known = parseInstant(value);
      if (known !== null) return toInstant(known);
      const text = value.length <= maxLength ? value.trim() : '';
      const count = countText.test(text) ? ofCountText(text) : null;
      if (count !== null) return toInstant(count);
      const parsed = parseIso(text);
      if (!parsed) return null;
      if (parsed.offset !== null) return toInstant(parsed.local - parsed.offset * 1_000_000);
      if (parsed.zone !== null) {
        const zone = namedZone(parsed.zone);
        return zone && toInstant(zone(parsed.local));
      }
      hasReadZoneless = true;
      return toInstant(toUtc(parsed.local));
    },
    hasReadZoneless: () => hasReadZoneless,
  };
}

/** Maximum of cached zones; a product uses one or two. */
const maxNamedZones = 20;

/** Returns a cached lookup of zones by name; the lookup returns null for an unknown name. */
function createNamedZones(): (name: string) => ((local: number) => Instant) | null {
  const known = new Map<string, ((local: number) => Instant) | null>();
  return (name) => {
    const zone = known.get(name) ?? (isTimeZone(name) ? createZone(name) : null);
    if (known.size < maxNamedZones) known.set(name, zone);
    return zone;
  };
}

/** Longer texts are not parsed. */
const maxLength = 100;

/** Seconds with a fraction, or whole milliseconds or microseconds. Ten digits of seconds last until the year 2286. */
const countText = /^-?\d{9,19}(?:[.,]\d{1,9})?$/;

/** Returns null if the digits are a date in the basic form of ISO 8601: 20261127 or 20261127044829. */
function ofCountText(text: string): number | null {
  const isDate = /^\d{12}$|^\d{14}$/.test(text) && parseIso(text) !== null;
  return isDate ? null : ofCount(Number(text.replace(',', '.')));
}

/** Detects the unit by the size, since products do not state it. Milliseconds before 1973 are read as seconds. */
function ofCount(count: number): number {
  const size = Math.abs(count);
  if (size < 1e11) return Math.round(count * 1_000_000);
  if (size < 1e14) return Math.round(count * 1_000);
  if (size < 1e17) return Math.round(count);
  return Math.round(count / 1_000);
}

interface LocalTime {
  /** Local time in microseconds, as if it were UTC. */
  readonly local: number;
  /** Offset from UTC in seconds; null if the text has none. */
  readonly offset: number | null;
  /** Name of the time zone; null if the text has none. */
  readonly zone: string | null;
}

const isoText = new RegExp(
  [
    // 2026-11-27, 20261127, 2026-W48-5, 2026W485, 2026-331, 2026331; a year of six digits has a sign.
    '^([+-]\\d{2})?(\\d{4})(?:-?W(\\d{2})-?([1-7])|-(\\d{3})(?!\\d)|(\\d{3})(?!\\d)|-?(\\d{2})-?(\\d{2}))',
    // T04, T04:48, T0448, T04:48:29, T044829, each with a fraction of its last part.
    '(?:(?:\\s*[Tt]|\\s+|(?=\\d))(\\d{2})(?::?(\\d{2})(?::?(\\d{2}))?)?(?:[.,](\\d+))?)?',
    // Z, UTC, +01, +0100, +01:00, and a name of the zone behind it, which counts where there is no offset.
    '\\s*(?:([Zz]|UTC|GMT)|([+\\u2212-])(\\d{2})(?::?(\\d{2}))?(?::?(\\d{2}))?)?(?:\\[([\\w/+-]{1,60})\\])?$',
  ].join(''),
);

function parseIso(text: string): LocalTime | null {
  const match = isoText.exec(text);
  if (!match) return null;
  const [, century, yearText, week, weekday, ordinal, basicOrdinal, month, day, ...rest] = match;
  const [hour, minute, second, fraction, utc, sign, zoneHours, zoneMinutes, zoneSeconds, zone = null] = rest;
  const year = Number(`${century ?? ''}${yearText}`);
  const ofDay = toMicrosecondsOfDay(hour, minute, second, fraction);
  const offset = utc ? 0 : toOffset(sign, zoneHours, zoneMinutes, zoneSeconds);
  if (ofDay === null || Number.isNaN(offset)) return null;
  const local =
    week !== undefined
      ? ofWeek(year, Number(week), Number(weekday))
      : (ordinal ?? basicOrdinal) !== undefined
        ? ofOrdinal(year, Number(ordinal ?? basicOrdinal))
        : toLocalMicroseconds(year, Number(month), Number(day), 0);
  return local === null ? null : { local: local + ofDay, offset, zone };
}

const dayMicroseconds = 86_400_000_000;

/** 24:00:00 is the end of the day, and a leap second the start of the next minute. */
function toMicrosecondsOfDay(hour = '0', minute?: string, second?: string, fraction = ''): number | null {
  const [hours, minutes, seconds] = [Number(hour), Number(minute ?? 0), Number(second ?? 0)];
  const lengthOfLast = second === undefined ? (minute === undefined ? 3_600 : 60) : 1;
  // Digits after the microsecond are cut off, as in `parseInstant`.
  const part = Math.floor((Number(fraction.slice(0, 9).padEnd(9, '0')) * lengthOfLast) / 1_000);
  const total = (hours * 3_600 + minutes * 60 + seconds) * 1_000_000 + part;
  const isTime = hours <= 24 && minutes <= 59 && seconds <= 60 && (hours < 24 || total === dayMicroseconds);
  return isTime ? total : null;
}

/** Returns null if there is no offset, NaN if it is invalid. */
function toOffset(sign?: string, hours?: string, minutes = '0', seconds = '0'): number | null {
  if (sign === undefined) return null;
  const size = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  const isOffset = Number(hours) <= 23 && Number(minutes) <= 59 && Number(seconds) <= 59;
  return isOffset ? (sign === '+' ? size : -size) : Number.NaN;
}

const startOfYear = (year: number): number | null => toLocalMicroseconds(year, 1, 1, 0);

/** Day 1 to 365 or 366. */
function ofOrdinal(year: number, day: number): number | null {
  const [start, next] = [startOfYear(year), startOfYear(year + 1)];
  if (start === null || next === null || day < 1) return null;
  const at = start + (day - 1) * dayMicroseconds;
  return at < next ? at : null;
}

/** Weeks begin on Monday, and the first one of a year has its 4 January. 1970-01-01 was a Thursday. */
function ofWeek(year: number, week: number, weekday: number): number | null {
  const mondayOf = (fourth: number) => fourth - ((((fourth / dayMicroseconds + 3) % 7) + 7) % 7) * dayMicroseconds;
  const fourths = [toLocalMicroseconds(year, 1, 4, 0), toLocalMicroseconds(year + 1, 1, 4, 0)];
  const [own, next] = fourths;
  if (own === null || own === undefined || next === null || next === undefined || week < 1) return null;
  const at = mondayOf(own) + ((week - 1) * 7 + weekday - 1) * dayMicroseconds;
  return at < mondayOf(next) ? at : null;
}
