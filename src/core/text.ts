/** Operations on text, each in linear time. */

/**
 * Removes white space and the given characters from the end. A pattern such as `[.\s]+$` takes quadratic time if such a
 * run occurs elsewhere.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    if (!characters.includes(last) && last.trim() !== '') break;
  }
  return text.slice(0, end);
}

/** Cuts a longer text to `length` UTF-16 code units and adds `…`. Never cuts a character in half. */
export const cutText = (text: string, length: number): string =>
  text.length > length
    ? `${text
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()}…`
    : text;

/** Joins lines: replaces each line break, with the white space around it, by one space. */
export function joinLines(text: string): string {
  const [first = '', ...others] = text.split(/[\r\n]+/);
  const last = others.pop();
  if (last === undefined) return text;
  const between = others.map((line) => line.trim()).filter((line) => line !== '');
  return [first.trimEnd(), ...between, last.trimStart()].join(' ');
}
