/**
 * The most lines at the end of `known` that `window` begins with, in one pass over both (Knuth, Morris and Pratt):
 * comparing every shift takes long where lines repeat.
 */
export function longestOverlap(known: readonly string[], window: readonly string[]): number {
  /** For each line of the window: how many lines before and with it are also the window's first. */
  const shorter = [0];
  const extend = (matched: number, raw: string): number => {
    let length = matched;
    while (length > 0 && window[length] !== raw) length = shorter[length - 1] ?? 0;
    return window[length] === raw ? length + 1 : 0;
  };
  for (let index = 1; index < window.length; index++)
    shorter.push(extend(shorter[index - 1] ?? 0, window[index] ?? ''));
  return known.reduce(extend, 0);
}
