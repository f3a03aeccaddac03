/** Clients that ask the same again and again, each as soon as it has its answer. */
import type { Child } from './children.ts';
import { type Client, connectClient, isOk, parseAnswer } from './client.ts';
import { takeControl } from './control.ts';
import { operation } from './operation.ts';
import { quantile } from './statistics.ts';
import { readCpuMs } from './usage.ts';

export interface Load {
  readonly operations: number;
  readonly seconds: number;
  readonly operationsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, for one operation; null where the system does not say. */
  readonly cpuMs: number | null;
  /** Upstream lists in all. */
  readonly lists: number;
}

export interface LoadLimits {
  readonly seconds?: number;
  readonly operations?: number;
  /** Called with the number of operations that are done. */
  readonly onProgress?: (done: number) => void;
}

export interface LoadTarget {
  readonly server: Child;
  /** Origin of the upstream, whose calls are counted. */
  readonly upstream: string;
}

/** Throws where an answer is not a whole page: the history stands still, so that all answers are equally long. */
export async function runLoad({ server, upstream }: LoadTarget, clients: number, limits: LoadLimits): Promise<Load> {
  const { seconds = Number.POSITIVE_INFINITY, operations = Number.POSITIVE_INFINITY, onProgress } = limits;
  const open = await Promise.all(Array.from({ length: clients }, () => connectClient(server.url)));
  const body = operation();
  const latencies: number[] = [];
  let asked = 0;
  let expected: number | null = null;
  let last: Buffer | null = null;
  await takeControl(upstream);
  const cpuBefore = readCpuMs(server.pid);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;

  async function askAgainAndAgain(client: Client): Promise<void> {
    while (asked < operations) {
      asked++;
      const before = performance.now();
      if (before >= until) return;
      const answer = await client.post(body);
      latencies.push(performance.now() - before);
      onProgress?.(latencies.length);
      expected ??= answer.length;
      if (!isOk(answer) || answer.length !== expected) {
        throw new Error(`an answer is not like the others: ${JSON.stringify(parseAnswer(answer)).slice(0, 400)}`);
      }
      last = answer;
    }
  }
  try {
    await Promise.all(open.map(askAgainAndAgain));
  } finally {
    for (const client of open) client[Symbol.dispose]();
  }
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = readCpuMs(server.pid);
  const { lists } = await takeControl(upstream);
  if (!last || JSON.stringify(parseAnswer(last)).includes('"errors"')) throw new Error('the answers are errors');
  return {
    operations: latencies.length,
    seconds: elapsedSeconds,
    operationsPerSecond: latencies.length / elapsedSeconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / latencies.length,
    lists,
  };
}
