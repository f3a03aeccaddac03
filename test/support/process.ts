/** The built program as a child process, as people start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

export interface Running extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until the pattern stands in standard output; fails where the program ends before. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** What `npm run build` makes, and people start. */
const program = 'dist/main.js';

/** A test that fails may leave its program running: it ends with the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Where a stream of the program goes instead of to the test: a file descriptor. */
export interface StandardStreams {
  readonly stdout?: number;
  readonly stderr?: number;
}

export function start(
  args: readonly string[],
  environment: Record<string, string> = {},
  streams: StandardStreams = {},
): Running {
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build, or npm test, which does.`);
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', streams.stdout ?? 'pipe', streams.stderr ?? 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
    child.emit('printed');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async untilPrinted(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match) return match;
        const outcome = await Promise.race([once(child, 'printed').then(() => null), ended]);
        if (outcome !== null && !pattern.test(stdout)) throw new Error(`ended with ${outcome}: ${stdout}${stderr}`);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
