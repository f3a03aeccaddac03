/** Where the build has put the dashboard, and which operations it sends. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the built program; for tests, which run the sources, where the last build has put it. */
export const dashboardFolder = ['./web/', '../../../dist/web/']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(`${path}index.html`));

/** Texts of all operations of the dashboard, character by character as it sends them. Empty: it is not built. */
export const readDashboardDocuments = (): readonly string[] =>
  dashboardFolder ? JSON.parse(readFileSync(`${dashboardFolder}documents.json`, 'utf8')) : [];
