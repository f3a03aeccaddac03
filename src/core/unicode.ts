/**
 * Well-formed Unicode. JSON may hold half a character (a lone surrogate), as Borg UI's does for each byte of a path that
 * is no UTF-8. Most clients cannot encode it, and UTF-8 has no form for it.
 */

/** With a replacement character in the place of each lone surrogate: for display. */
export const toWellFormed = (text: string): string => text.toWellFormed();

/**
 * The same for identifiers, of which no two may become one: each lone surrogate as `\u{dce9}`, and a text that already
 * holds such a mark with its backslash as `\u{5c}`. Every other text stays as it is.
 */
export const escapeIdentifier = (text: string): string =>
  text.isWellFormed() && !text.includes('\\u{')
    ? text
    : text.replace(/\\(?=u\{)|\p{Surrogate}/gu, (one) => `\\u{${one.charCodeAt(0).toString(16)}}`);

/** What `escapeIdentifier` was given. */
export const unescapeIdentifier = (text: string): string =>
  text.includes('\\u{')
    ? text.replace(/\\u\{([\da-f]{1,4})\}/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** `toWellFormed` for every text of a value that came as JSON. */
export function toWellFormedValue<T>(value: T): T {
  if (typeof value === 'string') return toWellFormed(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toWellFormedValue) as T;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWellFormedValue(inner)])) as T;
}

/** Text as it is compared by a search: `é` is one character or two, and large or small. */
export const toSearchable = (text: string): string =>
  toWellFormed(text).normalize('NFC').toLowerCase().normalize('NFC');

/** Marks that turn the direction of text around: a name that holds one looks like another. */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name as people may see it: without control characters, line separators, marks of direction and half characters. */
export const toPlainName = (text: string): string =>
  text
    .replace(bidirectional, '')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim();
