/** GraphiQL from the package: the page loads nothing from the internet, and holds nothing that depends on who asks. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphiQLOptions } from 'graphql-yoga';
import { type GraphiqlExamples, lastNight, type Tab, toGraphiqlTabs } from './graphiql-tabs.ts';

const options: GraphiQLOptions = {
  title: 'Backplane',
  subscriptionsProtocol: 'WS',
  // The headers tab holds a token: it is forgotten with the page rather than written into the browser's storage.
  shouldPersistHeaders: false,
};

interface Page {
  readonly html: Buffer;
  readonly policy: string;
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
    const { html, policy, etag } = await pageFor(/[?&]query=/.test(url ?? ''));
    response.setHeader('content-security-policy', policy);
    response.setHeader('etag', etag);
    // It is 9 MB: kept by the browser, and asked after each time.
    response.setHeader('cache-control', 'private, no-cache');
    response.appendHeader('vary', 'Accept, Accept-Encoding');
    if (isKnown(etag, headers['if-none-match'])) return void response.writeHead(304).end();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': String(html.length) })
      .end(html);
  };
}

async function makePage(more: GraphiQLOptions): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({ ...options, ...more }).trim();
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => sha256(script));
  return { html: Buffer.from(html), policy: policyFor(scripts), etag: `W/"${sha256(html)}"` };
}

/**
 * Only the script of the page itself runs, known by its hash, and nothing can be loaded from or sent to anywhere else.
 * The editor writes styles as it goes, which has no hash; its workers are made from texts of the page.
 */
const policyFor = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map((hash) => `'sha256-${hash}'`).join(' ')}`,
    "style-src 'unsafe-inline'",
    'worker-src blob:',
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** `If-None-Match` has a list, and compares weakly (RFC 9110, 13.1.2). */
const isKnown = (etag: string, given = ''): boolean =>
  given.split(',').some((one) => one.trim().replace(/^(?!W\/)/, 'W/') === etag);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
