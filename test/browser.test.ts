/** GraphiQL in a real browser: it works, and nothing that it does leaves the machine. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId, startBorgGateway } from './support/gateway.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Where a browser has to be, one that is missing is a failure and no skip. */
const isRequired = process.env['BACKPLANE_REQUIRE_BROWSER'] === '1';
const isMissing = !existsSync(executablePath);
const name = isMissing ? `GraphiQL in a browser (skipped: no Chromium at ${executablePath})` : 'GraphiQL in a browser';

describe.skipIf(isMissing && !isRequired)(name, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    await mkdir('test/output', { recursive: true });
  }, 60_000);

  afterAll(() => browser?.close());

  async function open(url: string) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const requests: string[] = [];
    const failures: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => requests.push(socket.url()));
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(url);
    const run = page.getByRole('button', { name: /Execute query/ });
    await run.waitFor();
    await run.click();
    return { page, requests, failures };
  }

  const leaves = (requests: readonly string[], origin: string): string[] =>
    requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== new URL(origin).host);

  it('runs the query that it opens with', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    const { page, requests, failures } = await open(`${origin}/graphql`);
    await page.getByText('"SUCCEEDED"').first().waitFor();
    await page.screenshot({ path: 'test/output/graphiql-query.png' });
    expect(failures).toEqual([]);
    expect(leaves(requests, origin)).toEqual([]);
  }, 60_000);

  it('runs a subscription over a WebSocket', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    const job = gateway.sandbox.startOutside('/backups/accounting', { script: { durationSeconds: 60 } });
    gateway.sandbox.clock.advance(20_000);
    const id = globalId('BorgBackup', 'files', String(job));
    const query = `subscription { backupProgress(id: "${id}") { __typename ... on BackupUpdated { backup { status progress { percent } } } } }`;
    const { page, requests, failures } = await open(`${origin}/graphql?query=${encodeURIComponent(query)}`);
    await page.getByText('"RUNNING"').waitFor();
    await page.screenshot({ path: 'test/output/graphiql-subscription.png' });
    gateway.sandbox.clock.advance(60_000);
    await page.getByText('"BackupFinished"').waitFor();
    expect(requests.some((url) => url.startsWith('ws://'))).toBe(true);
    expect(failures).toEqual([]);
    expect(leaves(requests, origin)).toEqual([]);
  }, 60_000);
});
