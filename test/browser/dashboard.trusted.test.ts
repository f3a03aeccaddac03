/** The dashboard of a gateway that executes only trusted documents. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { startGateway } from '../support/gateway.ts';
import { writeManifest } from '../support/persisted.ts';

describe.skipIf(isWithoutBrowser)(browserTitle('Where only trusted documents are executed, the dashboard'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  it('reads, follows and commands as elsewhere', async () => {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const file = await writeManifest({});
    await using gateway = startGateway({
      providers: [sandbox.config],
      documents: { trusted: { file, mode: 'only' } },
    });
    const { page } = await newPage(browser);
    const refused: string[] = [];
    page.on('response', (response) => response.status() === 403 && refused.push(response.url()));
    await page.goto(`${await gateway.listen()}/ui`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Running' }).getByText('No backup runs').waitFor();
    for (const name of ['Entities', 'Backups', 'Start a backup', 'Statistics', 'Who did what', 'Systems']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
    await page.getByRole('link', { name: 'Start a backup', exact: true }).click();
    await page.getByRole('link', { name: 'Accounting' }).click();
    await page.getByRole('button', { name: 'Start backup' }).click();
    await page.getByRole('link', { name: 'Open the backup' }).click();
    await page.getByRole('region', { name: 'Log' }).getByText('live').waitFor();
    expect(refused).toEqual([]);
    await sandbox.close();
  });
});
