/** A wall of dashboards: everybody asks the same, and the gateway is configured as it is delivered. */
import { type Bench, type Scenario, startPair } from '../bench.ts';
import { collectionCount } from '../estate.ts';
import { runLoad } from '../load.ts';
import { asDelivered } from '../programs.ts';
import { atLeast, atMost, compare, type Measure, state } from '../report.ts';
import { runRounds } from '../rounds.ts';

const steadySeconds = 4;

export const wall: Scenario = {
  name: 'wall',
  async run(bench: Bench) {
    await using pair = await startPair(bench, asDelivered);
    const target = { server: pair.gateway, upstream: bench.upstream };
    const measures: Measure[] = [];
    for (const clients of [1, bench.scale.clients]) {
      const { floor, gateway } = await runRounds(bench, pair, clients);
      // What is asked upstream is counted from a moment when the answer was just read, and over some seconds.
      await runLoad(target, 1, { operations: 1 });
      const steady = await runLoad(target, clients, { seconds: steadySeconds });
      const who = clients === 1 ? '1 client' : `${clients} clients`;
      measures.push(
        compare(
          `${who}: throughput`,
          'operations/s',
          floor.operationsPerSecond,
          gateway.operationsPerSecond,
          clients === 1 ? undefined : atLeast(3),
        ),
        compare(`${who}: p50`, 'ms', floor.p50Ms, gateway.p50Ms),
        compare(`${who}: p99`, 'ms', floor.p99Ms, gateway.p99Ms),
        compare(`${who}: CPU`, 'ms/operation', floor.cpuMs, gateway.cpuMs),
        state(
          `${who}: upstream`,
          'lists/s',
          steady.lists / steady.seconds,
          clients === 1 ? undefined : atMost(collectionCount, '/s'),
        ),
      );
    }
    return {
      scenario: 'wall',
      title: 'Wall of dashboards: the same operation again and again, cache as delivered (the floor has none)',
      columns: ['floor', 'gateway'],
      measures,
      notes: bench.gateways.hasCache ? [] : ['This gateway knows no cacheSeconds: it asks upstream each time.'],
    };
  },
};
