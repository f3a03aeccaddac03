/** Some calls do not stand in line with the reads of clients: a flood of those must not keep a cancel or a stream waiting. */
const preceding = new WeakMap<AbortSignal, Precedence>();

/** For what a command reads on its way, or a poll for streams. */
export type Precedence = 'commands' | 'polls';

/** Reads that are given this very signal go first. */
export function givePrecedence(signal: AbortSignal, precedence: Precedence = 'commands'): AbortSignal {
  preceding.set(signal, precedence);
  return signal;
}

/** Null for an ordinary read. */
export const precedenceOf = (signal: AbortSignal): Precedence | null => preceding.get(signal) ?? null;
