/** What a command reads on its way goes out with the commands: a flood of reads must not keep a cancel waiting. */
const preceding = new WeakSet<AbortSignal>();

/** Reads that are given this very signal go out with the commands. */
export const givePrecedence = (signal: AbortSignal): void => void preceding.add(signal);

export const hasPrecedence = (signal: AbortSignal): boolean => preceding.has(signal);
