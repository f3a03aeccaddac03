/** Standard output and standard error can fail at any time: a full disk, or a closed pipe. */

export interface StandardStreams {
  /** The first failure of standard output; null if there was none. */
  readonly outputError: () => NodeJS.ErrnoException | null;
}

/** Records failures of either stream from now on. Without a listener, a failure would end the process. */
export function watchStandardStreams(): StandardStreams {
  let first: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    first ??= error;
  });
  // Failures of standard error cannot be reported anywhere. The log counts its own lost lines.
  process.stderr.on('error', () => undefined);
  return { outputError: () => first };
}
