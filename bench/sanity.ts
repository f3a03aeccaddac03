/** What must hold before anything is measured: both servers answer the same question with the same rows. */
import { deepStrictEqual } from 'node:assert/strict';
import { connectClient, parseAnswer } from './client.ts';
import { takeControl } from './control.ts';
import { collectionCount } from './estate.ts';
import { type DashboardAnswer, operation, pageSize } from './operation.ts';

interface Server {
  readonly url: string;
  /** It may answer without asking the products. */
  readonly isCached?: boolean;
}

/** Throws where they differ, or where one of them asks the products for something else than each list once. */
export async function checkSameAnswers(upstream: string, floor: Server, gateway: Server): Promise<void> {
  const expected = await readFirstPage(upstream, floor, 'floor');
  const answered = await readFirstPage(upstream, gateway, 'gateway');
  deepStrictEqual(answered, expected, 'the gateway and the floor answer with different rows');
}

/** Without the cursor, which is each one's own. */
async function readFirstPage(upstream: string, { url, isCached = false }: Server, who: string) {
  using client = await connectClient(url);
  // The first one may have to log in, or to look for the connections.
  await client.post(operation());
  await takeControl(upstream);
  const answer = parseAnswer(await client.post(operation())) as DashboardAnswer & { errors?: unknown };
  const { lists } = await takeControl(upstream);
  if (answer.errors !== undefined) throw new Error(`the ${who} answers with errors: ${JSON.stringify(answer.errors)}`);
  const { nodes, problems, pageInfo } = answer.data.backups;
  if (nodes.length !== pageSize) throw new Error(`the ${who} gave ${nodes.length} rows of ${pageSize}`);
  if (problems.length > 0) throw new Error(`the ${who} says that rows are missing: ${JSON.stringify(problems)}`);
  if (!isCached && lists !== collectionCount) {
    throw new Error(`the ${who} made ${lists} list requests of ${collectionCount}`);
  }
  return { nodes, hasNextPage: pageInfo.hasNextPage };
}
