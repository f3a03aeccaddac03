/** What each file in `commands` exports, and what it is given. */
import type { Flags } from './arguments.ts';

/** What a command reads and writes beside files and the network: of the process, or of a test that runs commands itself. */
export interface Terminal {
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Prints a line to standard output. */
  readonly say: (line: string) => void;
  /** Prints text to standard error. */
  readonly complain: (text: string) => void;
  /** Resolves when the command shall end: with the signal that said so. */
  readonly untilStopped: () => Promise<NodeJS.Signals>;
}

/** Runs one command of the command line. Returns the exit code. */
export type Command = (flags: Flags, terminal: Terminal) => Promise<number>;
