/** What metrics and traces cost: the first page without them, with each, and with both, by turns in one run. */
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import { tracesPath } from '../control.ts';
import { toColumns, toMeasures, toPeak } from '../measures.ts';
import { page } from '../operations.ts';
import { type Case, type Measured, runRounds } from '../rounds.ts';
import type { Side } from '../sides.ts';
import { quantile } from '../statistics.ts';

export const observability: Scenario = {
  name: 'observability',
  async run(bench: Bench) {
    const { upstream, scale } = bench;
    const metrics = { port: 0 };
    const tracing = { url: upstream.origin + tracesPath };
    const each = {
      metrics: { metrics },
      'a tenth traced': { tracing: { ...tracing, sampleRatio: 0.1 } },
      traced: { tracing },
    };
    const variants = { neither: {}, ...(scale.isEachVariant ? each : {}), both: { metrics, tracing } };
    const own = bench.gateways.at(-1) as Side;
    const sides = Object.entries(variants).map(
      ([name, more]): Side => ({ name, start: (setup) => own.start({ ...setup, more }) }),
    );
    const alone = { name: '1 client', clients: 1 };
    const crowded = { name: `${scale.clients} clients`, clients: scale.clients };
    const cases = [alone, crowded];
    const plan = { systems: systemsOf(bench, 4), cacheSeconds: 0, cases, prepare: async () => () => page() };
    const measured = await runRounds({ ...bench, sides }, plan);
    return {
      scenario: 'observability',
      title: 'Metrics and traces: the newest 50 rows of four products, no cache',
      columns: toColumns(measured),
      measures: [...cases.flatMap((one) => toMeasures(measured, one)), toPeak(measured)],
      notes: cases.map(
        (one) => `${one.name}: CPU to neither, median and quartiles of the rounds: ${ratiosOf(measured, one)}.`,
      ),
    };
  },
};

/** Of each round to the same round without: other load of the machine affects both alike. */
function ratiosOf(measured: readonly Measured[], one: Case): string {
  const cpuOf = ({ rounds }: Measured) => (rounds.get(one) ?? []).map(({ cpuMs }) => cpuMs);
  const [base, ...others] = measured;
  const without = base ? cpuOf(base) : [];
  return others
    .map((other) => {
      const ratios = cpuOf(other).map((cpuMs, round) => cpuMs / (without[round] ?? Number.NaN));
      const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => `${quantile(ratios, share).toFixed(2)}x`);
      return `${other.side.name} ${middle} (${low} to ${high})`;
    })
    .join(', ');
}
