/** Standard output and standard error may fail at any moment: a full disk, or a reader that has gone. */

export interface StandardStreams {
  /** The first failure of standard output; null where there was none. */
  readonly outputError: () => NodeJS.ErrnoException | null;
}

/** From now on a failure of either stream is noted. Without listeners, it would end the process. */
export function watchStandardStreams(): StandardStreams {
  let first: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    first ??= error;
  });
  // What cannot be written to standard error cannot be reported anywhere; the log counts its own lost lines.
  process.stderr.on('error', () => undefined);
  return { outputError: () => first };
}
