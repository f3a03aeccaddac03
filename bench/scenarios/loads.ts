/** The scenarios that are a load of one kind of operation over four systems with six collections. */
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import type { Child } from '../children.ts';
import { connectClient, parseAnswer } from '../client.ts';
import type { Bodies } from '../load.ts';
import { type Targets, toColumns, toMeasures, toPeak } from '../measures.ts';
import { entities, oneBackup, type PageAnswer, page } from '../operations.ts';
import type { Measure } from '../report.ts';
import { type Case, type Measured, runRounds } from '../rounds.ts';

export interface LoadScenario {
  readonly name: string;
  readonly title: string;
  /** 0 unless given. */
  readonly cacheSeconds?: number | null;
  readonly isAlone: boolean;
  readonly isCrowded: boolean;
  readonly prepare: (server: Child) => Promise<Bodies>;
  readonly aloneTargets?: Targets;
  readonly crowdTargets?: Targets;
  /** Of peak memory to the floor's. */
  readonly peakTarget?: number;
  readonly more?: (measured: readonly Measured[], cases: readonly Case[]) => readonly Measure[];
  readonly notes?: readonly string[];
}

const always =
  (body: string): LoadScenario['prepare'] =>
  async () =>
  () =>
    body;

/** Of clients that ask for different numbers of rows. */
const smallestPage = 26;
const sizes = 50;
export const differentPages: Bodies = (client) => page(smallestPage + (client % sizes));

/** The newest backups, of all products, one after the other. */
async function askForEach(server: Child): Promise<Bodies> {
  using client = await connectClient(server.url);
  const { data } = parseAnswer(await client.post(page())) as PageAnswer;
  const bodies = data.backups.nodes.map(({ id }) => oneBackup(id));
  return (number, turn) => bodies[(number + turn) % bodies.length] ?? '';
}

export const loads: readonly LoadScenario[] = [
  {
    name: 'first-page',
    title: 'First page: the newest 50 rows of four products, no cache',
    isAlone: true,
    isCrowded: true,
    prepare: always(page()),
    aloneTargets: { throughput: 0.38, p50: 2.4, cpu: 2.6, calls: 6 },
    notes: ['Gateways share equal reads of the same moment: 1 client shows what a read costs.'],
  },
  {
    name: 'different-pages',
    title: 'Different pages: each client asks for another number of rows, 26 to 75, no cache',
    isAlone: false,
    isCrowded: true,
    prepare: async () => differentPages,
    crowdTargets: { cpu: 2.6, calls: 6 },
    peakTarget: 1.7,
  },
  {
    name: 'page-200',
    title: 'Long pages: the newest 200 rows, no cache',
    isAlone: true,
    isCrowded: true,
    prepare: always(page(200)),
  },
  {
    name: 'one-backup',
    title: 'One backup by its id, no cache: the newest 50 by turns',
    isAlone: true,
    isCrowded: true,
    prepare: askForEach,
  },
  {
    name: 'entities-with-latest',
    title: 'Entities, 35 of them, with the latest backup of each, no cache',
    isAlone: true,
    isCrowded: true,
    prepare: always(entities()),
    notes: ['Gateways keep the names of entities for a minute; the floor asks for them each time.'],
  },
  {
    name: 'wall',
    title: 'Wall of dashboards: everybody asks the same again and again, cache as delivered (the floor has none)',
    cacheSeconds: null,
    isAlone: true,
    isCrowded: true,
    prepare: always(page()),
    more: (measured, cases) =>
      cases.map((one) => {
        const perSecond = measured.map(({ loads: all }) => {
          const load = all.get(one);
          return load ? load.calls * load.operationsPerSecond : null;
        });
        return { name: `${one.name}: upstream`, unit: 'calls/s', values: perSecond, target: null };
      }),
  },
];

export const toScenario = (load: LoadScenario): Scenario => ({
  name: load.name,
  async run(bench: Bench) {
    const { clients } = bench.scale;
    const alone: Case = { name: '1 client', clients: 1 };
    const crowded: Case = { name: `${clients} clients`, clients };
    const cases = [...(load.isAlone ? [alone] : []), ...(load.isCrowded ? [crowded] : [])];
    const { cacheSeconds = 0, prepare } = load;
    const measured = await runRounds(bench, { systems: systemsOf(bench, 4), cacheSeconds, cases, prepare });
    return {
      scenario: load.name,
      title: load.title,
      columns: toColumns(measured),
      measures: [
        ...cases.flatMap((one) => toMeasures(measured, one, one === alone ? load.aloneTargets : load.crowdTargets)),
        toPeak(measured, load.peakTarget),
        ...(load.more?.(measured, cases) ?? []),
      ],
      notes: load.notes ?? [],
    };
  },
});
