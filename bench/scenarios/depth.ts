/** A walk through a list of a million rows: page 1,000 should cost what page 2 costs. */
import type { Bench, Scenario } from '../bench.ts';
import { type Client, connectClient, parseAnswer } from '../client.ts';
import { takeControl } from '../control.ts';
import { type DashboardAnswer, operation, pageSize } from '../operation.ts';
import { deepOnly } from '../programs.ts';
import { atMost, compare } from '../report.ts';
import { median } from '../statistics.ts';

const lastPage = 1_000;
const pagesCompared = 20;

export const depth: Scenario = {
  name: 'depth',
  async run({ upstream, gateways, scale }: Bench) {
    await using gateway = await gateways.start(deepOnly);
    using client = await connectClient(gateway.url);
    const cursors = await walk(client);
    const shallow = cursors.slice(0, pagesCompared);
    const deepest = cursors.slice(-pagesCompared);
    const shallowMs: number[] = [];
    const deepMs: number[] = [];
    for (let round = 0; round < scale.rounds * 3; round++) {
      for (let page = 0; page < pagesCompared; page++) {
        shallowMs.push(await timePage(client, shallow[page]));
        deepMs.push(await timePage(client, deepest[page]));
      }
    }
    const shallowLists = await countLists(client, upstream, shallow);
    const deepLists = await countLists(client, upstream, deepest);
    return {
      scenario: 'depth',
      title: 'Depth: a list of 1,000,000 rows, 50 a page, read by cursors',
      columns: ['pages 2-21', 'pages 981-1000'],
      measures: [
        compare('time', 'ms/page', median(shallowMs), median(deepMs), atMost(1.2)),
        compare('upstream', 'lists/page', shallowLists, deepLists, atMost(1.2)),
      ],
      notes: [],
    };
  },
};

/** The cursors that lead to page 2, 3 and so on to the last. Throws where a row is repeated or lost on the way. */
async function walk(client: Client): Promise<string[]> {
  const cursors: string[] = [];
  let newest: number | null = null;
  for (let page = 1; page <= lastPage; page++) {
    const answer = parseAnswer(await client.post(operation(cursors.at(-1)))) as DashboardAnswer;
    const { nodes, pageInfo } = answer.data.backups;
    newest ??= Number(nodes[0]?.externalId);
    const first = newest - (page - 1) * pageSize;
    const isRight =
      nodes.length === pageSize && nodes.every(({ externalId }, row) => Number(externalId) === first - row);
    if (!isRight || pageInfo.endCursor === null) throw new Error(`page ${page} has other rows than it should have`);
    if (page < lastPage) cursors.push(pageInfo.endCursor);
  }
  return cursors;
}

async function timePage(client: Client, cursor: string | undefined): Promise<number> {
  const body = operation(cursor);
  const before = performance.now();
  await client.post(body);
  return performance.now() - before;
}

async function countLists(client: Client, upstream: string, cursors: readonly string[]): Promise<number> {
  await takeControl(upstream);
  for (const cursor of cursors) await client.post(operation(cursor));
  return (await takeControl(upstream)).lists / cursors.length;
}
