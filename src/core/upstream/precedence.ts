/** What a command reads on its way does not stand in line with other reads: a flood of them must not keep a cancel waiting. */
const preceding = new WeakSet<AbortSignal>();

/** Reads that are given this very signal go first. */
export function givePrecedence(signal: AbortSignal): AbortSignal {
  preceding.add(signal);
  return signal;
}

export const hasPrecedence = (signal: AbortSignal): boolean => preceding.has(signal);
