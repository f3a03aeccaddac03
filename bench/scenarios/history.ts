/** Months in one query: days of all systems, over a million stored backups. */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Scenario, systemsOf } from '../bench.ts';
import type { Child } from '../children.ts';
import { connectClient, parseAnswer } from '../client.ts';
import { type BesideDatabase, byHand, days, fill, fromRows, openFile, openServer, sizesOf } from '../history-rows.ts';
import { page } from '../operations.ts';
import { type Measure, measure, ratioAtMost, valueAtMost } from '../report.ts';
import { median } from '../statistics.ts';

const asked = (filter: object) =>
  JSON.stringify({
    query: `query ($filter: BackupFilter) { backupTotals(filter: $filter, groupBy: [DAY, PROVIDER]) {
      isComplete asOf groups { provider { name } start count succeeded failed storedBytes }
    } }`,
    variables: { filter },
  });

const question = asked({});
/** The same of a month: until V8 has compiled what answers it. */
const questionOfMonth = () => asked({ startedAfter: new Date(Date.now() - 30 * 86_400_000).toISOString() });
const monthsBefore = 25;

interface TotalsAnswer {
  readonly data: {
    readonly backupTotals: { readonly isComplete: boolean; readonly groups: readonly { count: number }[] };
  };
}

export const history: Scenario = {
  name: 'history',
  async run(bench: Bench) {
    const { scale } = bench;
    const measures: Measure[] = [];
    const notes: string[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'backplane-bench-history-'));
    try {
      const file = join(folder, 'history.db');
      await measureOn(bench, `file:${file}`, async () => openFile(file), measures, notes);
      notes.push(`The file has ${(statSync(file).size / 1e6).toFixed(0)} MB.`);
      if (bench.postgres !== null) {
        const url = bench.postgres;
        await measureOn(bench, url, () => openServer(url), measures, notes);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return {
      scenario: 'history',
      title: `History: ${scale.historyRows} backups of 4 systems in ${days} days, by day and system`,
      columns: ['by hand', 'this build'],
      measures,
      notes,
    };
  },
};

async function measureOn(
  bench: Bench,
  url: string,
  open: () => Promise<BesideDatabase>,
  measures: Measure[],
  notes: string[],
): Promise<void> {
  const { scale } = bench;
  const without = await startOn(bench, url, { off: true });
  const bareBytes = await usedBy(without);
  await using beside = await open();
  const startedAt = performance.now();
  await fill(beside, scale.historyRows, Date.now() * 1000);
  notes.push(`${beside.kind}: filled in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
  await using server = await startOn(bench, url, { everySeconds: 3_600, requestsPerMinute: 30 });
  using client = await connectClient(server.url);
  const [hand, whole]: [number[], number[]] = [[], []];
  // What the first request of a process costs is in `cold-start`.
  await client.post(page());
  for (let before = 0; before < Math.min(monthsBefore, scale.historyRows / 1000); before++) {
    await client.post(questionOfMonth());
  }
  await server.takeUsage();
  // The first of each brings the pages into memory.
  for (let round = 0; round <= scale.historyRounds; round++) {
    const byHandMs = await timed(() => beside.query(byHand));
    let answer: Buffer | null = null;
    const wholeMs = await timed(async () => {
      answer = await client.post(question);
    });
    requireAll(answer, scale.historyRows);
    if (round === 0) continue;
    hand.push(byHandMs);
    whole.push(wholeMs);
  }
  const { ownLoopMaxMs } = await server.takeUsage();
  const rowsMs = await timed(() => beside.query(fromRows));
  const values = [median(hand), median(whole)];
  const heldBytes = await heldAfterPages(server);
  measures.push(
    measure(beside.kind, 'ms', values, ratioAtMost(1.5)),
    measure(beside.kind, 'ms', values, valueAtMost(300, ' ms')),
    measure(`${beside.kind}: without totals`, 'ms', [rowsMs, null]),
    measure(`${beside.kind}: event loop`, 'ms, longest', [null, ownLoopMaxMs], valueAtMost(50, ' ms')),
    measure(`${beside.kind}: memory, history off and on`, 'MB', [bareBytes / 1e6, heldBytes / 1e6], ratioAtMost(1.3)),
  );
  const sizes = [...(await sizesOf(beside))].sort(([, a], [, b]) => b - a);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  notes.push(
    `${beside.kind}: ${(total / 1e6).toFixed(0)} MB, ${(total / scale.historyRows).toFixed(0)} bytes for each backup: ${sizes
      .map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(0)} MB`)
      .join(', ')}.`,
  );
}

const startOn = ({ gateways, ...bench }: Bench, url: string, history: object): Promise<Child> =>
  (gateways.at(-1) as Bench['gateways'][number]).start({
    systems: systemsOf({ gateways, ...bench }, 4),
    cacheSeconds: 0,
    isProbed: true,
    more: { storage: { url }, history },
  });

async function usedBy(started: Child): Promise<number> {
  await using server = started;
  return await heldAfterPages(server);
}

/** After as many pages as make V8 compile what is used. */
async function heldAfterPages(server: Child): Promise<number> {
  using client = await connectClient(server.url);
  for (let asked = 0; asked < 100; asked++) await client.post(page());
  return (await server.takeUsage()).rssBytes;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function requireAll(answer: Buffer | null, rows: number): void {
  const { backupTotals } = (parseAnswer(answer as Buffer) as TotalsAnswer).data;
  const counted = backupTotals.groups.reduce((sum, { count }) => sum + count, 0);
  if (counted !== rows || !backupTotals.isComplete) throw new Error(`of ${rows} backups ${counted} were counted`);
}
