/** Many operations: what the process holds at the end should be what it held at the beginning. */
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import type { Child } from '../children.ts';
import { runLoad } from '../load.ts';
import { measure, ratioAtMost, valueAtMost } from '../report.ts';
import { differentPages } from './loads.ts';

const sampleEveryMs = 50;
const warmUpShare = 0.1;
/** A heap grows to its size first, whether anything leaks or not. */
const enoughOperations = 50_000;

export const memory: Scenario = {
  name: 'memory',
  async run(bench: Bench) {
    const { clients, operations } = bench.scale;
    const systems = systemsOf(bench, 4);
    const held = [];
    for (const side of bench.sides) {
      await using server = await side.start({ systems, cacheSeconds: 0, isProbed: true });
      held.push(await measureSide(bench, server));
    }
    return {
      scenario: 'memory',
      title: `Memory: ${operations} operations by ${clients} clients that ask for different pages, no cache`,
      columns: bench.sides.map(({ name }) => name),
      measures: [
        measure(
          'first fifth',
          'MB, least RSS',
          held.map(({ first }) => first / 1e6),
        ),
        measure(
          'last fifth',
          'MB, least RSS',
          held.map(({ last }) => last / 1e6),
        ),
        measure(
          'growth',
          '%',
          held.map(({ first, last }) => (last / first - 1) * 100),
          valueAtMost(10, ' %'),
        ),
        measure(
          'peak',
          'MB',
          held.map(({ peak }) => peak / 1e6),
          ratioAtMost(1.7),
        ),
      ],
      notes: [
        'The least of the resident memory of each fifth is compared, so that garbage of the moment does not count.',
        ...(operations < enoughOperations
          ? [
              `Growth of fewer than ${enoughOperations} operations (--operations) is mostly the heap growing to its size.`,
            ]
          : []),
      ],
    };
  },
};

async function measureSide({ upstream, scale }: Bench, server: Child) {
  const { clients, operations } = scale;
  await runLoad({ server, upstream }, clients, differentPages, { operations: operations * warmUpShare });
  const samples: { readonly done: number; readonly bytes: number }[] = [];
  let done = 0;
  const sample = async (): Promise<void> => {
    const at = done;
    samples.push({ done: at, bytes: (await server.takeUsage()).rssBytes });
  };
  const timer = setInterval(() => void sample(), sampleEveryMs);
  try {
    const onProgress = (count: number): void => {
      done = count;
    };
    await runLoad({ server, upstream }, clients, differentPages, { operations, onProgress });
  } finally {
    clearInterval(timer);
  }
  // Memory grows with garbage between two collections; the least of a period is what was in use.
  const least = (fifth: number): number => {
    const inFifth = samples.filter((one) => Math.floor((one.done / operations) * 5) === fifth);
    return Math.min(...(inFifth.length > 0 ? inFifth : samples).map(({ bytes }) => bytes));
  };
  return { first: least(0), last: least(4), peak: (await server.takeUsage()).peakRssBytes };
}
