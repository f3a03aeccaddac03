/** Chromium for tests of pages. Where it has to be, one that is missing is a failure and no skip. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { hangMs } from './timing.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isRequired = process.env['BACKPLANE_REQUIRE_BROWSER'] === '1';
const isMissing = !existsSync(executablePath);

/** Whether tests are left out. */
export const isWithoutBrowser = isMissing && !isRequired;
export const browserTitle = (title: string): string =>
  isMissing ? `${title} (skipped: no Chromium at ${executablePath})` : title;

/** Screenshots go to `test/output`, which git ignores. */
export async function launchBrowser(): Promise<Browser> {
  await mkdir('test/output', { recursive: true });
  return chromium.launch({
    executablePath,
    // Limits only end a hang: a busy machine takes long to start a browser.
    timeout: 3 * hangMs,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

export interface Observed {
  readonly page: Page;
  /** URLs that it asked for. */
  readonly requests: string[];
  /** Errors of its scripts. */
  readonly failures: string[];
  /** What its policy refused. */
  readonly violations: string[];
}

/** A page that notes what it asks for and what it complains about. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Observed> {
  // Certificates of tests sign themselves.
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ignoreHTTPSErrors: true, ...options });
  page.setDefaultTimeout(2 * hangMs);
  const requests: string[] = [];
  const failures: string[] = [];
  const violations: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|violates/i.test(message.text())) violations.push(message.text());
  });
  return { page, requests, failures, violations };
}

/** URLs of other places than the gateway. */
export const leaves = (requests: readonly string[], origin: string): string[] =>
  requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== new URL(origin).host);
