/** Many operations: what the process holds at the end should be what it held at the beginning. */
import type { Bench, Scenario } from '../bench.ts';
import { runLoad } from '../load.ts';
import { uncached } from '../programs.ts';
import { atMost, state } from '../report.ts';
import { readPeakRssBytes, readRssBytes } from '../usage.ts';
import { toMegabytes } from './first-page.ts';

const sampleEveryMs = 50;
const warmUpShare = 0.1;
/** A heap grows to its size first, whether anything leaks or not. */
const enoughOperations = 50_000;

export const memory: Scenario = {
  name: 'memory',
  async run({ upstream, gateways, scale }: Bench) {
    await using server = await gateways.start(uncached);
    const { clients, operations } = scale;
    await runLoad({ server, upstream }, clients, { operations: operations * warmUpShare });
    const samples: { readonly done: number; readonly bytes: number }[] = [];
    let done = 0;
    const timer = setInterval(() => {
      const bytes = readRssBytes(server.pid);
      if (bytes !== null) samples.push({ done, bytes });
    }, sampleEveryMs);
    try {
      await runLoad({ server, upstream }, clients, { operations, onProgress: (count) => (done = count) });
    } finally {
      clearInterval(timer);
    }
    // Memory grows with garbage between two collections; the minimum over a period is what was in use.
    const least = (fifth: number): number | null => {
      const bytes = samples
        .filter((sample) => Math.floor((sample.done / operations) * 5) === fifth)
        .map((sample) => sample.bytes);
      return bytes.length > 0 ? Math.min(...bytes) : null;
    };
    const [first, last] = [least(0), least(4)];
    const growth = first === null || last === null ? null : (last / first - 1) * 100;
    return {
      scenario: 'memory',
      title: `Memory: ${operations} operations by ${clients} clients, no cache`,
      columns: ['', 'gateway'],
      measures: [
        state('first fifth', 'MB, least RSS', toMegabytes(first)),
        state('last fifth', 'MB, least RSS', toMegabytes(last)),
        state('growth', '%', growth, atMost(10, '%')),
        state('peak', 'MB', toMegabytes(readPeakRssBytes(server.pid))),
      ],
      notes: [
        'The least of the resident memory of each fifth is compared, so that garbage of the moment does not count.',
        ...(operations < enoughOperations
          ? ['So few operations say little: the heap is still growing to its size.']
          : []),
      ],
    };
  },
};
