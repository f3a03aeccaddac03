/** Clients that ask again and again, each as soon as it has its answer. */
import type { Child } from './children.ts';
import { type Client, connectClient, isOk, parseAnswer } from './client.ts';
import type { Upstream } from './control.ts';
import { quantile } from './statistics.ts';

export interface Load {
  readonly operations: number;
  readonly operationsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, for one operation. */
  readonly cpuMs: number;
  /** Event loop delay, as `Usage` has it. */
  readonly loopP99Ms: number;
  readonly ownLoopP99Ms: number;
  readonly ownLoopMaxMs: number;
  /** Upstream calls of any kind for one operation, with those that the server makes in the background. */
  readonly calls: number;
  /** Rows of backups that the products sent for one operation. */
  readonly rows: number;
}

/** The body that a client sends as its nth. */
export type Bodies = (client: number, turn: number) => string;

export interface LoadLimits {
  /** Both must be reached, but it never takes more than ten times as long. */
  readonly seconds?: number;
  readonly atLeast?: number;
  /** Exactly so many instead. */
  readonly operations?: number;
  /** Called with the number of operations that are done. */
  readonly onProgress?: (done: number) => void;
}

export interface LoadTarget {
  readonly server: Child;
  readonly upstream: Upstream;
}

const patience = 10;

function createEnd({ seconds = 0, atLeast = 0, operations }: LoadLimits): (asked: number) => boolean {
  if (operations !== undefined) return (asked) => asked >= operations;
  const startedAt = performance.now();
  return (asked) => {
    const elapsed = (performance.now() - startedAt) / 1000;
    return elapsed >= seconds && (asked >= atLeast || elapsed >= seconds * patience);
  };
}

/** Throws where an answer is an error, or where the same question gets answers of different length. */
export async function runLoad(
  { server, upstream }: LoadTarget,
  clients: number,
  bodies: Bodies,
  limits: LoadLimits,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: clients }, () => connectClient(server.url)));
  const latencies: number[] = [];
  const lengths = new Map<string, number>();
  let asked = 0;

  await upstream.take();
  await server.takeUsage();
  const startedAt = performance.now();
  const isOver = createEnd(limits);

  async function askAgainAndAgain(client: Client, number: number): Promise<void> {
    for (let turn = 0; !isOver(asked); turn++) {
      asked++;
      const body = bodies(number, turn);
      const before = performance.now();
      const answer = await client.post(body);
      latencies.push(performance.now() - before);
      limits.onProgress?.(latencies.length);
      checkAnswer(lengths, body, answer);
    }
  }
  try {
    await Promise.all(open.map(askAgainAndAgain));
  } finally {
    for (const client of open) client[Symbol.dispose]();
  }
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const { cpuMs, loopP99Ms, ownLoopP99Ms, ownLoopMaxMs } = await server.takeUsage();
  const { lists, others, rows } = await upstream.take();
  const operations = latencies.length;
  return {
    operations,
    operationsPerSecond: operations / elapsedSeconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMs: cpuMs / operations,
    loopP99Ms,
    ownLoopP99Ms,
    ownLoopMaxMs,
    calls: (lists + others) / operations,
    rows: rows / operations,
  };
}

/** The histories stand still, so that the answer to a question is always equally long. */
function checkAnswer(lengths: Map<string, number>, body: string, answer: Buffer): void {
  const expected = lengths.get(body);
  if (isOk(answer) && answer.length === expected) return;
  const parsed = JSON.stringify(parseAnswer(answer));
  if (expected !== undefined || parsed.includes('"errors"')) {
    throw new Error(
      `an answer is an error, or not like the one before: ${parsed.slice(0, 200)} ... ${parsed.slice(-400)}`,
    );
  }
  lengths.set(body, answer.length);
}
