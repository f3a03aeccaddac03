/** The HTTP listener of metrics: `GET /metrics`, and nothing else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsListenerOptions {
  /** SHA-256 of the bearer token, 64 hexadecimal digits; null: none is asked for. */
  readonly tokenSha256: string | null;
  readonly contentType: string;
  readonly render: () => Promise<string>;
  readonly onBug: (error: unknown) => void;
}

export interface MetricsListener {
  /** Returns the address, with the port that was picked if 0 was given. Rejects as `http.listen` fails. */
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}

const secondsMs = 1000;

export function createMetricsListener({
  tokenSha256,
  contentType,
  render,
  onBug,
}: MetricsListenerOptions): MetricsListener {
  const times = { headersTimeout: 5 * secondsMs, requestTimeout: 5 * secondsMs, keepAliveTimeout: 75 * secondsMs };
  const server = createServer(times, (request, response) => {
    response.on('error', () => undefined);
    answer(request, response).catch((error: unknown) => {
      onBug(error);
      if (!response.headersSent) send(response, 500, 'The metrics cannot be written. The log has the cause.\n');
      else response.destroy();
    });
  });
  // A monitoring system needs a few.
  server.maxConnections = 50;
  /** Scrapes at the same time share one rendering. */
  let rendering: Promise<string> | null = null;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocalName(request)) return send(response, 421, 'This listener is not known by that name.\n');
    if (tokenSha256 !== null && !hasToken(request, tokenSha256)) {
      response.setHeader('www-authenticate', 'Bearer');
      return send(response, 401, 'A scrape needs the bearer token of metrics.tokenSha256.\n');
    }
    const path = request.url?.split('?', 1)[0];
    if (path !== '/metrics') return send(response, 404, 'Nothing here. Metrics are at /metrics.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, 'Metrics are read with GET.\n');
    }
    rendering ??= render().finally(() => (rendering = null));
    const text = await rendering;
    response.setHeader('content-type', contentType);
    return send(response, 200, text);
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          server.on('error', onBug);
          const { port: actual } = server.address() as AddressInfo;
          resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  /** Without a token, a page that a browser shows must not read metrics by a name that it has pointed at this machine. */
  function isLocalName({ headers: { host = '' } }: IncomingMessage): boolean {
    return tokenSha256 !== null || /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.writeHead(status, { 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function hasToken({ headers: { authorization = '' } }: IncomingMessage, sha256: string): boolean {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (token === undefined) return false;
  return timingSafeEqual(createHash('sha256').update(token).digest(), Buffer.from(sha256, 'hex'));
}
