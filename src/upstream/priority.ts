/** Some calls do not stand in line with the reads of clients: a flood of those must not keep a cancel or a stream waiting. */
const preceding = new WeakMap<AbortSignal, Priority>();

/** For what a command reads on its way, or a poll for streams. */
export type Priority = 'commands' | 'polls';

/** Reads that are given this very signal go first. */
export function givePriority(signal: AbortSignal, priority: Priority = 'commands'): AbortSignal {
  preceding.set(signal, priority);
  return signal;
}

/** Null for an ordinary read. */
export const priorityOf = (signal: AbortSignal): Priority | null => preceding.get(signal) ?? null;
