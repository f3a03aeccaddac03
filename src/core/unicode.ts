/**
 * Well-formed Unicode. JSON may contain lone surrogates: Borg UI sends one for each byte of a path that is not UTF-8.
 * UTF-8 cannot encode them, nor can most clients.
 */

/** Replaces each lone surrogate by the replacement character, for display. */
export const toWellFormed = (text: string): string => text.toWellFormed();

/**
 * Makes an identifier well-formed and keeps distinct identifiers distinct: writes each lone surrogate as `\u{dce9}`,
 * and the backslash of a text that already contains such an escape as `\u{5c}`. Other text stays unchanged.
 */
export const escapeIdentifier = (text: string): string =>
  text.isWellFormed() && !text.includes('\\u{')
    ? text
    : text.replace(/\\(?=u\{)|\p{Surrogate}/gu, (one) => `\\u{${one.charCodeAt(0).toString(16)}}`);

/** Reverses `escapeIdentifier`. */
export const unescapeIdentifier = (text: string): string =>
  text.includes('\\u{')
    ? text.replace(/\\u\{([\da-f]{1,4})\}/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** Applies `toWellFormed` to every text of a JSON value. */
export function toWellFormedValue<T>(value: T): T {
  if (typeof value === 'string') return toWellFormed(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toWellFormedValue) as T;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWellFormedValue(inner)])) as T;
}

/** Normalises text for a search: composes characters (`é` as one or two) and ignores case. */
export const toSearchable = (text: string): string =>
  toWellFormed(text).normalize('NFC').toLowerCase().normalize('NFC');

/** Marks that change the direction of text: a name with one can look like another name. */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes a name safe to show: removes control characters, line separators, direction marks and lone surrogates. */
export const toPlainName = (text: string): string =>
  text
    .replace(bidirectional, '')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim();
