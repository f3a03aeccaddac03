/** Marks signals whose reads have a queue of their own, so that many reads of clients do not delay commands and streams. */
const preceding = new WeakMap<AbortSignal, Priority>();

/** `commands`: reads that are part of a command. `polls`: reads for streams. */
export type Priority = 'commands' | 'polls';

/** Applies to reads with this very signal, not to signals derived from it. */
export function givePriority(signal: AbortSignal, priority: Priority = 'commands'): AbortSignal {
  preceding.set(signal, priority);
  return signal;
}

/** Null for an ordinary read. */
export const priorityOf = (signal: AbortSignal): Priority | null => preceding.get(signal) ?? null;
