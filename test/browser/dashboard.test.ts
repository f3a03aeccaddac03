/** The dashboard in a real browser, found by roles and labels as a person finds things. One file, since one browser serves all its tests. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { findBarriers } from '../support/axe.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, leaves, newPage } from '../support/browser.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus } from '../support/faults.ts';
import { startFront } from '../support/front.ts';
import { aToken, globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { start } from '../support/process.ts';
import { hangMs } from '../support/timing.ts';

/** Ten screens are drawn six times each, and others use the processors. */
const manyScreensMs = 10 * hangMs;

const minute = { script: { durationSeconds: 60 } };

describe.skipIf(isWithoutBrowser)(browserTitle('The dashboard in a browser'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  const section = (page: Page, name: string) => page.getByRole('region', { name });

  it(
    'shows each screen of the sandboxes, in light and dark, without barriers and without asking anybody else',
    async () => {
      await using program = start(['--port', '0']);
      const [, origin = ''] = await program.untilPrinted(/Dashboard: open (.*)\/ui in a browser/);
      const { page, requests, failures, violations } = await newPage(browser, {
        viewport: { width: 1280, height: 900 },
      });
      const barriers: Record<string, string[]> = {};
      const themes = ['light', 'dark'] as const;
      // Contrast depends on the theme, everything else does not.
      leftToNightly('axe in the other theme of each screen', 'screens take turns with the themes');
      let looked = 0;
      const look = async (name: string) => {
        for (const colorScheme of themes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.screenshot({ path: `test/output/dashboard-${name}-${colorScheme}.png`, fullPage: true });
          if (isNightly || themes[looked % 2] === colorScheme) {
            barriers[`${name} ${colorScheme}`] = await findBarriers(page);
          }
        }
        await page.setViewportSize({ width: 390, height: 844 });
        await page.screenshot({ path: `test/output/dashboard-${name}-narrow.png`, fullPage: true });
        looked += 1;
        // Nothing is wider than the screen of a telephone.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
        await page.setViewportSize({ width: 1280, height: 900 });
      };
      await page.goto(`${origin}/`);
      expect(page.url()).toBe(`${origin}/ui`);
      await page.getByRole('heading', { level: 1, name: /need attention, \d+ of \d+ protected/ }).waitFor();
      await section(page, 'Running').getByRole('progressbar').first().waitFor();
      await section(page, 'Failed').getByRole('combobox', { name: 'since' }).selectOption('7 days ago');
      await section(page, 'Failed')
        .getByText(/Wait until the other job/)
        .waitFor();
      await look('now');
      await section(page, 'Running').getByRole('link', { name: 'Warehouse laptops' }).click();
      await page.getByRole('log').getByText(/\w/).first().waitFor();
      await look('backup');
      await page.getByRole('link', { name: 'Systems' }).click();
      await section(page, 'machines').getByText('Storware vProtect').waitFor();
      await look('systems');
      await page.goBack();
      await page.getByRole('log').waitFor();
      await page.getByRole('link', { name: 'Entities', exact: true }).click();
      await page.getByRole('listitem').filter({ hasText: 'Grünwald studio' }).getByText('Overdue').waitFor();
      await page.getByText('What the marks of days mean').click();
      await look('entities');
      await page.getByRole('link', { name: /^Accounting, The last 30 days/ }).click();
      await page.getByRole('img', { name: 'Size' }).locator('canvas').waitFor();
      await look('entity');
      await page.goBack();
      await page.getByRole('link', { name: 'Start a backup', exact: true }).click();
      await section(page, 'What should be backed up?').getByRole('link', { name: 'web-01' }).waitFor();
      await look('start');
      await page.getByRole('link', { name: 'Acme EMEA UAT' }).click();
      await page.getByRole('checkbox', { name: 'Field history' }).waitFor();
      await look('start-form');
      await page.getByRole('link', { name: 'Backups', exact: true }).click();
      await page.getByRole('listitem').filter({ hasText: 'Northwind' }).first().waitFor();
      await look('backups');
      await page.getByRole('link', { name: 'Statistics' }).click();
      await page.getByRole('img', { name: 'Backups per day' }).locator('canvas').waitFor();
      await page.getByRole('rowheader', { name: 'machines' }).first().waitFor();
      await page.getByRole('img', { name: 'Stored since' }).locator('canvas').waitFor();
      await look('statistics');
      await page.getByRole('combobox', { name: 'Range' }).selectOption('7 days');
      await expect.poll(() => page.url()).toMatch(/days=7/);
      await page.getByRole('link', { name: 'Who did what' }).click();
      await page.getByText('No command matches.').waitFor();
      await look('audit-empty');
      expect(barriers).toEqual(Object.fromEntries(Object.keys(barriers).map((name) => [name, []])));
      expect(failures).toEqual([]);
      expect(violations).toEqual([]);
      expect(leaves(requests, origin)).toEqual([]);
    },
    manyScreensMs,
  );

  it('shows a backup that starts and ends elsewhere without being loaded again', async () => {
    await using gateway = await startBorgGateway();
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui`);
    await section(page, 'Running').getByText('No backup runs').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    gateway.sandbox.startOutside('/backups/accounting', minute);
    await section(page, 'Running').getByRole('link').waitFor();
    gateway.sandbox.clock.advance(20_000);
    await expect.poll(() => section(page, 'Running').getByRole('progressbar').getAttribute('value')).not.toBe('0');
    gateway.sandbox.clock.advance(60_000);
    await section(page, 'Running').getByText('No backup runs').waitFor();
  });

  it('counts entities by protection, and leads from each number to them', async () => {
    await using gateway = await startBorgGateway();
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui`);
    const counts = section(page, 'Entities by protection').getByRole('link');
    await counts.first().waitFor();
    const texts = await counts.allTextContents();
    const numbers = texts.map((text) => Number.parseInt(text, 10));
    // Each repository once, in whichever state.
    expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(gateway.sandbox.repositories.length);
    await counts.first().click();
    await page.waitForURL(/\/ui\/entities\?state=[A-Z_]+$/);
    const rows = page.getByRole('list', { name: 'Entities' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(numbers[0]);
    await expect.poll(() => rows.first().textContent()).toContain(texts[0]?.replace(/^\d+\s*/, ''));
  });

  it('follows a log to its end, and finds lines in it', async () => {
    await using gateway = await startBorgGateway();
    // Borg UI keeps the log of a run that failed.
    const job = gateway.sandbox.startOutside('/backups/accounting', {
      script: { durationSeconds: 60, outcome: 'failed' },
    });
    gateway.sandbox.clock.advance(20_000);
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/backups/${globalId('BorgBackup', 'files', String(job))}`);
    const log = section(page, 'Log');
    await log.getByText('live').waitFor();
    await page.getByText('Running', { exact: true }).waitFor();
    gateway.sandbox.clock.advance(90_000);
    await log.getByText('complete').waitFor();
    await page.getByText('Failed', { exact: true }).first().waitFor();
    await log
      .getByText(/files, .* now at/)
      .first()
      .waitFor();
    const [lines] = /^\d+/.exec(await log.getByRole('status').innerText()) ?? [];
    expect(Number(lines)).toBeGreaterThan(50);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await log.getByRole('button', { name: 'Copy: lines that are shown' }).click();
    await log.getByText('Copied').waitFor();
    const copied: string = await page.evaluate('navigator.clipboard.readText()');
    expect(copied.split('\n')).toHaveLength(Number(lines));
    expect(copied).toMatch(/files, .* now at/);
    await page.getByRole('searchbox', { name: 'Search in the log' }).fill('no such words');
    await log.getByText('No line matches.').waitFor();
  });

  it('lets an operator cancel after a question, and shows a reader no button', async () => {
    const tokens = [aToken('olga'), aToken('rita', { role: 'READER' })];
    await using front = await startFront({}, { tokens });
    const job = front.sandbox.startOutside('/backups/accounting', minute);
    const address = `${front.origin}/ui/backups/${globalId('BorgBackup', 'files', String(job))}`;
    const open = async (token: string) => {
      const opened = await newPage(browser);
      await opened.page.goto(address);
      await opened.page.getByLabel('Access token').fill(token);
      await opened.page.getByRole('button', { name: 'Sign in' }).click();
      await opened.page.getByText('Running', { exact: true }).waitFor();
      return opened.page;
    };
    const reader = await open('rita');
    await reader.getByText('(reader)').waitFor();
    expect(await reader.getByRole('button', { name: 'Cancel backup' }).count()).toBe(0);
    const operator = await open('olga');
    await operator.getByRole('button', { name: 'Cancel backup' }).click();
    const question = operator.getByRole('dialog', { name: 'Cancel this backup?' });
    await operator.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await operator.getByRole('button', { name: 'Cancel backup' }).click();
    await question.getByRole('button', { name: 'Cancel backup' }).click();
    await operator.getByText('The command was carried out.').waitFor();
    await reader.getByText('Cancelled', { exact: true }).first().waitFor();
  });

  it('keeps the token in memory only, says when it is wrong, and asks again in the same place when it ends', async () => {
    await using front = await startFront({}, { tokens: [aToken('secret-of-anna')] });
    const { page } = await newPage(browser);
    await page.goto(`${front.origin}/ui/systems`);
    const signIn = async (token: string) => {
      await page.getByLabel('Access token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await signIn('wrong');
    await page.getByText('This token is not accepted').waitFor();
    await signIn('secret-of-anna');
    await section(page, 'files').waitFor();
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    );
    expect(kept).not.toContain('secret-of-anna');
    front.reload({ auth: { tokens: [aToken('secret-of-anna-2')] } });
    const again = page.getByRole('dialog', { name: 'Sign in' });
    await again.waitFor();
    expect(await page.getByRole('heading', { name: 'files', includeHidden: true }).count()).toBe(1);
    await signIn('secret-of-anna-2');
    await again.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).toBe('/ui/systems');
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('names a system that does not answer where its rows are missing, counts nothing of it as protected, and recovers', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 60 });
    await using proxy = await startFaultProxy(sandbox.url);
    await using gateway = startGateway({ providers: [{ ...sandbox.config, url: proxy.url }] });
    const outage = proxy.fail(answersStatus(503));
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui`);
    await page.getByText('files does not answer. Its rows are missing here.').first().waitFor();
    expect(await section(page, 'Entities by protection').getByText('Protected', { exact: true }).count()).toBe(0);
    const headline = page.getByRole('heading', { level: 1 });
    expect(await headline.innerText()).toBe('What files protects is not known now');
    outage.stop();
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByRole('heading', { level: 1, name: /\d+ of \d+ protected|have no expectation/ }).waitFor();
  });

  it('shows that the gateway is gone, and goes on by itself when it is back', async () => {
    const first = start(['--port', '0']);
    const [, origin = ''] = await first.untilPrinted(/Dashboard: open (.*)\/ui in a browser/);
    const { page } = await newPage(browser);
    await page.goto(`${origin}/ui/systems`);
    await page.getByText('Live', { exact: true }).waitFor();
    await section(page, 'machines').waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText('Connection lost. Trying again').waitFor();
    await page.getByText('The gateway does not answer').waitFor();
    // What was read before stays, with its time.
    expect(await section(page, 'machines').isVisible()).toBe(true);
    await using again = start(['--port', new URL(origin).port]);
    await again.untilPrinted(/listening/);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('The gateway does not answer').waitFor({ state: 'hidden' });
  });
});
