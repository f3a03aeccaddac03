/**
 * The HTTP server of the sandboxes: a route table on the loopback address, and a record of its requests. Sandboxes
 * import nothing but this folder: a sandbox that shared code with its adapter would repeat the adapter's mistakes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxRequest } from './contract.ts';

/** The arguments of a handler. Path parameters are decoded; the body is text, whole. */
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

/** Returns the reply, or null if it has answered through `call.response` itself. */
export type SandboxHandler = (call: SandboxCall) => SandboxReply | null | Promise<SandboxReply | null>;

/** `GET /api/jobs/:id`; the first match wins, so fixed paths come before parameters. */
export type SandboxRoutes = readonly (readonly [route: string, handler: SandboxHandler])[];

export interface ServeOptions {
  readonly port?: number;
  /** The reply to requests that match no route. */
  readonly notFound: () => SandboxReply;
  /** Runs before each route; a reply ends the call there (authentication, switches). */
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
