/** What every scenario is given: the programs, and how much to do. */
import type { Child } from './children.ts';
import type { FloorList } from './floor.ts';
import { type GatewayOptions, type Gateways, startFloor } from './programs.ts';
import type { Report } from './report.ts';
import { checkSameAnswers } from './sanity.ts';

export interface Scale {
  /** How often each side is measured; the medians are reported. */
  readonly rounds: number;
  /** How long one round of one side is. */
  readonly seconds: number;
  /** How many ask at once where it is crowded. */
  readonly clients: number;
  readonly coldStarts: number;
  /** Operations of the memory scenario. */
  readonly operations: number;
  /** That watch the same backup. */
  readonly sockets: number;
}

export const full: Scale = { rounds: 7, seconds: 3, clients: 50, coldStarts: 11, operations: 100_000, sockets: 5_000 };
/** Under a minute in all. */
export const quick: Scale = { rounds: 3, seconds: 1, clients: 50, coldStarts: 3, operations: 2_000, sockets: 500 };

export interface Bench {
  /** Origin of the upstream. */
  readonly upstream: string;
  readonly gateways: Gateways;
  /** What the floor asks for. */
  readonly lists: readonly FloorList[];
  readonly scale: Scale;
}

export interface Scenario {
  readonly name: string;
  run(bench: Bench): Promise<Report>;
}

/** A gateway and a floor that were seen to give the same answers. */
export interface Pair extends AsyncDisposable {
  readonly floor: Child;
  readonly gateway: Child;
}

/** Throws where their answers differ, or where a gateway that keeps nothing asks for something else than each list once. */
export async function startPair({ upstream, gateways, lists }: Bench, options: GatewayOptions): Promise<Pair> {
  const [floor, gateway] = await Promise.all([startFloor({ upstream, lists }), gateways.start(options)]);
  await checkSameAnswers(upstream, floor, { ...gateway, isCached: options.cacheSeconds !== 0 });
  const stop = async () => void (await Promise.all([floor.stop(), gateway.stop()]));
  return { floor, gateway, [Symbol.asyncDispose]: stop };
}
