/** Guesses of how many rows a page needs of each list, so that a page does not depend on how good they are. */
import type { RowShares } from '../../src/core/row-shares.ts';

/** From one row to all that may be needed; the same for the same question. */
export const anyShares: RowShares = {
  plan: (question, lists, size) => {
    const seed = [...question].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_007, size * 131);
    return Array.from({ length: lists }, (_, index) => 1 + ((((seed + index * 7919) * 48_271) % 104_729) % (size + 1)));
  },
  note: () => undefined,
};
