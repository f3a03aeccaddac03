/** Numbers, sizes and times as the viewer's language and zone write them. */
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
const oneDigit = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const absolute = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

/** The zone of the viewer, by its IANA name. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const formatNumber = (value: number): string => numbers.format(value);

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Powers of 1000. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${oneDigit.format(bytes / 1000 ** power)} ${units[power]}`;
}

export const formatPercent = (percent: number): string => `${oneDigit.format(percent)} %`;

const parts: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** The two largest units: `3 h 12 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = parts.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  let rest = whole;
  const shown = parts.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count} ${unit}` : '';
  });
  return shown.filter(Boolean).join(' ');
}

const days = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Of a day such as `2026-11-20`, which has no zone. */
export const formatDay = (date: string): string => days.format(new Date(date));

export const formatAbsolute = (at: string | Date): string => absolute.format(new Date(at));

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  // No weeks: "9 days ago" says more than "last week".
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatRelative(at: string | Date, now: Date): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000;
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  if (!step)
    return Math.abs(seconds) < 10 ? relative.format(0, 'second') : relative.format(Math.trunc(seconds), 'second');
  return relative.format(Math.trunc(seconds / step[1]), step[0]);
}

const lists = new Intl.ListFormat(language, { type: 'conjunction' });

export const formatList = (words: readonly string[]): string => lists.format(words);
