/** What people do with many backups at once, and what they see where something is missing, in a real browser. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { startFour } from '../support/all-four.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus } from '../support/faults.ts';
import { aToken, startBorgGateway, startGateway } from '../support/gateway.ts';
import { partOf } from '../support/office.ts';
import { borgTime } from '../support/protection.ts';
import { eager, untilComplete } from '../support/stored-history.ts';

interface Page200 {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

describe.skipIf(isWithoutBrowser)(browserTitle('Many backups in the dashboard'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  const rowsOf = (page: Page) => page.getByRole('list', { name: 'Backups' }).getByRole('listitem');

  it('are saved as CSV, exactly those that are filtered, of the two systems that this viewer sees', async () => {
    const tokens = [aToken('vera', { providers: ['files', 'machines'] })];
    await using four = await startFour({ borg: 260 }, { auth: { tokens } });
    const { page } = await newPage(browser);
    await page.goto(`${await four.gateway.listen()}/ui/systems`);
    await page.getByLabel('Access token').fill('vera');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('region', { name: 'machines' }).waitFor();
    const names = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    expect(names.toSorted()).toEqual(['files', 'machines']);
    await page.getByRole('link', { name: 'Backups', exact: true }).click();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Succeeded');
    await rowsOf(page).first().waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const csv = await readFile(await saved.path(), 'utf8');
    const [head = '', ...lines] = csv.split('\r\n').filter(Boolean);
    expect(head).toBe(
      '\ufeffsystem,entity,status,type,startedAt,endedAt,durationSeconds,originalBytes,storedBytes,failure,id',
    );
    const expected: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await four.gateway
        .as('vera')
        .askText(
          'query ($after: String) { backups(first: 200, after: $after, filter: { statuses: [SUCCEEDED] }) { nodes { id } pageInfo { endCursor hasNextPage } } }',
          { after },
        );
      const { nodes, pageInfo } = partOf<Page200>(data, 'backups');
      expected.push(...nodes.map(({ id }) => id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(expected.length).toBeGreaterThan(200);
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(expected);
    expect(new Set(lines.map((line) => line.split(',')[0]))).toEqual(new Set(['files', 'machines']));
    await page.getByText(`${expected.length} backups saved.`).waitFor();
  });

  it('are selected, and their warnings acknowledged in one command', async () => {
    await using four = await startFour();
    const { page } = await newPage(browser);
    await page.goto(`${await four.gateway.listen()}/ui/backups?system=machines&status=SUCCEEDED_WITH_WARNINGS`);
    await rowsOf(page).first().waitFor();
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await page.screenshot({ path: 'test/output/dashboard-backups-selected.png' });
    // On a telephone the box stands before the state, and does not cover it.
    await page.setViewportSize({ width: 390, height: 844 });
    const boxOf = (css: string) => rowsOf(page).first().locator(css).boundingBox();
    await expect
      .poll(async () => {
        const [box, mark] = [await boxOf('.select'), await boxOf('.mark')];
        return box && mark && box.x + box.width <= mark.x && Math.abs(box.y - mark.y) < 10;
      })
      .toBe(true);
    await page.screenshot({ path: 'test/output/dashboard-backups-selected-narrow.png' });
    await page.setViewportSize({ width: 1400, height: 900 });
    await page.getByRole('region', { name: 'Selected backups' }).getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Acknowledge warnings of 2' }).click();
    const question = page.getByRole('dialog', { name: 'Mark the warnings of 2 backups as seen?' });
    await question.getByRole('button', { name: 'Acknowledge warnings of 2' }).click();
    const results = page.getByRole('list', { name: 'What became of the command' }).getByRole('listitem');
    await expect.poll(() => results.allInnerTexts()).toHaveLength(2);
    expect((await results.allInnerTexts()).join()).toMatch(/carried out.*carried out/s);
    await page.screenshot({ path: 'test/output/dashboard-backups-acknowledged.png' });
    const { data } = await four.gateway.askText(
      '{ backups(first: 2, filter: { providers: ["machines"], statuses: [SUCCEEDED_WITH_WARNINGS] }) { nodes { warnings { acknowledged } } } }',
    );
    expect(JSON.stringify(data)).not.toContain('"acknowledged":false');
  });

  it('are retried one by one, however often somebody clicks, with a result for each', async () => {
    await using gateway = await startBorgGateway({ manualLimit: 5 });
    const { sandbox } = gateway;
    sandbox.addFinished({ status: 'failed' });
    const refused = sandbox.addFinished({ status: 'failed' });
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/backups?status=FAILED`);
    await rowsOf(page).nth(1).waitFor();
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    // Both are of one repository, which is busy with the first when the second is asked for.
    const before = sandbox.jobs.length;
    expect(refused).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Retry 2' }).click();
    const question = page.getByRole('dialog', { name: 'Run 2 backups again?' });
    await question.getByRole('button', { name: 'Retry 2' }).dblclick();
    const results = page.getByRole('list', { name: 'What became of the command' }).getByRole('listitem');
    await expect.poll(() => results.allInnerTexts()).toHaveLength(2);
    await results.getByText('The command was carried out.').first().waitFor();
    await page.screenshot({ path: 'test/output/dashboard-backups-retried.png' });
    expect(sandbox.jobs.length).toBe(before + 1);
  });

  it('of a system that does not answer are those that are known, with their time, and Systems tells how many', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 30 });
    await using proxy = await startFaultProxy(sandbox.url);
    await using gateway = startGateway({
      providers: [{ ...sandbox.config, url: proxy.url, limits: { requests: 3, commands: 1 } }],
      storage: openStorage(':memory:'),
      history: { requestsPerMinute: 10_000 },
    });
    const { page } = await newPage(browser);
    const origin = await gateway.listen();
    await page.goto(`${origin}/ui/systems`);
    await page
      .getByRole('region', { name: 'files' })
      .getByText(/30 backups, complete, read/)
      .waitFor();
    await page
      .getByRole('region', { name: 'files' })
      .getByText('at the same time 3 reads, 4 downloads, 1 command')
      .waitFor();
    await page.screenshot({ path: 'test/output/dashboard-systems-history.png' });
    using outage = proxy.fail(answersStatus(503));
    await page.getByRole('link', { name: 'Backups', exact: true }).click();
    await page.getByText('files does not answer. Its rows here are the last that are known.').waitFor();
    await rowsOf(page).first().getByText(/as of/).waitFor();
    expect(await rowsOf(page).first().getAttribute('aria-setsize')).toBe('30');
    await page.screenshot({ path: 'test/output/dashboard-backups-last-known.png' });
    await page.getByRole('link', { name: 'Entities', exact: true }).click();
    await page.getByText('files does not answer. Its rows here are the last that are known.').waitFor();
    const entity = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    await entity('Accounting')
      .getByText(/^Protected as of/)
      .waitFor();
    await entity('Partner mirror').getByText('Last success: not known').waitFor();
    expect(await page.getByText(/: never$/).count()).toBe(0);
    await page.screenshot({ path: 'test/output/dashboard-entities-last-known.png' });
    outage.stop();
  });

  it('are sorted by a click on the head of a column, and one that is unusual says so', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 0 });
    const megabytes = [100, 104, 98, 101, 99, 103, 97, 100, 102, 5];
    for (const [index, size] of megabytes.entries()) {
      sandbox.addFinished({
        repository: '/backups/accounting',
        status: 'completed',
        started_at: borgTime(50 - index),
        completed_at: borgTime(49.5 - index),
        progress_details: { original_size: size * 1_000_000 },
      } as never);
    }
    await using gateway = startGateway({
      providers: [sandbox.config],
      storage: openStorage(':memory:'),
      history: eager,
    });
    const origin = await gateway.listen();
    await untilComplete(gateway);
    const { page } = await newPage(browser);
    await page.goto(`${origin}/ui/backups`);
    await rowsOf(page).nth(9).waitFor();
    const sizes = async () =>
      (await rowsOf(page).locator('.number:last-child').allInnerTexts()).map((text) => Number.parseInt(text, 10));
    expect(await sizes()).toEqual(megabytes.toReversed());
    await page.getByRole('button', { name: 'Size', exact: true }).click();
    await expect.poll(sizes).toEqual(megabytes.toSorted((a, b) => b - a));
    await page.getByText('In this order as they were stored').waitFor();
    await page.screenshot({ path: 'test/output/dashboard-backups-sorted.png' });
    await page.getByRole('button', { name: 'Size, largest first' }).click();
    await expect.poll(() => page.url()).toMatch(/order=size&direction=asc$/);
    await expect.poll(sizes).toEqual(megabytes.toSorted((a, b) => a - b));
    await page.reload();
    await page.getByRole('button', { name: 'Size, smallest first' }).waitFor();
    await rowsOf(page).first().getByRole('link').click();
    const unusual = page.getByRole('region', { name: 'Unusual' });
    await unusual.getByText('Much smaller: 5 MB instead of about 100 MB').waitFor();
    await page.screenshot({ path: 'test/output/dashboard-backup-unusual.png' });
  });

  it('come over a slow network, with a word about it until they are there', async () => {
    await using gateway = await startBorgGateway();
    const { page, failures } = await newPage(browser);
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    const slow = { offline: false, latency: 300, downloadThroughput: 60_000, uploadThroughput: 60_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    // The answers wait until the word was seen, however busy this machine is.
    let answer = (): void => undefined;
    const isSeen = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      await isSeen;
      await route.continue();
    });
    await page.goto(`${await gateway.listen()}/ui/backups`, { waitUntil: 'commit' });
    await page.getByText('Loading…').first().waitFor();
    answer();
    await rowsOf(page).first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(failures).toEqual([]);
  });
});
