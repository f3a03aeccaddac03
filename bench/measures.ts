/** The rows of the table of a scenario that is a load. */
import type { Load } from './load.ts';
import { type Measure, measure, ratioAtLeast, ratioAtMost, valueAtMost } from './report.ts';
import type { Case, Measured } from './rounds.ts';

/** Of this build to the floor. */
export interface Targets {
  readonly throughput?: number;
  readonly p50?: number;
  readonly cpu?: number;
  /** Calls for one operation. */
  readonly calls?: number;
}

/** No operation delays others by more. */
const longestStallMs = 50;

export function toMeasures(measured: readonly Measured[], one: Case, targets: Targets = {}): Measure[] {
  const row = (name: string, unit: string, key: keyof Load, target?: Parameters<typeof measure>[3]): Measure =>
    measure(
      `${one.name}: ${name}`,
      unit,
      measured.map(({ loads }) => loads.get(one)?.[key] ?? null),
      target,
    );
  const atMost = (limit: number | undefined) => (limit === undefined ? undefined : ratioAtMost(limit));
  const { throughput, p50, cpu, calls } = targets;
  return [
    row('throughput', 'operations/s', 'operationsPerSecond', throughput ? ratioAtLeast(throughput) : undefined),
    row('p50', 'ms', 'p50Ms', atMost(p50)),
    row('p99', 'ms', 'p99Ms'),
    row('CPU', 'ms/operation', 'cpuMs', atMost(cpu)),
    row('upstream', 'calls/operation', 'calls', calls === undefined ? undefined : valueAtMost(calls)),
    row('upstream', 'rows/operation', 'rows'),
    row('event loop delay, p99', 'ms', 'loopP99Ms'),
    row('of it by its own work', 'ms', 'ownLoopP99Ms', valueAtMost(longestStallMs, ' ms')),
    row('longest by its own work', 'ms', 'ownLoopMaxMs'),
  ];
}

export const toPeak = (measured: readonly Measured[], limit?: number): Measure =>
  measure(
    'peak memory',
    'MB',
    measured.map(({ peakRssBytes }) => peakRssBytes / 1e6),
    limit === undefined ? undefined : ratioAtMost(limit),
  );

export const toColumns = (measured: readonly Measured[]): string[] => measured.map(({ side }) => side.name);
