/** GraphiQL from the package: the page loads nothing from the internet, and holds nothing that depends on who asks. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphiQLOptions } from 'graphql-yoga';

const welcome = `# Backplane: every backup system in one list.
query LatestBackups {
  backups(first: 10) {
    nodes {
      name
      status
      startedAt
      provider { name }
      entity { name }
      size { originalBytes }
    }
    pageInfo { hasNextPage endCursor }
    problems { provider { name } code message }
  }
}
`;

const options: GraphiQLOptions = {
  title: 'Backplane',
  defaultQuery: welcome,
  subscriptionsProtocol: 'WS',
  // The headers tab holds a token: it is forgotten with the page rather than written into the browser's storage.
  shouldPersistHeaders: false,
};

interface Page {
  readonly html: Buffer;
  readonly policy: string;
  readonly etag: string;
}

let page: Promise<Page> | null = null;

/** Somebody looks at it in a browser; programs ask for JSON. */
export const asksForPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers.accept?.includes('text/html') ?? false);

export async function sendPage({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  page ??= makePage();
  const { html, policy, etag } = await page;
  response.setHeader('content-security-policy', policy);
  response.setHeader('etag', etag);
  // It is 9 MB: kept by the browser, and asked after each time.
  response.setHeader('cache-control', 'private, no-cache');
  response.appendHeader('vary', 'Accept');
  if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': String(html.length) })
    .end(html);
}

/** Only loaded when somebody opens it, made once, and the same for all. */
async function makePage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(options).trim();
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => sha256(script));
  return { html: Buffer.from(html), policy: policyFor(scripts), etag: `"${sha256(html)}"` };
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

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
