/**
 * How large a part of recent pages came from each list. A page of many lists reads only that much of each at first, and
 * reads on where it was too little: the numbers decide how many rows are read, never which rows are shown.
 */

/** Maximum of remembered questions. */
const maxQuestions = 500;
/** Few different numbers, so that equal reads can be shared. */
const numbers = [4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192];
/** A list that contributes less than before is trusted only slowly to go on so. */
const decay = 0.1;

export interface RowShares {
  /** Rows to read first of each list for a page of `size`. All that may be needed where nothing is known. */
  plan(question: string, lists: number, size: number): readonly number[];
  /** Records how many rows of a full page came from each list. */
  note(question: string, used: readonly number[]): void;
}

export function createRowShares(): RowShares {
  const known = new Map<string, readonly number[]>();
  return {
    plan(question, lists, size) {
      const most = size + 1;
      const shares = known.get(question);
      return Array.from({ length: lists }, (_, index) => {
        const share = shares?.[index];
        if (share === undefined) return most;
        const wanted = share * size * 1.25 + 3;
        return Math.min(most, numbers.find((number) => number >= wanted) ?? most);
      });
    },
    note(question, used) {
      const size = used.reduce((sum, count) => sum + count, 0);
      if (size === 0) return;
      const before = known.get(question);
      const shares = used.map((count, index) => {
        const [share, earlier = 0] = [count / size, before?.[index]];
        return share >= earlier ? share : earlier * (1 - decay) + share * decay;
      });
      // The most recently used are kept.
      known.delete(question);
      known.set(question, shares);
      const [oldest] = known.keys();
      if (known.size > maxQuestions && oldest !== undefined) known.delete(oldest);
    },
  };
}
