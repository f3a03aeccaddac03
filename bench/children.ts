/** The programs that the driver starts. Each is ended by its own id, at the latest when the driver ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeUsage, type Usage } from './probe.ts';

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens, with the path where it printed one. */
  readonly url: string;
  /** When it was spawned, by `performance.now()`. */
  readonly startedAt: number;
  /** What it used since the last time; only of a program that is started with a probe. */
  takeUsage(): Promise<Usage>;
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

export interface StartOptions {
  /** Whether its usage will be asked for. A probe delays the start by some milliseconds. */
  readonly isProbed?: boolean;
}

const probe = ['--import', pathToFileURL(join(import.meta.dirname, 'probe.js')).href];

/** Starts a program that prints an address once it listens; throws where it ends before. */
export async function startChild(args: readonly string[], { isProbed = false }: StartOptions = {}): Promise<Child> {
  const startedAt = performance.now();
  const stdio = ['pipe', 'pipe', 'pipe', ...(isProbed ? ['ipc' as const] : [])] as const;
  const child = spawn(process.execPath, [...(isProbed ? probe : []), ...args], { stdio: [...stdio] });
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
  async function askProbe(): Promise<Usage> {
    if (!child.connected) throw new Error(`process ${child.pid} has no probe, or has ended`);
    const answered = once(child, 'message');
    child.send(takeUsage);
    return (await answered)[0] as Usage;
  }
  // One after the other, so that each gets its own answer.
  let last: Promise<unknown> = Promise.resolve();
  const takeInTurn = (): Promise<Usage> => {
    const next = last.then(askProbe);
    last = next.catch(() => undefined);
    return next;
  };
  return { pid: child.pid ?? 0, url, startedAt, stop, takeUsage: takeInTurn, [Symbol.asyncDispose]: stop };
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
