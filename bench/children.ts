/** The programs that the driver starts. Each is ended by its own id, at the latest when the driver ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens, with the path where it printed one. */
  readonly url: string;
  /** When it was spawned, by `performance.now()`. */
  readonly startedAt: number;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** The gateway promises to be gone after five. */
const stopWithinMs = 8_000;

const running = new Set<ChildProcess>();

/** Also where the driver fails, or is stopped: nothing that it started goes on without it. */
export function endChildrenWithUs(): void {
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

/** Starts a program that prints an address once it listens; throws where it ends before. */
export async function startChild(args: readonly string[]): Promise<Child> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: 'pipe' });
  running.add(child);
  child.once('close', () => running.delete(child));
  const url = await untilListening(child);
  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await closed;
    clearTimeout(timer);
  }
  return { pid: child.pid ?? 0, url, startedAt, stop, [Symbol.asyncDispose]: stop };
}

function untilListening(child: ChildProcess): Promise<string> {
  let printed = '';
  let complaints = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk;
      const url = /listening on (http:\S+)/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaints.length < 10_000) complaints += chunk;
    });
    child.once('close', (code) => reject(new Error(`a program ended with ${code}:\n${printed}${complaints}`)));
  });
}
