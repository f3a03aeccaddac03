/** GraphiQL in a real browser: it works, nothing that it does leaves the machine, and its policy has nothing to object to. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserTitle, isWithoutBrowser, launchBrowser, leaves, newPage as openPage } from '../support/browser.ts';
import { createCertificate } from '../support/certificate.ts';
import { startFront } from '../support/front.ts';
import { aToken, globalId, startBorgGateway } from '../support/gateway.ts';
import { serve } from '../support/http-server.ts';
import { start } from '../support/process.ts';

describe.skipIf(isWithoutBrowser)(browserTitle('GraphiQL in a browser'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  const newPage = () => openPage(browser);

  async function open(url: string) {
    const opened = await newPage();
    await opened.page.goto(url);
    const run = opened.page.getByRole('button', { name: /Execute query/ });
    await run.waitFor();
    return { ...opened, run };
  }

  it('opens with a tab for each thing that people ask first, which runs as it stands on the sandboxes', async () => {
    await using program = start(['--port', '0']);
    const [, origin = ''] = await program.untilPrinted(/listening on (.*)\/graphql/);
    const { page, run, requests, failures, violations } = await open(`${origin}/graphql`);
    const names = await page.getByRole('tab').allInnerTexts();
    expect(names).toEqual(['WhatFailedLastNight', 'StartAndWatch', 'ResumeALog', 'MergedPageTwo']);
    // The editor draws only what can be seen: the whole answer is what came.
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.request().method() === 'POST')
        void response.text().then(
          (text) => answers.push(text),
          () => {},
        );
    });
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => answers.push(String(payload))));
    let isAsked = false;
    page.on('request', (request) => (isAsked ||= request.method() === 'POST'));
    page.on('websocket', (socket) => socket.on('framesent', () => (isAsked = true)));
    // GraphiQL parses a text a moment after it shows it. Until then it looks in it for the operation of the tab before.
    const tooEarly = page.locator('.result-window').getByText('Cannot infer operation').first();
    const runs = async (name: string, ...texts: string[]) => {
      answers.length = 0;
      isAsked = false;
      await run.click();
      if (name.endsWith('Watch')) await page.getByRole('menuitem', { name, exact: true }).click();
      for (const text of texts) {
        const answered = async () => {
          if (!isAsked && (await tooEarly.isVisible())) {
            // A second click while it is asked would end it and ask again, and a start is then CONFLICT.
            const sent = page.waitForRequest((request) => request.method() === 'POST', { timeout: 5_000 });
            await run.click();
            await sent.catch(() => undefined);
          }
          return answers.join('\n');
        };
        await expect.poll(answered).toContain(text);
      }
      expect(answers.join('\n')).not.toMatch(/"errors":|"type":"error"/);
      await page.locator('.result-window').getByText('"data"').first().waitFor();
      await page.screenshot({ path: `test/output/graphiql-${name}.png` });
    };
    await runs('WhatFailedLastNight', '"status":"FAILED"', '"problems":[]');
    await page
      .locator('.version')
      .getByText(/^\d+\.\d+\.\d+/)
      .waitFor();
    const turnTo = async (name: string, firstField: string, operations: 'one operation' | 'two operations') => {
      await page.locator('.graphiql-tab-button', { hasText: name }).click();
      await page.locator('.graphiql-query-editor').getByText(firstField).first().waitFor();
      // The button runs one operation, and opens a menu of two. It changes only once GraphiQL has parsed the new text:
      // a click before that opens the menu of the tab before, and runs nothing.
      const menu = operations === 'two operations' ? '[aria-haspopup=menu]' : ':not([aria-haspopup])';
      await page.locator(menu).and(run).waitFor();
    };
    await turnTo('StartAndWatch', 'startBackup', 'two operations');
    await runs('StartAndWatch', '"userErrors":[]', '"operation":{"id"');
    await runs('Watch', '"__typename":"BackupUpdated"');
    await page.getByRole('button', { name: /Stop/ }).click();
    await turnTo('ResumeALog', 'backupLog', 'one operation');
    await runs('ResumeALog', '"number":3', '"__typename":"BackupFinished"');
    expect(answers.join()).not.toContain('"number":2,');
    await turnTo('MergedPageTwo', 'hasPreviousPage', 'one operation');
    await runs('MergedPageTwo', '"hasPreviousPage":true', '"startedAt"');
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(leaves(requests, origin)).toEqual([]);
  });

  it('runs a subscription over a WebSocket', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    const { query } = runningBackup(gateway.sandbox);
    const { page, run, requests, failures, violations } = await open(
      `${origin}/graphql?query=${encodeURIComponent(query)}`,
    );
    await run.click();
    await page.getByText('"RUNNING"').first().waitFor();
    await page.screenshot({ path: 'test/output/graphiql-subscription.png' });
    gateway.sandbox.clock.advance(60_000);
    await page.getByText('"BackupFinished"').first().waitFor();
    // The newest is on top, and the first one is still there.
    const keys = await page
      .locator('.result-window')
      .getByText(/"event\s\d+"/)
      .allInnerTexts();
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.at(-1)).toMatch(/event\s1"/);
    expect(requests.some((url) => url.startsWith('ws://'))).toBe(true);
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(leaves(requests, origin)).toEqual([]);
  });

  it('works over TLS and below a base path, where nothing but its own address tells it so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backplane-browser-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const certificate = createCertificate();
    await writeFile(cert, certificate.cert);
    await writeFile(key, certificate.key, { mode: 0o600 });
    await using gateway = await startBorgGateway({}, {}, { tls: { cert, key }, basePath: '/backplane' });
    const origin = await gateway.listen();
    const { query } = runningBackup(gateway.sandbox);
    const text = `query Who { viewer { name } } ${query}`;
    const opened = await open(`${origin}/backplane/graphql?query=${encodeURIComponent(text)}`);
    const { page, run, requests, failures, violations } = opened;
    const choose = async (operation: string) => {
      await page.locator('[aria-haspopup=menu]').and(run).waitFor();
      await run.click();
      await page.getByRole('menuitem', { name: operation }).click();
    };
    await choose('Who');
    await page.getByText('"anonymous"').first().waitFor();
    await choose('Watch');
    await page.getByText('"RUNNING"').first().waitFor();
    expect(requests).toContain(`${origin.replace('https', 'wss')}/backplane/graphql`);
    const asked = requests.filter((url) => !/^(data|blob):/.test(url)).map((url) => new URL(url).pathname);
    expect(asked.filter((path) => !/^\/backplane\/(graphql|version|ui\/assets\/[\w.-]+)$/.test(path))).toEqual([]);
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(leaves(requests, origin)).toEqual([]);
  });

  it('completes names of the schema as somebody types', async () => {
    await using gateway = await startBorgGateway();
    const { page, failures, violations } = await open(
      `${await gateway.listen()}/graphql?query=${encodeURIComponent('{ ')}`,
    );
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('protectedEnt');
    await page.locator('.suggest-widget').getByText('protectedEntities').first().waitFor();
    // Fields for machines come after those for people.
    for (let typed = 0; typed < 'protectedEnt'.length; typed += 1) await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+Space');
    const offered = page.locator('.suggest-widget .monaco-list-row');
    await offered.first().waitFor();
    await expect.poll(() => offered.first().innerText()).toMatch(/^[a-z]/);
    await page.screenshot({ path: 'test/output/graphiql-completion.png' });
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
  });

  it('shows nothing without a token, and with one in its headers tab runs queries and subscriptions, and forgets it', async () => {
    const tokens = [aToken('canary-of-anna')];
    await using front = await startFront({ graphiql: true, introspection: true }, { tokens });
    const { query } = runningBackup(front.sandbox);
    const text = `query Who { viewer { name role } } ${query}`;
    const opened = await open(`${front.origin}/graphql?query=${encodeURIComponent(text)}`);
    const { page, run, failures, violations, requests } = opened;
    await page.getByText('UNAUTHENTICATED').first().waitFor();
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .view-lines:visible').click();
    await page.keyboard.insertText('{ "authorization": "Bearer canary-of-anna" }');
    const choose = async (operation: string) => {
      await page.locator('[aria-haspopup=menu]').and(run).waitFor();
      await run.click();
      await page.getByRole('menuitem', { name: operation }).click();
    };
    await choose('Who');
    await page.getByText('"canary-of-anna"').first().waitFor();
    await page.screenshot({ path: 'test/output/graphiql-headers.png' });
    await choose('Watch');
    await page.getByText('"RUNNING"').first().waitFor();
    front.sandbox.clock.advance(60_000);
    await page.getByText('"BackupFinished"').first().waitFor();
    await page.screenshot({ path: 'test/output/graphiql-headers-subscription.png' });
    expect(requests.some((url) => url.startsWith('ws://'))).toBe(true);
    expect(leaves(requests, front.origin)).toEqual([]);
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('Bearer');
  });

  it('has a policy that lets no script run and nothing be loaded that did not come with it', async () => {
    await using gateway = await startBorgGateway();
    const { page, violations } = await open(`${await gateway.listen()}/graphql`);
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.body.append(script);
      const asked = await fetch('http://localhost:1/').then(String, String);
      return { script: 'wasRun' in window, asked };
    });
    expect(ran).toMatchObject({ script: false, asked: expect.stringContaining('Failed to fetch') });
    await expect.poll(() => violations.join()).toContain('script-src');
    await expect.poll(() => violations.join()).toContain('connect-src');
  });

  it('lets pages of listed origins ask and listen, and no others', async () => {
    await using site = await serve(
      (_request, response) => void response.setHeader('content-type', 'text/html').end('<p>'),
    );
    await using listed = await startFront({ origins: [site.url] });
    await using other = await startFront();
    const { page } = await newPage();
    await page.goto(site.url);
    const ask = (origin: string) =>
      page.evaluate(async (url) => {
        const headers = { 'content-type': 'application/json', 'x-request-id': 'from-a-page' };
        const body = JSON.stringify({ query: '{ viewer { name } }' });
        const answer = await fetch(url, { method: 'POST', headers, body })
          .then(async (response) => [response.headers.get('x-request-id'), await response.text()])
          .catch(() => 'refused');
        const socket = await new Promise((resolve) => {
          const opened = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
          opened.onopen = () => resolve('open');
          opened.onerror = () => resolve('refused');
        });
        return { answer, socket };
      }, `${origin}/graphql`);
    expect(await ask(listed.origin)).toEqual({
      answer: ['from-a-page', '{"data":{"viewer":{"name":"anonymous"}}}'],
      socket: 'open',
    });
    expect(await ask(other.origin)).toEqual({ answer: 'refused', socket: 'refused' });
  });
});

/** A backup that runs, and a subscription that follows it. */
function runningBackup(sandbox: Awaited<ReturnType<typeof startBorgGateway>>['sandbox']): { query: string } {
  const job = sandbox.startOutside('/backups/accounting', { script: { durationSeconds: 60 } });
  sandbox.clock.advance(20_000);
  const id = globalId('BorgBackup', 'files', String(job));
  return {
    query: `subscription Watch { backupProgress(id: "${id}") { __typename ... on BackupUpdated { backup { status progress { percent } } } } }`,
  };
}
