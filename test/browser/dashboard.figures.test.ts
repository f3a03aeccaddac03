/** How fast the dashboard is, and whether its memory stays the same. Figures are printed and gate nothing: machines differ. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { start } from '../support/process.ts';

leftToNightly('figures of the dashboard', 'they are reported, and take minutes');

describe.skipIf(isWithoutBrowser || !isNightly)(browserTitle('Figures of the dashboard'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  const report = (what: string, figures: object) => process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);

  /** Bytes of the heap after a collection. */
  async function heapOf(page: Page): Promise<number> {
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
    await session.detach();
    return usedSize;
  }

  it('the first screen', async () => {
    await using program = start(['--port', '0']);
    const [, origin = ''] = await program.untilPrinted(/Dashboard: open (.*)\/ui in a browser/);
    const times: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const { page } = await newPage(browser);
      await page.goto(`${origin}/ui`, { waitUntil: 'commit' });
      await page.getByRole('heading', { level: 1, name: /protected/ }).waitFor();
      times.push(Math.round(await page.evaluate(() => performance.now())));
      await page.close();
    }
    report('first screen, ms', { all: times, median: times.toSorted((a, b) => a - b)[3] });
  });

  it('10,000 rows, read to the end and scrolled through', async () => {
    await using sandbox = await startVProtectSandbox({ speed: 0, demo: false, history: 10_000 });
    await using gateway = startGateway({ providers: [sandbox.config], history: { requestsPerMinute: 10_000 } });
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui/backups`);
    const rows = page.getByRole('list', { name: 'Backups' }).getByRole('listitem');
    await rows.first().waitFor();
    await rows.first().getByRole('link').first().focus();
    const startedAt = performance.now();
    const end = async () => {
      await page.keyboard.press('End');
      return rows.last().getAttribute('aria-posinset');
    };
    await expect.poll(end, { timeout: 600_000, interval: 50 }).toBe('10000');
    report('10,000 rows', { secondsToRead: Math.round((performance.now() - startedAt) / 1000) });
    const gaps = await page.evaluate(async (frames) => {
      const box = document.querySelector('.list-box') as HTMLElement;
      box.scrollTop = 0;
      const times: number[] = [];
      let before = performance.now();
      for (let frame = 0; frame < frames; frame += 1) {
        box.scrollTop += box.scrollHeight / frames;
        const at = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        times.push(at - before);
        before = at;
      }
      return times.toSorted((a, b) => a - b);
    }, 600);
    report('frames while 10,000 rows pass in 600 of them, ms', {
      median: gaps[300],
      '99 of 100 within': gaps[593],
      longest: gaps.at(-1),
    });
    expect(await rows.count()).toBeLessThan(60);
  }, 900_000);

  it('memory over many live events', async () => {
    await using gateway = await startBorgGateway({ manualLimit: 5 });
    const { sandbox } = gateway;
    const { page } = await newPage(browser);
    await page.goto(`${await gateway.listen()}/ui`);
    await page.getByText('Live', { exact: true }).waitFor();
    const running = page.getByRole('region', { name: 'Running' });
    const heaps: number[] = [];
    for (let round = 0; round < 120; round += 1) {
      const job = sandbox.startOutside('/backups/accounting', { script: { durationSeconds: 60 } });
      await running.locator(`a[href$="${globalId('BorgBackup', 'files', String(job))}"]`).waitFor();
      sandbox.clock.advance(90_000);
      await running.getByText('No backup runs').waitFor();
      if (round % 20 === 19) heaps.push(await heapOf(page));
    }
    report(
      'heap after each 20 backups, MB',
      heaps.map((bytes) => Math.round(bytes / 10_000) / 100),
    );
    // Far more than noise: every event would have to stay.
    expect(heaps.at(-1)).toBeLessThan(2 * (heaps[1] ?? 0));
  });
});
