/**
 * Returns for each line of `window` how many lines up to and including it match the end of `known`. 3 at index 7: the
 * newest three known lines are lines 5, 6 and 7 of the window. Uses the Z algorithm, which takes linear time even if
 * lines repeat.
 */
export function matchesOfEnd(known: readonly string[], window: readonly string[]): number[] {
  // Both are reversed, so that suffixes become prefixes. Null separates them and ends the text.
  const text: (string | null)[] = [...known.toReversed(), null, ...window.toReversed(), null];
  const lengths = new Array<number>(text.length).fill(0);
  let [left, right] = [0, 0];
  for (let index = 1; index < text.length; index++) {
    let length = index < right ? Math.min(right - index, lengths[index - left] ?? 0) : 0;
    if (index + length >= right) {
      while (text[length] !== null && text[length] === text[index + length]) length++;
      [left, right] = [index, index + length];
    }
    lengths[index] = length;
  }
  return lengths.slice(known.length + 1, -1).reverse();
}
