/** Suggests the nearest known key for an unknown one. */
import type { z } from 'zod';

/**
 * An error map for `safeParse(value, { error: suggestKeys })`: the message of `unrecognized_keys` has one line for each
 * key, such as `unknown key, did you mean "port"`. Only the error map has access to the schema, and so to the known keys.
 */
export const suggestKeys: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys' || !issue.inst) return undefined;
  const { def } = (issue.inst as unknown as { _zod: { def: { shape?: object } } })._zod;
  const known = Object.keys(def.shape ?? {});
  return issue.keys.map((key) => hint(nearest(key, known))).join('\n');
};

/** One hint for each unknown key, in the order of the keys. */
export const hintsOf = ({ keys, message }: z.core.$ZodIssueUnrecognizedKeys): readonly string[] => {
  const hints = message.split('\n');
  return keys.map((_, index) => (hints[index]?.startsWith(unknown) ? hints[index] : unknown));
};

const unknown = 'unknown key';
const hint = (key: string | null): string => (key === null ? unknown : `${unknown}, did you mean "${key}"`);

/** Longer keys are no misspelling of a known one. */
const maxLength = 60;

function nearest(key: string, known: readonly string[]): string | null {
  // `__proto__` and the like are internal names of JavaScript.
  if (key.length > maxLength || key.startsWith('__')) return null;
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const distances = known.map((one) => ({ one, distance: distanceOf(plain(key), plain(one)) }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, key.length / 3) ? best.one : null;
}

/** Damerau-Levenshtein distance: letters to add, remove, replace, or swap with their neighbour. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (r: number, c: number) => (r === i ? row[c] : rows[r]?.[c]) ?? 0;
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
