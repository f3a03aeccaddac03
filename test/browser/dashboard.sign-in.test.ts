/** Signing in to the dashboard at an OpenID provider, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { browserTitle, isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { startFront } from '../support/front.ts';
import { clientId, startOpenIdProvider } from '../support/openid-provider.ts';

describe.skipIf(isWithoutBrowser)(browserTitle('Signing in at an OpenID provider'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser?.close());

  const start = async () => {
    const provider = await startOpenIdProvider();
    const front = await startFront({}, { jwt: provider.jwt });
    return {
      provider,
      front,
      async [Symbol.asyncDispose]() {
        await front[Symbol.asyncDispose]();
        await provider[Symbol.asyncDispose]();
      },
    };
  };

  const leave = (page: Page) => page.getByRole('button', { name: /^Sign in at 127\.0\.0\.1/ }).click();
  const answer = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click();
  const kept = (page: Page) =>
    page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])');

  it('leads there and back to the same place, with the access token in the memory of the page only', async () => {
    await using both = await start();
    const { provider, front } = both;
    const { page, failures, violations } = await newPage(browser);
    const authorizations = new Set<string>();
    page.on('request', (request) => {
      const given = request.headers()['authorization'];
      if (given) authorizations.add(given);
    });
    await page.goto(`${front.origin}/ui/backups?status=FAILED&days=7`);
    await page.getByRole('button', { name: /^Sign in at/ }).waitFor();
    await page.screenshot({ path: 'test/output/dashboard-sign-in.png' });
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
    await page.getByRole('link', { name: 'Deny' }).waitFor();
    await page.screenshot({ path: 'test/output/dashboard-sign-in-provider.png' });
    const [visit] = provider.visits;
    expect(Object.fromEntries(visit ?? [])).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `${front.origin}/ui`,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    await answer(page, 'Allow');
    await page.getByText('anna').first().waitFor();
    expect(page.url()).toBe(`${front.origin}/ui/backups?status=FAILED&days=7`);
    await page.getByText('Live', { exact: true }).waitFor();
    const [tokens] = provider.tokens;
    expect([...authorizations]).toEqual([`Bearer ${tokens?.access}`]);
    expect(await kept(page)).toBe(JSON.stringify([{}, {}, '', page.url()]));
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    // The address of the way back is not one that the back button leads to.
    await page.reload();
    await page.getByRole('button', { name: /^Sign in at/ }).waitFor();
  });

  it('signs nobody in who was denied, or who comes back with what was not asked for, says why, and can be tried again', async () => {
    await using both = await start();
    const { page } = await newPage(browser);
    await page.goto(`${both.front.origin}/ui/systems`);
    for (const [link, reason] of [
      ['Deny', /Anna said no/],
      ['Allow with another state', /did not begin in this tab/],
      ['Allow as another issuer', /did not begin in this tab/],
    ] as const) {
      await leave(page);
      await answer(page, link);
      await page.getByRole('alert').getByText(reason).waitFor();
      expect(both.provider.tokens).toEqual([]);
      expect(await kept(page)).toBe(JSON.stringify([{}, {}, '', `${both.front.origin}/ui/systems`]));
    }
    await leave(page);
    await answer(page, 'Allow');
    await page.getByRole('region', { name: 'files' }).waitFor();
  });

  it('asks again when the token has expired, and goes on in the same place', async () => {
    await using both = await start();
    const { provider, front } = both;
    const { page } = await newPage(browser);
    await page.goto(`${front.origin}/ui/entities?q=account`);
    provider.validSeconds = -5;
    await leave(page);
    await answer(page, 'Allow');
    await page.getByText('This token is not accepted, or is no longer valid.').waitFor();
    provider.validSeconds = 4;
    await leave(page);
    await answer(page, 'Allow');
    // It ends by itself while the page is open, and the stream of changes says so: sooner than anything is read again.
    await page.getByText('This token is not accepted, or is no longer valid.').waitFor();
    provider.validSeconds = 600;
    await leave(page);
    await answer(page, 'Allow');
    const rows = page.getByRole('list', { name: 'Entities' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toBe(`${front.origin}/ui/entities?q=account`);
  });
});
