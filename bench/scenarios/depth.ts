/** A walk through a list of a million rows: page 1,000 should cost what page 2 costs. */
import type { Bench, Scenario } from '../bench.ts';
import type { Child } from '../children.ts';
import { type Client, connectClient, parseAnswer } from '../client.ts';
import { type PageAnswer, page, pageSize } from '../operations.ts';
import { measure, valueAtMost } from '../report.ts';
import { median } from '../statistics.ts';

const pagesCompared = 20;

interface Depth {
  readonly shallowMs: number;
  readonly deepMs: number;
  readonly shallowCalls: number;
  readonly deepCalls: number;
}

export const depth: Scenario = {
  name: 'depth',
  async run(bench: Bench) {
    const found = await measureSides(bench);
    const { pages } = bench.scale;
    const of = (key: keyof Depth) => found.map((one) => one[key]);
    const ratio = (a: keyof Depth, b: keyof Depth) => found.map((one) => one[a] / one[b]);
    const [shallow, deep] = ['pages 2-21', `pages ${pages - pagesCompared + 1}-${pages}`];
    return {
      scenario: 'depth',
      title: 'Depth: a list of 1,000,000 rows, 50 a page, read by cursors',
      columns: bench.gateways.map(({ name }) => name),
      measures: [
        measure(shallow, 'ms/page', of('shallowMs')),
        measure(deep, 'ms/page', of('deepMs')),
        measure('deep to shallow', 'times', ratio('deepMs', 'shallowMs'), valueAtMost(1.2)),
        measure(shallow, 'calls/page', of('shallowCalls')),
        measure(deep, 'calls/page', of('deepCalls')),
        measure('deep to shallow', 'times', ratio('deepCalls', 'shallowCalls'), valueAtMost(1.2)),
      ],
      notes: [],
    };
  },
};

/** A gateway whose list was walked once. */
interface Walked {
  readonly client: Client;
  readonly shallow: readonly string[];
  readonly deepest: readonly string[];
}

async function measureSides(bench: Bench): Promise<readonly Depth[]> {
  const systems = bench.upstream.systems.filter(({ name }) => name === 'deep');
  const gateways: Child[] = [];
  const sides: Walked[] = [];
  try {
    for (const side of bench.gateways) {
      const gateway = await side.start({ systems, cacheSeconds: 0 });
      gateways.push(gateway);
      const client = await connectClient(gateway.url);
      const cursors = await walk(client, bench.scale.pages);
      sides.push({ client, shallow: cursors.slice(0, pagesCompared), deepest: cursors.slice(-pagesCompared) });
    }
    return await timeByTurns(bench, sides);
  } finally {
    for (const { client } of sides) client[Symbol.dispose]();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  }
}

/** Pages of all sides by turns, so that other load of the machine affects all. */
async function timeByTurns({ upstream, scale }: Bench, sides: readonly Walked[]): Promise<readonly Depth[]> {
  const times = sides.map((side) => ({ ...side, shallowMs: [] as number[], deepMs: [] as number[] }));
  for (let round = 0; round < scale.rounds * 3; round++) {
    for (let at = 0; at < pagesCompared; at++) {
      for (const { client, shallow, deepest, shallowMs, deepMs } of times) {
        shallowMs.push(await timePage(client, shallow[at]));
        deepMs.push(await timePage(client, deepest[at]));
      }
    }
  }
  const countCalls = async ({ client }: Walked, some: readonly string[]): Promise<number> => {
    await upstream.take();
    for (const cursor of some) await client.post(page(pageSize, cursor));
    const { lists, others } = await upstream.take();
    return (lists + others) / some.length;
  };
  const found: Depth[] = [];
  for (const side of times) {
    found.push({
      shallowMs: median(side.shallowMs),
      deepMs: median(side.deepMs),
      shallowCalls: await countCalls(side, side.shallow),
      deepCalls: await countCalls(side, side.deepest),
    });
  }
  return found;
}

/** The cursors that lead to page 2, 3 and so on to the last. Throws where a row is repeated or lost on the way. */
async function walk(client: Client, pages: number): Promise<string[]> {
  const cursors: string[] = [];
  let newest: number | null = null;
  for (let number = 1; number <= pages; number++) {
    const answer = parseAnswer(await client.post(page(pageSize, cursors.at(-1)))) as PageAnswer;
    const { nodes, pageInfo } = answer.data.backups;
    newest ??= Number(nodes[0]?.externalId);
    const first = newest - (number - 1) * pageSize;
    const isRight =
      nodes.length === pageSize && nodes.every(({ externalId }, row) => Number(externalId) === first - row);
    if (!isRight || pageInfo.endCursor === null) throw new Error(`page ${number} has other rows than it should have`);
    if (number < pages) cursors.push(pageInfo.endCursor);
  }
  return cursors;
}

async function timePage(client: Client, cursor: string | undefined): Promise<number> {
  const body = page(pageSize, cursor);
  const before = performance.now();
  await client.post(body);
  return performance.now() - before;
}
