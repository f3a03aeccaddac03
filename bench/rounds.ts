/** All sides under the same loads by turns, each time in a fresh process, so that other load of the machine affects all. */
import type { Bench } from './bench.ts';
import { checkSameAnswers, type Look, lookAt } from './checks.ts';
import type { Child } from './children.ts';
import { type Bodies, type Load, runLoad } from './load.ts';
import type { Side } from './sides.ts';
import { median } from './statistics.ts';
import type { Served } from './systems.ts';

export interface Case {
  /** Such as `1 client`. */
  readonly name: string;
  readonly clients: number;
}

export interface Plan {
  readonly systems: readonly Served[];
  /** 0: no cache; null: as the gateway is delivered. */
  readonly cacheSeconds: number | null;
  /** Measured one after the other in the same process. */
  readonly cases: readonly Case[];
  /** Called once for each process: ids are those of the server. */
  readonly prepare: (server: Child) => Promise<Bodies>;
}

/** Medians of the rounds, by case, and of the peak memory of the processes. */
export interface Measured {
  readonly side: Side;
  readonly loads: ReadonlyMap<Case, Load>;
  readonly peakRssBytes: number;
}

interface Samples {
  readonly loads: Map<Case, Load[]>;
  readonly peaks: number[];
}

export async function runRounds(bench: Bench, plan: Plan): Promise<readonly Measured[]> {
  const samples = new Map<Side, Samples>(
    bench.sides.map((side) => [side, { loads: new Map(plan.cases.map((one) => [one, []])), peaks: [] }]),
  );
  for (let round = 0; round < bench.scale.rounds; round++) {
    const looks: Look[] = [];
    for (let turn = 0; turn < bench.sides.length; turn++) {
      // Each round begins with another one.
      const side = bench.sides[(round + turn) % bench.sides.length] as Side;
      looks.push(await measureOnce(bench, plan, side, samples.get(side) as Samples));
    }
    if (round === 0) checkSameAnswers(looks);
  }
  return bench.sides.map((side) => {
    const { loads, peaks } = samples.get(side) as Samples;
    const medians = [...loads].map(([one, measured]) => [one, summarise(measured)] as const);
    return { side, loads: new Map(medians), peakRssBytes: median(peaks) };
  });
}

async function measureOnce(bench: Bench, plan: Plan, side: Side, { loads, peaks }: Samples): Promise<Look> {
  const { systems, cacheSeconds, cases, prepare } = plan;
  const { seconds, atLeast } = bench.scale;
  await using server = await side.start({ systems, cacheSeconds, isProbed: true });
  const target = { server, upstream: bench.upstream };
  const bodies = await prepare(server);
  const look = await lookAt(side, server, bodies(0, 0));
  for (const one of cases) {
    await runLoad(target, one.clients, bodies, { seconds, atLeast });
    loads.get(one)?.push(await runLoad(target, one.clients, bodies, { seconds, atLeast }));
  }
  peaks.push((await server.takeUsage()).peakRssBytes);
  return look;
}

function summarise(loads: readonly Load[]): Load {
  const of = (key: keyof Load): number => median(loads.map((load) => load[key]));
  return {
    operations: of('operations'),
    operationsPerSecond: of('operationsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMs: of('cpuMs'),
    loopP99Ms: of('loopP99Ms'),
    ownLoopP99Ms: of('ownLoopP99Ms'),
    ownLoopMaxMs: of('ownLoopMaxMs'),
    calls: of('calls'),
    rows: of('rows'),
  };
}
