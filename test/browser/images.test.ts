/** Makes the pictures of the documents again: `npm run images`. */
import { describe, it } from 'vitest';
import { isWithoutBrowser, launchBrowser, newPage } from '../support/browser.ts';
import { start } from '../support/process.ts';

describe.skipIf(isWithoutBrowser || process.env['DOCUMENT_IMAGES'] !== '1')('The pictures of the documents', () => {
  it('are made from the sandboxes', async () => {
    await using program = start(['--port', '0']);
    const [, origin = ''] = await program.untilPrinted(/Dashboard: open (.*)\/ui in a browser/);
    await using browser = await launchBrowser();
    const open = async (path: string, width: number) => {
      const { page } = await newPage(browser, { viewport: { width, height: 760 }, reducedMotion: 'reduce' });
      await page.goto(`${origin}${path}`);
      return page;
    };
    const now = await open('/ui', 1180);
    await now.getByRole('progressbar').first().waitFor();
    await now.getByRole('region', { name: 'Failed' }).getByRole('listitem').first().waitFor();
    await now.screenshot({ path: 'docs/images/dashboard-now.png' });
    const statistics = await open('/ui/statistics', 1180);
    await statistics.getByRole('region', { name: 'In this range' }).waitFor();
    await statistics.getByRole('img', { name: 'Stored since' }).locator('canvas').waitFor();
    await statistics.screenshot({ path: 'docs/images/dashboard-statistics.png' });
    const graphiql = await open('/graphql', 1280);
    await graphiql.locator('.version').getByText(/\d/).waitFor();
    await graphiql.getByRole('button', { name: /Execute query/ }).click();
    await graphiql.locator('.result-window').getByText('"data"').first().waitFor();
    await graphiql.screenshot({ path: 'docs/images/graphiql.png' });
  });
});
