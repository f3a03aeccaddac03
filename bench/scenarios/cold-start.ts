/** From the start of the program to the first answer, connections and logins included. */
import type { Bench, Scenario } from '../bench.ts';
import type { Child } from '../children.ts';
import { connectClient, parseAnswer } from '../client.ts';
import { operation } from '../operation.ts';
import { startFloor, uncached } from '../programs.ts';
import { atMost, compare, state } from '../report.ts';
import { median } from '../statistics.ts';

export const coldStart: Scenario = {
  name: 'cold-start',
  async run({ upstream, gateways, lists, scale }: Bench) {
    const floor: number[] = [];
    const gateway: number[] = [];
    // The first of each brings the files into memory.
    for (let start = 0; start <= scale.coldStarts; start++) {
      const taken = [
        await untilFirstAnswer(await startFloor({ upstream, lists })),
        await untilFirstAnswer(await gateways.start(uncached)),
      ] as const;
      if (start === 0) continue;
      floor.push(taken[0]);
      gateway.push(taken[1]);
    }
    return {
      scenario: 'cold-start',
      title: `Cold start: from spawn to the first answer, median of ${scale.coldStarts}`,
      columns: ['floor', 'gateway'],
      measures: [
        compare('first answer', 'ms', median(floor), median(gateway), atMost(3)),
        state('first answer, by the clock', 'ms', median(gateway), atMost(1000, ' ms')),
      ],
      notes: [],
    };
  },
};

async function untilFirstAnswer(child: Child): Promise<number> {
  await using server = child;
  using client = await connectClient(server.url);
  const answer = await client.post(operation());
  const taken = performance.now() - server.startedAt;
  parseAnswer(answer);
  return taken;
}
