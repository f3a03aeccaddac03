/** All sides under the same loads by turns, so that other load of the machine affects all. */
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
  /** What the medians are of. */
  readonly rounds: ReadonlyMap<Case, readonly Load[]>;
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
  for (let generation = 0; generation < bench.scale.processes; generation++) {
    const runners: Runner[] = [];
    try {
      for (const side of bench.sides) runners.push(await start(plan, side));
      checkSameAnswers(runners.map(({ look }) => look));
      await measureGeneration(bench, plan, runners, samples);
    } finally {
      await Promise.all(runners.map(({ server }) => server.stop()));
    }
  }
  return bench.sides.map((side) => {
    const { loads, peaks } = samples.get(side) as Samples;
    const medians = [...loads].map(([one, measured]) => [one, summarise(measured)] as const);
    return { side, loads: new Map(medians), rounds: loads, peakRssBytes: median(peaks) };
  });
}

/** A process of a side. */
interface Runner {
  readonly side: Side;
  readonly server: Child;
  readonly bodies: Bodies;
  readonly look: Look;
}

async function start({ systems, cacheSeconds, prepare }: Plan, side: Side): Promise<Runner> {
  const server = await side.start({ systems, cacheSeconds, isProbed: true });
  const bodies = await prepare(server);
  const look = await lookAt(side, server, bodies(0, 0));
  return { side, server, bodies, look };
}

async function measureGeneration(
  { upstream, scale }: Bench,
  { cases }: Plan,
  runners: readonly Runner[],
  samples: ReadonlyMap<Side, Samples>,
): Promise<void> {
  const { seconds, warmUp, rounds } = scale;
  for (const { server, bodies } of runners) {
    for (const { clients } of cases) {
      await runLoad({ server, upstream }, clients, bodies, { seconds, atLeast: warmUp });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      // Each round begins with another one.
      const { side, server, bodies } = runners[(round + turn) % runners.length] as Runner;
      for (const one of cases) {
        const load = await runLoad({ server, upstream }, one.clients, bodies, { seconds, atLeast: one.clients });
        samples.get(side)?.loads.get(one)?.push(load);
      }
    }
  }
  for (const { side, server } of runners) samples.get(side)?.peaks.push((await server.takeUsage()).peakRssBytes);
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
