/** Plain operations on text, each in time that grows with the length of the text and no faster. */

/**
 * Without the white space, and the given characters, at its end. A pattern such as `[.\s]+$` takes time that grows with
 * the square of the length where such a run stands elsewhere.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    if (!characters.includes(last) && last.trim() !== '') break;
  }
  return text.slice(0, end);
}

/** At most `length` UTF-16 code units and then `…`, where the text is longer. A cut never leaves half a character. */
export const cutText = (text: string, length: number): string =>
  text.length > length
    ? `${text
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()}…`
    : text;

/** Lines as one line: a line break, with all white space around it, is one space. */
export function joinLines(text: string): string {
  const [first = '', ...others] = text.split(/[\r\n]+/);
  const last = others.pop();
  if (last === undefined) return text;
  const between = others.map((line) => line.trim()).filter((line) => line !== '');
  return [first.trimEnd(), ...between, last.trimStart()].join(' ');
}
