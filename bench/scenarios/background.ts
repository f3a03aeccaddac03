/** What a gateway asks the products while nobody asks it anything. */
import { setTimeout as pass } from 'node:timers/promises';
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import { connectClient } from '../client.ts';
import { page } from '../operations.ts';
import { measure, valueAtMost } from '../report.ts';
import { countCollections } from '../systems.ts';

const pagesBefore = 20;

export const background: Scenario = {
  name: 'background',
  async run(bench: Bench) {
    const { upstream, gateways, scale } = bench;
    const systems = systemsOf(bench, 4);
    const found: { readonly calls: number; readonly rows: number; readonly cpuMs: number }[] = [];
    for (const side of gateways) {
      await using server = await side.start({ systems, cacheSeconds: null, isProbed: true });
      using client = await connectClient(server.url);
      for (let asked = 0; asked < pagesBefore; asked++) await client.post(page());
      await upstream.take();
      await server.takeUsage();
      await pass(scale.idleSeconds * 1000);
      const { cpuMs } = await server.takeUsage();
      const { lists, others, rows } = await upstream.take();
      found.push({ calls: lists + others, rows, cpuMs });
    }
    const minutes = scale.idleSeconds / 60;
    const collections = countCollections(systems);
    const perMinute = (count: (one: (typeof found)[number]) => number) => found.map((one) => count(one) / minutes);
    const calls = perMinute(({ calls: all }) => all / collections);
    return {
      scenario: 'background',
      title: `Background: ${scale.idleSeconds} s without a client, after ${pagesBefore} first pages, cache as delivered`,
      columns: gateways.map(({ name }) => name),
      measures: [
        measure('upstream', 'calls/minute and collection', calls, valueAtMost(1)),
        measure(
          'upstream',
          'rows/minute',
          perMinute(({ rows }) => rows),
        ),
        measure(
          'CPU',
          'ms/minute',
          perMinute(({ cpuMs }) => cpuMs),
        ),
      ],
      notes: [],
    };
  },
};
