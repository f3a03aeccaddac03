/** A product's server for one test: real HTTP on loopback, answered by a function. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Method and path with the query, of every request. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  readonly bodies: string[];
  readonly sockets: ReadonlySet<Socket>;
  /** The first connection is closed. */
  readonly closed: Promise<void>;
  /** Connections made so far. */
  readonly connections: number;
}

export async function serve(answer: RequestListener, options: { keepAliveTimeout?: number } = {}): Promise<TestServer> {
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const bodies: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let close = () => {};
  const closed = new Promise<void>((resolve) => (close = resolve));
  const server = createServer(options, async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    answer(request, response);
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      close();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    headers,
    bodies,
    sockets,
    closed,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const sendJson = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
