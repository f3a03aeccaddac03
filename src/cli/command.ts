/** What each file in `commands` exports. */
import type { Flags } from './arguments.ts';

/** Runs one command of the command line. Returns the exit code. */
export type Command = (flags: Flags) => Promise<number>;
