/** WebSockets on the path of GraphQL: who may open one, how many, and when one is dead. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Context } from '../../../schema/context.ts';
import type { AuthenticateRequest, Caller } from '../../auth/authentication.ts';
import type { ClientLimits } from '../../config/clients.ts';
import { observer } from '../../core/observer.ts';
import type { ToPublicError } from '../../limits/refusal.ts';
import type { Slots } from '../../limits/slots.ts';
import type { Log } from '../../observability/log.ts';
import { createRepeatedLines } from '../../observability/repeated-lines.ts';
import type { CallerOf } from '../shared/caller.ts';
import type { Documents } from '../shared/documents.ts';
import type { OperationContext } from '../shared/operation-context.ts';
import type { SecurityHeaders } from '../shared/security-headers.ts';
import type { Refusal, UpgradeGuard } from '../shared/upgrade-guard.ts';
import { createOperations } from './operations.ts';
import type { Outbox } from './outbox.ts';
import { openSocket, tryAgainLater } from './socket.ts';

export interface WebSocketOptions {
  readonly guard: UpgradeGuard;
  readonly yoga: YogaServerInstance<OperationContext, Context>;
  readonly documents: Documents;
  readonly toPublicError: ToPublicError;
  readonly authenticateRequest: AuthenticateRequest;
  readonly authRequired: boolean;
  readonly callerOf: CallerOf;
  readonly log: Log;
  readonly limits: ClientLimits;
  readonly streams: Slots;
}

/** How long a peer has to read what was sent before the closing, and to answer it; then the connection is cut. */
const closeMs = 10_000;
/** The same where the whole gateway ends, which has five seconds for everything. */
const lastCloseMs = 2_000;

interface OpenSocket {
  readonly outbox: Outbox;
  isAlive: boolean;
}

export interface WebSockets {
  /** Opens a socket for a request that asks for one, or refuses it. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  close(): void;
}

export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { guard, yoga, documents, toPublicError, authenticateRequest, authRequired, callerOf, log, limits, streams } =
    options;
  const { messageBytes: maxPayload, bufferBytes, operationsPerSocket: maxOperations } = limits;
  // The types do not know `closeTimeout` yet.
  const settings: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    maxPayload,
    handleProtocols,
    closeTimeout: closeMs,
  };
  const server = new WebSocketServer(settings);
  const operations = createOperations({
    yoga,
    documents,
    toPublicError,
    authenticateRequest,
    authRequired,
    streams,
    initMs: limits.initSeconds * 1000,
    maxOperations,
  });
  const broken = createRepeatedLines(log, 'a socket broke the protocol');
  const slow = createRepeatedLines(log, 'a client does not read what it asked for: closing its socket');
  const outboxLimits = { bufferBytes, slowMs: limits.slowSeconds * 1000 };
  const sockets = new Map<WebSocket, OpenSocket>();
  const addresses = new Map<string, number>();

  // What is no request for a WebSocket.
  server.on('wsClientError', (error, connection) =>
    reject(connection, { status: 400, text: `${error.message}.` }, guard.headers),
  );

  const requestIds = new WeakMap<IncomingMessage, string>();
  server.on('headers', (headers, request) => headers.push(`X-Request-Id: ${requestIds.get(request)}`));

  function open(socket: WebSocket, request: IncomingMessage, caller: Caller): void {
    const { address } = caller;
    const count = (addresses.get(address) ?? 0) + 1;
    if (count > limits.socketsPerAddress) {
      socket.on('error', () => undefined);
      // Rather than an HTTP status, which no browser shows to the page that asks.
      socket.close(tryAgainLater, `This address has ${count - 1} sockets open: close some, or run more on each.`);
      return;
    }
    addresses.set(address, count);
    const opened: OpenSocket = {
      outbox: openSocket(socket, request, caller, { server: operations, limits: outboxLimits, log, broken, slow }),
      isAlive: true,
    };
    sockets.set(socket, opened);
    observer()?.socketsChanged(1);
    socket.on('pong', () => (opened.isAlive = true));
    socket.on('close', () => {
      sockets.delete(socket);
      observer()?.socketsChanged(-1);
      const left = (addresses.get(address) ?? 1) - 1;
      if (left > 0) addresses.set(address, left);
      else addresses.delete(address);
    });
  }

  /** One timer for all: of one for each, thousands of sockets would have thousands. */
  const heartbeat = setInterval(() => {
    for (const [socket, opened] of sockets) {
      // It cannot see a ping that stands behind what it has not read; for that it has a time of its own.
      if (opened.outbox.isFull || socket.readyState !== socket.OPEN) continue;
      if (!opened.isAlive) socket.terminate();
      opened.isAlive = false;
      socket.ping();
    }
  }, limits.heartbeatSeconds * 1000);
  heartbeat.unref();

  return {
    upgrade(request, connection, head) {
      const refusal = guard.refuseUpgrade(request);
      if (refusal) return reject(connection, refusal, guard.headers);
      const caller = callerOf(request);
      requestIds.set(request, caller.requestId);
      server.handleUpgrade(request, connection, head, (socket) => open(socket, request, caller));
    },
    close() {
      log.debug({ sockets: sockets.size }, 'closing sockets');
      clearInterval(heartbeat);
      broken.close();
      slow.close();
      // Clients of graphql-ws try again after 1012; they take 1011 and 4500 for the end.
      for (const socket of sockets.keys()) socket.close(1012, 'Service restart');
      server.close();
      const cut = () => {
        for (const socket of sockets.keys()) socket.terminate();
      };
      setTimeout(cut, lastCloseMs).unref();
    },
  };
}

function reject(socket: Duplex, { status, text }: Refusal, headers: SecurityHeaders): void {
  const body = `${text}\n`;
  // Node has left the connection to us: without a listener, a client that resets it would end the process.
  socket.on('error', () => socket.destroy());
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
