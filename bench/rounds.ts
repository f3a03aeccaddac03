/** Two servers under the same load by turns, so that other load of the machine affects both. */
import type { Bench, Pair } from './bench.ts';
import { type Load, runLoad } from './load.ts';
import { median, sum } from './statistics.ts';

export interface Rounds {
  readonly floor: Load;
  readonly gateway: Load;
}

/** Medians of the rounds, and sums of what is counted. */
export async function runRounds(
  { upstream, scale }: Bench,
  { floor, gateway }: Pair,
  clients: number,
): Promise<Rounds> {
  const { rounds, seconds } = scale;
  const loads: { floor: Load[]; gateway: Load[] } = { floor: [], gateway: [] };
  // The first round is the warm-up.
  for (let round = 0; round <= rounds; round++) {
    for (const [side, server] of [
      ['floor', floor],
      ['gateway', gateway],
    ] as const) {
      const load = await runLoad({ server, upstream }, clients, { seconds });
      if (round > 0) loads[side].push(load);
    }
  }
  return { floor: summarise(loads.floor), gateway: summarise(loads.gateway) };
}

function summarise(loads: readonly Load[]): Load {
  const cpu = loads.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    operations: sum(loads.map(({ operations }) => operations)),
    seconds: sum(loads.map(({ seconds }) => seconds)),
    operationsPerSecond: median(loads.map(({ operationsPerSecond }) => operationsPerSecond)),
    p50Ms: median(loads.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(loads.map(({ p99Ms }) => p99Ms)),
    cpuMs: cpu.length > 0 ? median(cpu) : null,
    lists: sum(loads.map(({ lists }) => lists)),
  };
}
