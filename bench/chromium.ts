/** A real browser, and what its pages say about themselves. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function assertChromium(): void {
  if (existsSync(executablePath)) return;
  throw new Error(
    `The scenario "dashboard" needs Chromium, and there is none at ${executablePath}: install the package "chromium" ` +
      'of your system, or name the program in the variable CHROMIUM.',
  );
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'] });

/** In a context of its own, so also with a heap of its own. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  // A busy machine takes long; the limit only ends a hang.
  page.setDefaultTimeout(120_000);
  await page.goto(url, { waitUntil: 'commit' });
  return page;
}

/** Bytes of the heap after a collection. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Scrolls a box from its beginning to its end. Milliseconds of each frame. */
export const framesWhileScrolling = (page: Page, selector: string, frames: number): Promise<number[]> =>
  page.evaluate(
    async ([selector, frames]) => {
      const box = document.querySelector(selector);
      if (!box) throw new Error(`no ${selector}`);
      box.scrollTop = 0;
      const times: number[] = [];
      let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      for (let frame = 0; frame < frames; frame += 1) {
        box.scrollTop += box.scrollHeight / frames;
        const at = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        times.push(at - before);
        before = at;
      }
      return times;
    },
    [selector, frames] as const,
  );

export interface Followed {
  /** Milliseconds of each frame. */
  readonly frames: number[];
  /** How late the newest line on the screen was at each frame that brought one, in milliseconds. */
  readonly lags: number[];
}

/** Looks at each frame which line is the last one on the screen: its text ends with the time at which it was written. */
export const watchLog = (page: Page, seconds: number): Promise<Followed> =>
  page.evaluate(async (seconds) => {
    const frames: number[] = [];
    const lags: number[] = [];
    let last = 0;
    let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    for (const endsAt = before + seconds * 1000; before < endsAt; ) {
      const at = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      frames.push(at - before);
      before = at;
      const text = [...document.querySelectorAll('.log-line .line-text')].at(-1)?.textContent ?? '';
      const writtenMs = Number(/ at (\d+)$/.exec(text)?.[1] ?? 0);
      if (writtenMs > last) lags.push(Date.now() - writtenMs);
      last = Math.max(last, writtenMs);
    }
    return { frames, lags };
  }, seconds);
