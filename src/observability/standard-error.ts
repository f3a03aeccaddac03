/**
 * Standard error as an output that never blocks the event loop. Node writes to a pipe asynchronously and to a file
 * synchronously, so files, terminals and devices are written in a thread instead.
 */
import { fstatSync, write, writeSync } from 'node:fs';
import type { LogOutput } from './sink.ts';

const stderr = 2;

export function openStandardError(): LogOutput {
  const kind = fstatSync(stderr);
  return kind.isFIFO() || kind.isSocket() ? streamOutput() : fileOutput(kind.isFile());
}

/**
 * A pipe or a socket. If its reader is slow or has stopped, a write waits; if it is closed, a write fails with EPIPE.
 */
function streamOutput(): LogOutput {
  const { stderr: stream } = process;
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => (error ? reject(error) : resolve(chunk.length)));
      }),
    // Node has made the descriptor non-blocking: data that does not fit in the pipe is refused at once.
    writeAtExit: (chunk) => writeWhatFits(chunk),
  };
}

function fileOutput(isRegular: boolean): LogOutput {
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        write(stderr, chunk, 0, chunk.length, null, (error, bytes) => (error ? reject(error) : resolve(bytes)));
      }),
    writeAtExit(chunk, isWriting) {
      // A stopped terminal would block this write like the one in flight.
      if (isRegular || !isWriting) writeWhatFits(chunk);
    },
  };
}

function writeWhatFits(chunk: Buffer): void {
  try {
    for (let done = 0; done < chunk.length; ) done += writeSync(stderr, chunk, done);
  } catch {
    // The process is ending, and there is no other place to report the failure.
  }
}
