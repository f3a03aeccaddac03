/**
 * What every sandbox needs and no product decides: an HTTP server on loopback, a route table, a clock that
 * a test can drive, and a record of what was asked. It imports nothing of ours, and neither do the
 * sandboxes: a sandbox that shared code with its adapter would agree with the adapter's mistakes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the sandbox saw it. `status` is 0 until the reply is sent. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query string, still percent-encoded as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Matches no route of the contract: an adapter that causes one has escaped from it. */
  readonly isStray: boolean;
  status: number;
}

/** What a route gets. Path parameters are decoded; the body is text, whole. */
export interface SandboxCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly response: ServerResponse;
}

/** A string body is sent as it is (`text/plain` unless a content type is given); anything else as JSON; undefined as no body. */
export interface SandboxReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Answers, or returns null after it has answered through `call.response` itself. */
type SandboxHandler = (call: SandboxCall) => SandboxReply | null | Promise<SandboxReply | null>;

/** `GET /api/jobs/:id`; the first match wins, so fixed paths come before parameters. */
export type SandboxRoutes = readonly (readonly [route: string, handler: SandboxHandler])[];

/** Milliseconds since 1970. It runs with the real clock, `speed` times as fast, and can be pushed forward. */
export class SandboxClock {
  #base: number;
  #realStart = performance.now();
  readonly #speed: number;

  constructor(options: { now?: number; speed?: number } = {}) {
    this.#base = options.now ?? Date.now();
    this.#speed = options.speed ?? 1;
  }

  now(): number {
    return this.#base + (performance.now() - this.#realStart) * this.#speed;
  }

  /** Moves the clock forward; with speed 0 nothing else moves it. */
  advance(ms: number): void {
    this.#base += ms;
  }
}

/** What every sandbox offers, whatever its product. */
export interface Sandbox extends AsyncDisposable {
  /** Origin, `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** A provider configuration that works against this sandbox, as it stands in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly clock: SandboxClock;
  /** Every request since the start, oldest first; `length = 0` forgets them. */
  readonly requests: SandboxRequest[];
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
}

interface ServeOptions {
  readonly port?: number;
  /** Answers what no route matches. */
  readonly notFound: () => SandboxReply;
  /** Asked before each route; a reply ends the call there (authentication, switches). */
  readonly before?: (call: SandboxCall, route: string) => SandboxReply | null;
  readonly maxBodyBytes?: number;
}

/** Starts a server on 127.0.0.1 (port 0 picks a free one). */
export async function serveRoutes(
  routes: SandboxRoutes,
  options: ServeOptions,
): Promise<{ url: string; requests: SandboxRequest[]; close: () => Promise<void> }> {
  const table = routes.map(([route, handler]) => ({ route, handler, match: compileRoute(route) }));
  const requests: SandboxRequest[] = [];
  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`sandbox fault: ${String(error)}`);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
    const query = new URLSearchParams(search);
    const found = firstMatch(method, path);
    const record: SandboxRequest = {
      method,
      path,
      query,
      headers: request.headers,
      isStray: found === null,
      status: 0,
    };
    requests.push(record);
    const body = await readBody(request, options.maxBodyBytes ?? 1_000_000);
    const call: SandboxCall = { params: found?.params ?? {}, query, headers: request.headers, body, response };
    const reply = found ? (options.before?.(call, found.route) ?? (await found.handler(call))) : options.notFound();
    if (reply === null) {
      record.status = response.statusCode;
      return;
    }
    record.status = reply.status;
    send(response, reply);
  }

  function firstMatch(method: string, path: string) {
    for (const { route, handler, match } of table) {
      const params = match(method, path);
      if (params) return { route, handler, params };
    }
    return null;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function compileRoute(route: string): (method: string, path: string) => Record<string, string> | null {
  const [wantedMethod = '', pattern = ''] = route.split(' ', 2);
  const wanted = pattern.split('/');
  return (method, path) => {
    if (method !== wantedMethod) return null;
    const parts = path.split('/');
    if (parts.length !== wanted.length) return null;
    const params: Record<string, string> = {};
    for (const [index, part] of wanted.entries()) {
      const given = parts[index] ?? '';
      if (!part.startsWith(':')) {
        if (part !== given) return null;
        continue;
      }
      if (given === '') return null;
      try {
        params[part.slice(1)] = decodeURIComponent(given);
      } catch {
        return null;
      }
    }
    return params;
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`a request body of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: SandboxReply): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name.toLowerCase()] = value;
  if (reply.body === undefined) {
    response.writeHead(reply.status, headers).end();
    return;
  }
  const isText = typeof reply.body === 'string';
  headers['content-type'] ??= isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(reply.status, headers).end(isText ? reply.body : JSON.stringify(reply.body));
}
