/**
 * The dashboard at `/ui`: static files that the build has made and compressed. It holds no data and is served before
 * authentication; what it shows it asks of GraphQL like any other client.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import type { JwtSettings } from '../../config/jwt.ts';
import { dashboardFolder as folder } from './dashboard-files.ts';
import { signInOrigins, toDashboardConfig } from './dashboard-sign-in.ts';
import { answerText } from './short-answers.ts';

export const dashboardPath = '/ui';
export const assetsPath = `${dashboardPath}/assets/`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** In the order of preference: the first is the smallest. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Scripts and styles are files of the gateway, and nothing is loaded from or sent to anywhere else but the identity provider. */
const policyWith = (origins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...origins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export type SendDashboard = (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

export const isDashboardPath = (path: string): boolean =>
  path === dashboardPath || path.startsWith(`${dashboardPath}/`);

export interface DashboardOptions {
  /** What the build has compressed is sent so where the client accepts it. */
  readonly compression: boolean;
  /** The identity provider of now; null: there is none. */
  readonly identityProvider: () => JwtSettings | null;
}

export function createDashboard({ compression, identityProvider }: DashboardOptions): SendDashboard {
  /** Names of files, such as `assets/index-Cw3b.js`: nothing else can be asked for. */
  let files: ReadonlySet<string> | null = null;

  return async (path, request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerText(response, 405, 'Only GET.');
    if (!folder) return answerText(response, 404, 'The dashboard is not built: npm run build makes it.');
    files ??= new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
    const name = path.slice(dashboardPath.length + 1);
    if (name === 'config.json') {
      const config = JSON.stringify(toDashboardConfig(identityProvider()));
      return send(request, response, 'application/json', Buffer.from(config));
    }
    if (!name.startsWith('assets/')) {
      response.setHeader('content-security-policy', policyWith(signInOrigins(identityProvider())));
      return sendPage(path, request, response, folder);
    }
    if (!files.has(name)) return answerText(response, 404, 'The dashboard has no such file: load the page again.');
    const encoding = compression ? chooseEncoding(request, name, files) : undefined;
    const content = await readFile(`${folder}${name}${encoding?.[1] ?? ''}`);
    if (encoding) response.setHeader('content-encoding', encoding[0]);
    response.appendHeader('vary', 'Accept-Encoding');
    // The name contains a hash of the content.
    response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    send(request, response, types[extname(name)] ?? 'application/octet-stream', content);
  };
}

/** The same page for each path: what it shows, the browser decides. Its own files are found relative to the path. */
async function sendPage(path: string, request: IncomingMessage, response: ServerResponse, from: string): Promise<void> {
  const depth = path.split('/').length - 2;
  const toFiles = depth === 0 ? `.${dashboardPath}/` : './'.padEnd(2 + 3 * (depth - 1), '../');
  const html = await readFile(`${from}index.html`, 'utf8');
  response.setHeader('cache-control', 'no-cache');
  send(request, response, types['.html'] ?? '', Buffer.from(html.replaceAll('="./', `="${toFiles}`)));
}

function send(request: IncomingMessage, response: ServerResponse, type: string, content: Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': String(content.length) });
  response.end(request.method === 'HEAD' ? undefined : content);
}

const chooseEncoding = ({ headers }: IncomingMessage, name: string, files: ReadonlySet<string>) => {
  const accepted = String(headers['accept-encoding'] ?? '');
  return encodings.find(([coding, suffix]) => accepts(accepted, coding) && files.has(`${name}${suffix}`));
};

/** `gzip;q=0` means that it is not accepted. */
const accepts = (header: string, coding: string): boolean =>
  header.split(',').some((one) => {
    const [given = '', ...parameters] = one.trim().split(/\s*;\s*/);
    return given === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

/** Where `/` leads a browser. Relative, unless the address does not end with a slash: the prefix may be a proxy's. */
export const dashboardFrom = (address: string, basePath: string): string =>
  address.endsWith('/') ? `.${dashboardPath}` : `${basePath}${dashboardPath}`;
