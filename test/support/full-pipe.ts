/** A named pipe for a standard stream of a program, whose reader does what the test says. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pipe extends Disposable {
  /** For the program. */
  readonly writer: number;
  /** Writes until the pipe takes no more, as if its reader had stopped long ago; gives the number of bytes. */
  fill(): number;
  /** What stands in the pipe now. */
  read(): string;
  /** The last reader goes. */
  closeReader(): void;
}

export function openPipe(): Pipe {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  // A reader that does not wait for a writer.
  let reader: number | null = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const filler = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const block = Buffer.alloc(4096, '.');
  const whileReady = (step: () => number): void => {
    try {
      while (step() > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  };
  const closeReader = () => {
    if (reader !== null) closeSync(reader);
    reader = null;
  };
  return {
    writer,
    fill() {
      let total = 0;
      whileReady(() => {
        const bytes = writeSync(filler, block);
        total += bytes;
        return bytes;
      });
      return total;
    },
    read() {
      const chunks: Buffer[] = [];
      whileReady(() => {
        const chunk = Buffer.alloc(65_536);
        const bytes = readSync(reader as number, chunk);
        chunks.push(chunk.subarray(0, bytes));
        return bytes;
      });
      return Buffer.concat(chunks).toString();
    },
    closeReader,
    [Symbol.dispose]() {
      closeReader();
      closeSync(writer);
      closeSync(filler);
      rmSync(folder, { recursive: true });
    },
  };
}
