/** What every scenario is given: the servers, the products, and how much to do. */
import type { Upstream } from './control.ts';
import type { Report } from './report.ts';
import type { Gateway, Side } from './sides.ts';
import { makeSystems, type Served } from './systems.ts';

export interface Scale {
  /** Fresh processes of each side, one after the other. */
  readonly processes: number;
  /** How often each process is measured; the medians are reported. */
  readonly rounds: number;
  /** How long one measurement is at the least, and the warm-up of a process. */
  readonly seconds: number;
  /** Operations of a warm-up at the least: V8 has compiled what is used by then, also on a busy machine. */
  readonly warmUp: number;
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
  /** Backups in the history scenario, and how often it asks. */
  readonly historyRows: number;
  readonly historyRounds: number;
  /** Rows of the list that the dashboard reads to its end, and frames in which they pass. */
  readonly listRows: number;
  readonly frames: number;
  /** How long the dashboard follows a fast log, and how fast that is. */
  readonly logSeconds: number;
  readonly linesPerSecond: number;
  /** How long the dashboard follows live events. */
  readonly minutes: number;
  /** Whether the parts of the dashboard, and those of the replicas, wait for each other, so that none disturbs the figures of another. */
  readonly isInTurn: boolean;
  /** Whether metrics and traces are also measured one by one. */
  readonly isEachVariant: boolean;
}

export const full: Scale = {
  processes: 2,
  rounds: 3,
  seconds: 2,
  warmUp: 600,
  clients: 50,
  coldStarts: 9,
  operations: 10_000,
  sockets: 5_000,
  pages: 1_000,
  idleSeconds: 65,
  historyRows: 1_000_000,
  historyRounds: 15,
  listRows: 10_000,
  frames: 600,
  logSeconds: 20,
  linesPerSecond: 1_000,
  minutes: 1,
  isInTurn: true,
  isEachVariant: true,
};
export const quick: Scale = {
  ...full,
  processes: 1,
  seconds: 1,
  warmUp: 200,
  coldStarts: 3,
  operations: 1_000,
  sockets: 500,
  pages: 100,
  idleSeconds: 5,
  historyRows: 100_000,
  listRows: 2_000,
  logSeconds: 10,
};
/** Whether everything still runs; the numbers say nothing. */
export const smoke: Scale = {
  ...quick,
  rounds: 1,
  seconds: 0.2,
  warmUp: 1,
  clients: 8,
  coldStarts: 1,
  operations: 50,
  sockets: 40,
  pages: 44,
  idleSeconds: 0.5,
  historyRows: 2_000,
  historyRounds: 2,
  listRows: 250,
  frames: 20,
  logSeconds: 1,
  linesPerSecond: 200,
  minutes: 0.04,
  isInTurn: false,
  isEachVariant: false,
};

export interface Bench {
  readonly upstream: Upstream;
  /** The floor first, then an older build if one is compared, then this one. */
  readonly sides: readonly Side[];
  /** Without the floor. */
  readonly gateways: readonly Gateway[];
  readonly scale: Scale;
  /** An empty database of PostgreSQL, for the scenarios of the history and of replicas; null: none. */
  readonly postgres: string | null;
}

export interface Scenario {
  readonly name: string;
  /** Throws where a program is missing that it needs: before anything is measured. */
  assertPossible?(): void;
  run(bench: Bench): Promise<Report>;
}

/** So many systems, a multiple of 4, of which the upstream serves the first ones of each product. */
export function systemsOf({ upstream }: Bench, count: number): readonly Served[] {
  const names = new Set(makeSystems(count).map(({ name }) => name));
  return upstream.systems.filter(({ name }) => names.has(name));
}
