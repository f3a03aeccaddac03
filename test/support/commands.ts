/**
 * A command of the program in the process of the test, which is quicker by a start of Node and by loading everything.
 * What a process of its own proves (signals, standard streams, the environment of Node) is for `start` of `process.ts`. So is
 * a command beside a gateway of this process that writes to the same file: each would wait for the other's lock.
 */
import { EventEmitter, once } from 'node:events';
import { runProgram } from '../../src/cli/run.ts';
import type { Running } from './process.ts';

/** As of `start`, without the process. Disposing it stops what it serves, as SIGINT would. */
export type Command = Omit<Running, 'child' | 'ended'> & { readonly ended: Promise<number> };

export function command(args: readonly string[], environment: Record<string, string> = {}): Command {
  const printed = new EventEmitter();
  const stopping = new AbortController();
  let [stdout, stderr] = ['', ''];
  const ended = runProgram(args, {
    environment: { ...process.env, ...environment },
    say(line) {
      stdout += `${line}\n`;
      printed.emit('printed');
    },
    complain(text) {
      stderr += text;
    },
    async untilStopped() {
      if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
      return 'SIGINT';
    },
  });
  ended.catch(() => undefined);
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async untilPrinted(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match) return match;
        const outcome = await Promise.race([once(printed, 'printed').then(() => null), ended]);
        if (outcome !== null && !pattern.test(stdout)) throw new Error(`ended with ${outcome}: ${stdout}${stderr}`);
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended.catch(() => undefined);
    },
  };
}
