/** SIGTERM or SIGINT, whichever comes first; a second one ends the process at once. */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    function stop(signal: NodeJS.Signals): void {
      process.off('SIGTERM', stop).off('SIGINT', stop);
      resolve(signal);
    }
    process.once('SIGTERM', stop).once('SIGINT', stop);
  });
