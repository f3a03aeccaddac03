/**
 * For each line of `window`: how many lines at the end of `known` it is the last of. 3 at index 7 means that the newest
 * three known lines are lines 5, 6 and 7 of the window. One pass over both (the Z algorithm): comparing every shift
 * takes long where lines repeat.
 */
export function matchesOfEnd(known: readonly string[], window: readonly string[]): number[] {
  // Both from their ends, so that what one ends with the other begins with. Null stands between them and at the end.
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
