/** Reads over thousands of rows leave the event loop to others: no turn of it takes longer than 100 ms. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { products } from '../../providers/index.ts';
import { casesOf } from '../support/nightly.ts';
import { start } from '../support/process.ts';

const rows = casesOf(3_000, 1_200);
const maxTurnMs = 100;
const monitor = pathToFileURL('test/support/turn-monitor.mjs').href;

test('statistics, filters and counts over thousands of backups hold no turn of the event loop for long', async () => {
  await using fixture = await startSandboxes();
  await using program = start(['--config', fixture.file, '--port', '0'], { NODE_OPTIONS: `--import ${monitor}` });
  const [, url = ''] = await program.untilPrinted(/listening on (.*)/);

  let measured = 0;
  async function longestTurnMs(): Promise<number> {
    program.child.kill('SIGUSR2');
    const pattern = /longest turn: (\S+) ms/g;
    await program.untilPrinted(new RegExp(`(longest turn.*\\n[^]*){${++measured}}`));
    return Number([...program.stdout().matchAll(pattern)][measured - 1]?.[1]);
  }
  async function ask(query: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return response.json();
  }

  // The first one also loads and compiles what it needs.
  expect(await ask('{ backupStatistics { count } }')).toMatchObject({
    data: { backupStatistics: { count: expect.any(Number) } },
  });
  await longestTurnMs();
  const turns: Record<string, number> = {};
  for (const query of [
    `{ ${Array.from({ length: 20 }, (_, index) => `a${index}: backupStatistics { count }`).join(' ')} }`,
    '{ backups(first: 200, filter: { statuses: [FAILED] }) { nodes { id } } }',
    '{ backups(first: 200, filter: { search: "no backup has this name" }) { nodes { id } totalCount } }',
    '{ backupStatistics(filter: { statuses: [FAILED] }) { count overdueEntities } }',
  ]) {
    expect(await ask(query)).not.toHaveProperty('errors');
    turns[query] = await longestTurnMs();
  }
  expect(Object.entries(turns).filter(([, ms]) => !(ms <= maxTurnMs))).toEqual([]);
});

/** A sandbox of each product, and a file that configures them. */
async function startSandboxes() {
  const options = { speed: 0, history: rows } as object;
  const sandboxes = await Promise.all(products.map((product) => product.startSandbox(options)));
  const folder = await mkdtemp(join(tmpdir(), 'backplane-turns-'));
  const file = join(folder, 'backplane.yaml');
  const providers = sandboxes.map(({ config }) => ({ ...config, cacheSeconds: 0, timeoutSeconds: 300 }));
  await writeFile(file, JSON.stringify({ providers, limits: { requestSeconds: 300 } }));
  return {
    file,
    async [Symbol.asyncDispose]() {
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
      await rm(folder, { recursive: true });
    },
  };
}
