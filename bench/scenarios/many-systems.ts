/** The same first page over more and more systems. */
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import { toColumns, toMeasures } from '../measures.ts';
import { page } from '../operations.ts';
import { type Measure, measure, valueAtMost } from '../report.ts';
import { type Measured, runRounds } from '../rounds.ts';
import { countCollections } from '../systems.ts';

const counts = [4, 12, 40];

export const manySystems: Scenario = {
  name: 'many-systems',
  async run(bench: Bench) {
    const measures: Measure[] = [];
    const cpu: (readonly number[])[] = [];
    let measured: readonly Measured[] = [];
    for (const count of counts) {
      const systems = systemsOf(bench, count);
      const one = { name: `${count} systems`, clients: 1 };
      const prepare = async () => () => page();
      measured = await runRounds(bench, { systems, cacheSeconds: 0, cases: [one], prepare });
      cpu.push(measured.map(({ loads }) => loads.get(one)?.cpuMs ?? Number.NaN));
      measures.push(...toMeasures(measured, one, { calls: countCollections(systems) }));
    }
    const growth = (cpu.at(-1) ?? []).map((value, side) => value / (cpu[0]?.[side] ?? Number.NaN));
    measures.push(measure(`CPU of ${counts.at(-1)} systems to that of ${counts[0]}`, 'times', growth, valueAtMost(4)));
    return {
      scenario: 'many-systems',
      title: `Many systems: the newest 50 rows of ${counts.join(', ')} systems, 1 client, no cache`,
      columns: toColumns(measured),
      measures,
      notes: [],
    };
  },
};
