/** Marks signals whose reads have a queue of their own, so that many reads of clients do not delay commands and streams. */
const preceding = new WeakMap<AbortSignal, Priority>();

/** `commands`: reads that are part of a command. `polls`: reads for streams. `history`: reads that nobody waits for. */
export type Priority = 'commands' | 'polls' | 'history';

/** Applies to reads with this very signal, not to signals derived from it. */
export function givePriority(signal: AbortSignal, priority: Priority = 'commands'): AbortSignal {
  preceding.set(signal, priority);
  return signal;
}

/** Null for an ordinary read. */
export const priorityOf = (signal: AbortSignal): Priority | null => preceding.get(signal) ?? null;

const paces = new WeakMap<AbortSignal, () => Promise<void>>();

/** Each request with this very signal waits for `pace` before its time begins. */
export function givePace(signal: AbortSignal, pace: () => Promise<void>): AbortSignal {
  paces.set(signal, pace);
  return signal;
}

export const paceOf = (signal: AbortSignal): (() => Promise<void>) | null => paces.get(signal) ?? null;
