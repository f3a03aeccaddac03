/** Lists and forms of the dashboard in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { startFour } from '../support/all-four.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { partOf } from '../support/office.ts';
import { eager, untilComplete } from '../support/stored-history.ts';

describe.skipIf(isWithoutBrowser)(browserTitle('Lists of the dashboard in a browser'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  it('go on to the last backup as somebody scrolls, with few rows in the page', async () => {
    await using gateway = await startBorgGateway({ history: 230 });
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/backups`);
    const rows = page.getByRole('list', { name: 'Backups' }).getByRole('listitem');
    await rows.first().waitFor();
    await rows.first().getByRole('link').focus();
    // Each time the next rows are read, and the end is further down.
    const end = async () => {
      await page.keyboard.press('End');
      return [await rows.last().getAttribute('aria-posinset'), await rows.last().getAttribute('aria-setsize')];
    };
    await expect.poll(end).toEqual(['230', '230']);
    expect(await rows.count()).toBeLessThan(60);
  });

  it('have their filters in the address, which a link and the back button lead to', async () => {
    await using gateway = await startBorgGateway();
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/entities`);
    const rows = page.getByRole('list', { name: 'Entities' }).getByRole('listitem');
    await rows.first().waitFor();
    const all = await rows.count();
    await page.keyboard.press('/');
    await page.keyboard.type('account');
    await expect.poll(() => page.url()).toMatch(/\?q=account$/);
    await expect.poll(() => rows.count()).toBe(1);
    await page.reload();
    await expect.poll(() => rows.count()).toBe(1);
    await rows.first().getByRole('link', { name: 'Accounting', exact: true }).click();
    await page.getByRole('heading', { name: 'Backups: Accounting' }).waitFor();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Failed');
    await expect.poll(() => page.url()).toMatch(/status=FAILED/);
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await expect.poll(() => rows.count()).toBe(all);
    await rows.first().getByRole('link').first().focus();
    await page.keyboard.press('ArrowDown');
    const second = rows.nth(1).getByRole('link').first();
    await expect.poll(() => second.evaluate((link) => link.ownerDocument.activeElement === link)).toBe(true);
  });

  it('show what ran on each of the last days of each entity, and its trend on a screen of its own', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, history: 100 });
    await using gateway = startGateway({
      providers: [sandbox.config],
      storage: openStorage(':memory:'),
      history: eager,
    });
    const origin = await gateway.listen();
    await untilComplete(gateway);
    const { page, requests } = await newPage(browser, { timezoneId: 'America/New_York' });
    const operations: string[] = [];
    page.on('request', (request) => operations.push(request.postData() ?? ''));
    await page.goto(`${origin}/ui/entities`);
    const strips = page.getByRole('link', { name: /The last 30 days: / });
    await strips.first().waitFor();
    const { data } = await gateway.askText(
      '{ protectedEntities(first: 20) { nodes { id name days(last: 30, timeZone: "America/New_York") { status } } } }',
    );
    const { nodes } = partOf<{ nodes: { id: string; name: string; days: { status: string }[] }[] }>(
      data,
      'protectedEntities',
    );
    const succeeded = (name: string) =>
      nodes.find((node) => node.name === name)?.days.filter(({ status }) => status === 'SUCCEEDED').length;
    expect(await strips.count()).toBe(nodes.length);
    expect(succeeded('Accounting')).toBeGreaterThan(1);
    const strip = page.getByRole('link', {
      name: new RegExp(`^Accounting, .*[ :]${succeeded('Accounting')} Succeeded`),
    });
    // Days come with their page; trends, and what draws them, only when somebody asks for them.
    const uses = (text: RegExp) => operations.filter((body) => text.test(body)).length;
    expect(uses(/query Entity\b/)).toBe(0);
    expect(requests.filter((url) => /chart-/.test(url))).toEqual([]);
    await strip.click();
    await page.getByRole('img', { name: 'Duration' }).locator('canvas').waitFor();
    expect(requests.filter((url) => /chart-.*\.js$/.test(url))).toHaveLength(1);
    await page.getByText('The same as a table').click();
    expect(await page.getByRole('rowheader').count()).toBeGreaterThan(1);
    await page.getByText('Day by day').click();
    expect(await page.getByText(/: Succeeded \(\d+ succeeded, \d+ failed\)/).count()).toBe(succeeded('Accounting'));
    await page.screenshot({ path: 'test/output/dashboard-entity.png', fullPage: true });
  });

  it('start one backup, however often somebody clicks, and lead to it', async () => {
    await using gateway = await startBorgGateway();
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/start`);
    await page.getByRole('link', { name: 'Accounting' }).click();
    const before = gateway.sandbox.jobs.length;
    await page.getByRole('button', { name: 'Start backup' }).dblclick();
    await page.getByText('The command was carried out.').waitFor();
    expect(gateway.sandbox.jobs.length).toBe(before + 1);
    await page.getByRole('link', { name: 'Open the backup' }).click();
    await page.getByRole('heading', { name: 'Accounting' }).waitFor();
    await page.getByRole('link', { name: 'Who did what' }).click();
    const entries = page.getByRole('list', { name: 'Who did what' }).getByRole('listitem');
    await entries
      .filter({ hasText: 'anonymous createBackup' })
      .filter({ hasText: 'Accounting' })
      .getByText('Done')
      .waitFor();
  });

  it('start several entities in one command, and are ordered by their last success', async () => {
    await using gateway = await startBorgGateway({ manualLimit: 5 });
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/entities`);
    const rows = page.getByRole('list', { name: 'Entities' }).getByRole('listitem');
    await rows.first().waitFor();
    await page.getByRole('combobox', { name: 'Order' }).selectOption('oldest success first');
    await expect.poll(() => page.url()).toMatch(/order=oldest/);
    const { data } = await gateway.askText(
      '{ protectedEntities(first: 10, orderBy: { field: LAST_SUCCESS, direction: ASC }) { nodes { name } } }',
    );
    const { nodes } = partOf<{ nodes: { name: string }[] }>(data, 'protectedEntities');
    const shown = () => rows.locator('.what a').allInnerTexts();
    await expect.poll(shown).toEqual(nodes.map(({ name }) => name));
    await page.screenshot({ path: 'test/output/dashboard-entities-ordered.png' });
    await page.getByRole('checkbox', { name: 'Select Accounting' }).check();
    await page.getByRole('checkbox', { name: 'Select Mail archive' }).check();
    const before = gateway.sandbox.jobs.length;
    await page.getByRole('button', { name: 'Start 2 backups' }).click();
    await page
      .getByRole('dialog', { name: 'Back up 2 entities now?' })
      .getByRole('button', { name: 'Start 2 backups' })
      .dblclick();
    const results = page.getByRole('list', { name: 'What became of the command' }).getByRole('listitem');
    await expect.poll(() => results.getByText('The command was carried out.').count()).toBe(2);
    expect(gateway.sandbox.jobs.length).toBe(before + 2);
    await page.screenshot({ path: 'test/output/dashboard-entities-started.png' });
  });

  it('retry a backup that failed, after a question', async () => {
    await using gateway = await startBorgGateway();
    const job = gateway.sandbox.addFinished({ status: 'failed' });
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/backups/${globalId('BorgBackup', 'files', String(job))}`);
    const before = gateway.sandbox.jobs.length;
    await page.getByRole('button', { name: 'Retry' }).click();
    await page
      .getByRole('dialog', { name: 'Run this backup again?' })
      .getByRole('button', { name: 'Retry' })
      .dblclick();
    await page.getByText('The command was carried out.').waitFor();
    expect(gateway.sandbox.jobs.length).toBe(before + 1);
  });

  it('send the settings of a product as its form has them', async () => {
    await using four = await startFour();
    const { page } = await newPage(browser);
    const operations: string[] = [];
    page.on('request', (request) => operations.push(request.postData() ?? ''));
    await page.goto(`${await four.gateway.listen()}/ui/start`);
    await page.getByRole('searchbox').fill('Northwind dev');
    await page.getByRole('link', { name: 'Northwind dev' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Before the release');
    await page.getByRole('checkbox', { name: 'Feeds' }).uncheck();
    await page.getByRole('button', { name: 'Start backup' }).click();
    await page.getByText(/The command was (sent|carried out)/).waitFor();
    const sent = operations
      .map((text) => (text ? JSON.parse(text) : {}))
      .find(({ query }) => /createBackup/.test(query));
    expect(sent.variables.input.flosum).toMatchObject({
      name: 'Before the release',
      mode: 'FULL',
      settings: { includeFeedObjects: false, includeMetadata: true },
    });
  });
});
