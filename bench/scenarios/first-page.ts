/** The newest 50 of six collections, asked of the products each time. */
import { type Bench, type Scenario, startPair } from '../bench.ts';
import { uncached } from '../programs.ts';
import { atLeast, atMost, compare, type Measure } from '../report.ts';
import { type Rounds, runRounds } from '../rounds.ts';
import { readPeakRssBytes } from '../usage.ts';

export const firstPage: Scenario = {
  name: 'first-page',
  async run(bench: Bench) {
    await using pair = await startPair(bench, uncached);
    const alone = await runRounds(bench, pair, 1);
    const crowded = await runRounds(bench, pair, bench.scale.clients);
    const [floorPeak, gatewayPeak] = [pair.floor, pair.gateway].map(({ pid }) => toMegabytes(readPeakRssBytes(pid)));
    return {
      scenario: 'first-page',
      title: 'First page: 50 rows over 6 collections, no cache',
      columns: ['floor', 'gateway'],
      measures: [
        ...toMeasures('1 client', alone, true),
        ...toMeasures(`${bench.scale.clients} clients`, crowded, false),
        compare('peak memory', 'MB', floorPeak ?? null, gatewayPeak ?? null, atMost(1.3)),
      ],
      notes: isShared(crowded)
        ? ['Clients that ask at the same moment share their reads in the gateway; 1 client shows what a read costs.']
        : [],
    };
  },
};

const isShared = ({ floor, gateway }: Rounds): boolean =>
  gateway.lists / gateway.operations < floor.lists / floor.operations;

function toMeasures(who: string, { floor, gateway }: Rounds, isAlone: boolean): Measure[] {
  return [
    compare(`${who}: throughput`, 'operations/s', floor.operationsPerSecond, gateway.operationsPerSecond, atLeast(0.6)),
    compare(`${who}: p50`, 'ms', floor.p50Ms, gateway.p50Ms, isAlone ? atMost(1.5) : undefined),
    compare(`${who}: p99`, 'ms', floor.p99Ms, gateway.p99Ms),
    compare(`${who}: CPU`, 'ms/operation', floor.cpuMs, gateway.cpuMs),
    compare(`${who}: upstream`, 'lists/operation', floor.lists / floor.operations, gateway.lists / gateway.operations),
  ];
}

export const toMegabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1_000_000);
