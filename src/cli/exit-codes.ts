/** Exit codes; docs/command-line.md has the table. Signals end the process with 128 and their number. */
export const exitCodes = {
  done: 0,
  /** What was asked for failed: a check, a listener, an output. */
  failed: 1,
  /** The command line, the configuration or the ledger is wrong. */
  misconfigured: 2,
  /** A fault of the program itself; its stack is on standard error. */
  unexpected: 70,
} as const;
