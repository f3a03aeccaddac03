/**
 * A real HTTP proxy on loopback in front of one target, which passes everything through until it is told to
 * fail. What can go wrong is in `faults.ts`; this file knows only how to forward, and when to fail instead.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** One request, as a fault gets it: nothing was read of its body, and nothing was answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Sends the request to the target. Gives its answer, of whose body nothing was read. */
  readonly forward: () => Promise<IncomingMessage>;
}

/** Answers, or breaks, one exchange in place of the proxy. */
export interface Fault {
  readonly name: string;
  readonly apply: (exchange: Exchange) => void | Promise<void>;
}

export interface FaultOptions {
  /** Which requests fail; all of them unless given. `path` is without the query string, encoded as it came. */
  readonly match?: (method: string, path: string) => boolean;
  /** How many of them; every one unless given. */
  readonly times?: number;
}

/** A fault that was switched on. It ends when it is stopped or disposed of, or after its `times`. */
export interface ActiveFault extends Disposable {
  /** Requests that it was applied to. */
  readonly hits: number;
  /** Resolves once it has been applied to so many requests. */
  untilHit(count?: number): Promise<void>;
  stop(): void;
}

/** One request as the proxy saw it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query string, encoded as it came. */
  readonly path: string;
  /** The query string, without its question mark. */
  readonly search: string;
  /** The name of the fault that it ran into. */
  readonly fault: string | null;
  /** The target got it. */
  isForwarded: boolean;
  /** Bytes written to the client, head and body, once the exchange has ended; 0 before. */
  sentBytes: number;
}

export interface FaultProxy extends AsyncDisposable {
  /** The target's URL with the proxy's origin. */
  readonly url: string;
  /** Every request since the start, oldest first. */
  readonly requests: readonly ProxiedRequest[];
  /** Open connections from clients. */
  readonly connections: number;
  /** The newest fault that matches a request wins. */
  fail(fault: Fault, options?: FaultOptions): ActiveFault;
  /** Resolves when no client is connected. */
  untilIdle(): Promise<void>;
  /** Stops listening and cuts what is open; clients are refused from then on. */
  close(): Promise<void>;
}

export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const active: Rule[] = [];
  let idle: (() => void)[] = [];

  const server = createServer((incoming, response) => {
    const method = incoming.method ?? 'GET';
    const [path = '/', search = ''] = (incoming.url ?? '/').split('?', 2);
    const rule = active.findLast((one) => one.takes(method, path));
    const fault = rule?.fault.name ?? null;
    const record: ProxiedRequest = { method, path, search, fault, isForwarded: false, sentBytes: 0 };
    requests.push(record);
    countBytes(response, record);
    const forward = () => {
      record.isForwarded = true;
      return forwardTo(target, incoming, response);
    };
    const apply = rule?.fault.apply ?? relay;
    // What breaks behind a proxy looks like a cut to the client, so that is all that it gets to see.
    Promise.resolve(apply({ request: incoming, response, forward })).catch(() => incoming.socket.destroy());
    rule?.wasHit();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of idle) resolve();
      idle = [];
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const untilIdle = () =>
    sockets.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => void idle.push(resolve));

  async function close(): Promise<void> {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : null;
    for (const socket of sockets) socket.destroy();
    await Promise.all([closed, untilIdle()]);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname.replace(/\/+$/, '')}`,
    requests,
    get connections() {
      return sockets.size;
    },
    fail(fault, options = {}) {
      const rule = createRule(fault, options);
      active.push(rule);
      return rule;
    },
    untilIdle,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Rule extends ActiveFault {
  readonly fault: Fault;
  takes(method: string, path: string): boolean;
  wasHit(): void;
}

function createRule(fault: Fault, { match = () => true, times = Number.POSITIVE_INFINITY }: FaultOptions): Rule {
  let hits = 0;
  let isStopped = false;
  let waiting: { count: number; resolve: () => void }[] = [];
  const stop = () => {
    isStopped = true;
  };
  return {
    fault,
    takes: (method, path) => !isStopped && hits < times && match(method, path),
    wasHit() {
      hits += 1;
      for (const { resolve } of waiting.filter(({ count }) => hits >= count)) resolve();
      waiting = waiting.filter(({ count }) => hits < count);
    },
    get hits() {
      return hits;
    },
    untilHit: (count = 1) =>
      hits >= count ? Promise.resolve() : new Promise((resolve) => void waiting.push({ count, resolve })),
    stop,
    [Symbol.dispose]: stop,
  };
}

/** A connection serves many exchanges, so its own counter is read before and after each. */
function countBytes(response: ServerResponse, record: ProxiedRequest): void {
  const { socket } = response;
  const before = socket?.bytesWritten ?? 0;
  response.once('close', () => {
    record.sentBytes = (socket?.bytesWritten ?? 0) - before;
  });
}

/** Passes the answer on, as it is. */
export async function relay({ response, forward }: Exchange): Promise<void> {
  const answer = await forward();
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  response.flushHeaders();
  await pipeline(answer, response);
}

/** Each request has a connection of its own: one that is kept could be closed by the target under the next. */
function forwardTo(target: URL, incoming: IncomingMessage, response: ServerResponse): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { 'accept-encoding': _encoding, ...headers } = endToEnd(incoming.headers);
    const outgoing = request({
      hostname: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      // Without `accept-encoding`, so that a fault which cuts or changes an answer finds it as it is.
      headers: { ...headers, host: target.host },
      agent: false,
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    response.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What belongs to the message, and not to one of the two connections that it travels on. */
export const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
