/** What every scenario is given: the servers, the products, and how much to do. */
import type { Upstream } from './control.ts';
import type { Report } from './report.ts';
import type { Gateway, Side } from './sides.ts';
import { makeSystems, type Served } from './systems.ts';

export interface Scale {
  /** How often each side is measured, in a fresh process each time; the medians are reported. */
  readonly rounds: number;
  /** How long one measurement is at the least, and its warm-up. */
  readonly seconds: number;
  /** Operations of one measurement at the least, so that a busy machine measures warm code too. */
  readonly atLeast: number;
  /** How many ask at once where it is crowded. */
  readonly clients: number;
  readonly coldStarts: number;
  /** Operations of the memory scenario. */
  readonly operations: number;
  /** That watch the same backup. */
  readonly sockets: number;
  /** Pages of the walk through a deep list. */
  readonly pages: number;
  /** How long nobody asks anything in the background scenario. */
  readonly idleSeconds: number;
}

export const full: Scale = {
  rounds: 5,
  seconds: 2,
  atLeast: 300,
  clients: 50,
  coldStarts: 9,
  operations: 10_000,
  sockets: 5_000,
  pages: 1_000,
  idleSeconds: 65,
};
export const quick: Scale = {
  ...full,
  rounds: 3,
  seconds: 1,
  atLeast: 100,
  coldStarts: 3,
  operations: 1_000,
  sockets: 500,
  pages: 100,
  idleSeconds: 5,
};
/** Whether everything still runs; the numbers say nothing. */
export const smoke: Scale = {
  ...quick,
  rounds: 1,
  seconds: 0.2,
  atLeast: 1,
  clients: 8,
  coldStarts: 1,
  operations: 50,
  sockets: 40,
  pages: 44,
  idleSeconds: 0.5,
};

export interface Bench {
  readonly upstream: Upstream;
  /** The floor first, then an older build if one is compared, then this one. */
  readonly sides: readonly Side[];
  /** Without the floor. */
  readonly gateways: readonly Gateway[];
  readonly scale: Scale;
}

export interface Scenario {
  readonly name: string;
  run(bench: Bench): Promise<Report>;
}

/** So many systems, a multiple of 4, of which the upstream serves the first ones of each product. */
export function systemsOf({ upstream }: Bench, count: number): readonly Served[] {
  const names = new Set(makeSystems(count).map(({ name }) => name));
  return upstream.systems.filter(({ name }) => names.has(name));
}
