/** From the start of the program to the first answer, connections and logins included. */
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import type { Child } from '../children.ts';
import { connectClient, parseAnswer } from '../client.ts';
import { page } from '../operations.ts';
import { measure, ratioAtMost, valueAtMost } from '../report.ts';
import type { Side } from '../sides.ts';
import { median } from '../statistics.ts';
import { readCpuMs } from '../usage.ts';

interface Start {
  readonly listeningMs: number;
  readonly answeredMs: number;
  /** Null where the system does not say. */
  readonly cpuMs: number | null;
}

export const coldStart: Scenario = {
  name: 'cold-start',
  async run(bench: Bench) {
    const { sides, scale } = bench;
    const systems = systemsOf(bench, 4);
    const starts = new Map<Side, Start[]>(sides.map((side) => [side, []]));
    // The first of each brings the files into memory.
    for (let round = 0; round <= scale.coldStarts; round++) {
      for (const side of sides) {
        const start = await untilFirstAnswer(await side.start({ systems, cacheSeconds: 0 }));
        if (round > 0) starts.get(side)?.push(start);
      }
    }
    const of = (key: keyof Start) =>
      sides.map((side) => median((starts.get(side) ?? []).map((start) => start[key] ?? Number.NaN)));
    return {
      scenario: 'cold-start',
      title: `Cold start: from spawn to the first answer, median of ${scale.coldStarts}`,
      columns: sides.map(({ name }) => name),
      measures: [
        measure('listening', 'ms', of('listeningMs')),
        measure('first answer', 'ms', of('answeredMs'), ratioAtMost(2.2)),
        measure('first answer, by the clock', 'ms', of('answeredMs'), valueAtMost(500, ' ms')),
        measure('CPU until then', 'ms', of('cpuMs')),
      ],
      notes: [],
    };
  },
};

async function untilFirstAnswer(child: Child): Promise<Start> {
  await using server = child;
  const listeningMs = performance.now() - server.startedAt;
  using client = await connectClient(server.url);
  const answer = await client.post(page());
  const answeredMs = performance.now() - server.startedAt;
  const cpuMs = readCpuMs(server.pid);
  parseAnswer(answer);
  return { listeningMs, answeredMs, cpuMs };
}
