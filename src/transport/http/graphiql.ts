/** The page of GraphiQL: a small one, whose files are those of the dashboard. It holds nothing that depends on who asks. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dashboardPath } from './dashboard.ts';
import { dashboardFolder } from './dashboard-files.ts';
import { type GraphiqlExamples, lastNight, type Tab, toGraphiqlTabs } from './graphiql-tabs.ts';
import { answerText } from './short-answers.ts';

interface Page {
  readonly html: Buffer;
  /** Weak: the same for each encoding. */
  readonly etag: string;
}

/** Somebody looks at it in a browser; programs ask for JSON. */
export const asksForPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers.accept?.includes('text/html') ?? false);

export interface PageOptions {
  /** Then no tab shows a command: the page is served before authentication. */
  readonly authRequired: boolean;
  /** Finds ids for the examples; null where the page may not contain data. */
  readonly findSubjects: (() => Promise<GraphiqlExamples | null>) | null;
}

/** Only made when somebody opens it, once a day, and the same for all. */
export function createPages({ authRequired, findSubjects }: PageOptions) {
  const kept = new Map<'tabs' | 'query', { readonly since: string; readonly page: Promise<Page> }>();

  async function makeTabs(since: string): Promise<Tab[]> {
    const tabs = toGraphiqlTabs((await findSubjects?.()) ?? null, since);
    return authRequired ? tabs.filter(({ query }) => !query.includes('mutation')) : tabs;
  }

  /** A link with a query opens with that alone: tabs would hide it. */
  function pageFor(hasQuery: boolean): Promise<Page> {
    const since = lastNight(new Date());
    const kind = hasQuery ? 'query' : 'tabs';
    const known = kept.get(kind);
    if (known?.since === since) return known.page;
    const page = hasQuery ? makePage({}) : makeTabs(since).then((defaultTabs) => makePage({ defaultTabs }));
    kept.set(kind, { since, page });
    // After a failure the next request makes the page again.
    page.catch(() => kept.delete(kind));
    return page;
  }

  return async function sendPage({ url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!dashboardFolder) return answerText(response, 404, 'GraphiQL is not built: npm run build makes it.');
    const { html, etag } = await pageFor(/[?&]query=/.test(url ?? ''));
    response.setHeader('content-security-policy', policy);
    response.setHeader('etag', etag);
    response.setHeader('cache-control', 'private, no-cache');
    response.appendHeader('vary', 'Accept, Accept-Encoding');
    if (isKnown(etag, headers['if-none-match'])) return void response.writeHead(304).end();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': String(html.length) })
      .end(html);
  };
}

/** `options`: of the editor. No browser runs a script of this type. */
async function makePage(options: { readonly defaultTabs?: readonly Tab[] }): Promise<Page> {
  const built = await readFile(`${dashboardFolder}graphiql.html`, 'utf8');
  const json = JSON.stringify(options).replaceAll('<', '\\u003c');
  const html = built
    .replaceAll('="./', `="./${dashboardPath.slice(1)}/`)
    .replace('</head>', () => `<script type="application/json" id="options">${json}</script></head>`);
  return { html: Buffer.from(html), etag: `W/"${sha256(html)}"` };
}

/**
 * Scripts and workers are files of the gateway, and nothing is loaded from or sent to anywhere else. The editor writes styles as
 * it goes, which has no hash, and has fonts in its styles.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `If-None-Match` has a list, and compares weakly (RFC 9110, 13.1.2). */
const isKnown = (etag: string, given = ''): boolean =>
  given.split(',').some((one) => one.trim().replace(/^(?!W\/)/, 'W/') === etag);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
