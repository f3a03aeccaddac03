/** The built gateway as a process that is killed now and then, and comes back on the same port with the same ledger. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Running, start } from '../support/process.ts';
import type { SoakProduct } from './soak-products.ts';

export interface SoakGateway extends AsyncDisposable {
  readonly url: string;
  readonly kills: number;
  /** The most that the process has held at once in any of its lives; 0 where the system does not say. */
  readonly peakBytes: () => number;
  /** What it wrote at the level `error`, over all its lives. */
  readonly errors: () => readonly string[];
  killAndRestart(): Promise<void>;
  /** Null where nobody answers. */
  ask(query: string): Promise<Answer | null>;
}

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export async function startSoakGateway(products: readonly SoakProduct[]): Promise<SoakGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'backplane-soak-'));
  const file = join(folder, 'soak.yaml');
  const settings = {
    providers: products.map(({ config }) => config),
    ledger: { file: join(folder, 'ledger.db'), reconcileSeconds: 3, answerWithinSeconds: 3 },
    streams: { fastSeconds: 0.1, slowSeconds: 0.5 },
    limits: { requestsPerMinute: 1_000_000, mutationsPerMinute: 1_000_000, requestSeconds: 10 },
    log: { level: 'warn' },
  };
  await writeFile(file, stringify(settings));
  const past: string[] = [];
  let port = '0';
  let kills = 0;
  let peak = 0;

  async function serve(): Promise<Running> {
    const running = start(['--config', file, '--port', port], { NODE_NO_WARNINGS: '1' });
    const [, own = port] = await running.untilPrinted(/listening on http:\/\/[^:]+:(\d+)\/graphql/);
    port = own;
    return running;
  }

  let running = await serve();
  const watching = setInterval(async () => {
    peak = Math.max(peak, await residentBytes(running.child.pid));
  }, 250);
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    url,
    get kills() {
      return kills;
    },
    peakBytes: () => peak,
    errors: () => [...past, running.stderr()].flatMap((text) => text.split('\n').filter((line) => isError(line))),
    async killAndRestart() {
      running.child.kill('SIGKILL');
      await running.ended;
      past.push(running.stderr());
      kills++;
      running = await serve();
    },
    async ask(query) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        return (await response.json()) as Answer;
      } catch {
        return null;
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(watching);
      await running[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Pino numbers its levels, and 50 is `error`. */
const isError = (line: string): boolean => /"level":"?(50|60|error|fatal)/.test(line);

async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
