/** One socket: its messages go to graphql-ws in order, its answers to its outbox, its faults to the log. */
import type { IncomingMessage } from 'node:http';
import { CloseCode, type Message, MessageType, type Server, type SubscribeMessage, validateMessage } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type Caller, networkOf } from '../../auth/authentication.ts';
import { inRequest } from '../../core/request-scope.ts';
import { Stop } from '../../core/stop.ts';
import { isTracing, type SpanStart, traced } from '../../core/tracing.ts';
import type { Log } from '../../observability/log.ts';
import type { RepeatedLines } from '../../observability/repeated-lines.ts';
import { schemeOf } from '../shared/scheme.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';
import type { RunningOperation, SocketState } from './socket-state.ts';

export interface SocketOptions {
  readonly server: Server<SocketState>;
  readonly limits: OutboxLimits;
  readonly log: Log;
  /** For what a client can cause as often as it likes. */
  readonly broken: RepeatedLines;
  readonly slow: RepeatedLines;
}

/** "Try again later": clients of graphql-ws do. */
export const tryAgainLater = 1013;

/** What a client may say; the other types are ours. */
const clientTypes = new Set<string>([
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
]);

/** One reason for all: an error of its own for each would be made for nobody. */
const left = new DOMException('The client has left.', 'AbortError');

/** Gives back whether the peer may be slow rather than dead, for the heartbeat. */
export function openSocket(
  socket: WebSocket,
  request: IncomingMessage,
  caller: Caller,
  options: SocketOptions,
): Outbox {
  const { server, limits, log, broken, slow } = options;
  const { address, requestId: socketId } = caller;
  const outbox = new Outbox(socket, limits, () => {
    slow.write({ level: 'info', address: networkOf(address), reason: 'slow', fields: { address } });
    socket.close(tryAgainLater, 'Too slow: more was left unread than is kept. Subscribe again after the last cursor.');
  });
  const operations = new Map<string, RunningOperation>();
  const gone = new AbortController();
  const state: SocketState = {
    host: request.headers.host ?? 'localhost',
    scheme: schemeOf(request.socket),
    caller,
    outbox,
    operations,
    authorization: request.headers.authorization ?? null,
    async mutationsDone() {
      const running = [...operations.values()].filter(({ isMutation, isEnding }) => isMutation && !isEnding);
      await Promise.allSettled(running.map(({ end }) => end));
    },
    isKnown: false,
    close: (code, reason) => socket.close(code, reason),
    closed: gone.signal,
  };
  let asked = 0;
  let give: (message: Message) => Promise<void> = () => Promise.resolve();

  const closed = server.opened(
    {
      protocol: socket.protocol,
      async send(text) {
        outbox.send(text);
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage(listener) {
        // It takes a message that is parsed already, which its type does not say.
        give = listener as never;
      },
    },
    state,
  );

  function receive(message: Message): Promise<void> {
    if (message.type === MessageType.Subscribe) return subscribe(message.id, message);
    if (message.type === MessageType.Complete) return complete(message.id, message);
    return give(message);
  }

  const subscribe = (id: string, message: Message): Promise<void> =>
    operations.get(id)?.isEnding ? subscribeOnceFree(id, message) : begin(id, message);

  async function subscribeOnceFree(id: string, message: Message): Promise<void> {
    // The id is free again for the client, but not yet for graphql-ws, which would take one operation for the other.
    // Another may have begun, and been completed, meanwhile: nothing is awaited between looking and beginning.
    for (let run = operations.get(id); run?.isEnding; run = operations.get(id)) await run.end.catch(() => undefined);
    return begin(id, message);
  }

  function begin(id: string, message: Message): Promise<void> {
    // It closes the socket where the client has not completed that one.
    if (operations.has(id)) return give(message);
    const requestId = `${socketId}.${++asked}`;
    const run: RunningOperation = {
      requestId,
      stop: new Stop(),
      end: Promise.resolve(),
      isCounted: false,
      isMutation: false,
      isEnding: false,
    };
    operations.set(id, run);
    const given = () => give(message);
    const answered = isTracing()
      ? inRequest({ ...state.caller, requestId }, () => traced(spanOf(message, requestId), given))
      : given();
    run.end = answered.finally(() => {
      run.stop.stop(left);
      operations.delete(id);
    });
    return run.end;
  }

  async function complete(id: string, message: Message): Promise<void> {
    // Of one that waits above to begin: this is for that one, in their order.
    let run = operations.get(id);
    for (; run?.isEnding; run = operations.get(id)) await run.end.catch(() => undefined);
    if (run) run.isEnding = true;
    // Before graphql-ws hears of it: it can stop a stream, but not what is still being asked of a product.
    run?.stop.stop(left);
    return give(message);
  }

  const fail = (error: unknown): void => {
    log.error({ err: error, requestId: socketId }, 'unexpected error while answering a socket');
    socket.close(CloseCode.InternalServerError, 'Something unexpected went wrong.');
  };
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? null : parse(String(data));
    if (!message) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    receive(message).catch(fail);
  });
  // The library closes the socket by itself, with the code that says what was wrong.
  socket.on('error', ({ message: reason }) =>
    broken.write({
      level: 'warn',
      address: networkOf(address),
      reason,
      fields: { address, requestId: socketId, reason },
    }),
  );
  // It is closed once; `once` would keep more for each socket.
  socket.on('close', (code, reason) => {
    gone.abort();
    outbox.close();
    for (const { stop } of operations.values()) stop.stop(left);
    closed(code, String(reason)).catch((error: unknown) =>
      log.error({ err: error, requestId: socketId }, 'unexpected error after a socket'),
    );
  });
  return outbox;
}

/** A client that sends the hash of a document has no text, where graphql-ws expects one. */
function withQuery(message: unknown): unknown {
  const { type, payload } = (message ?? {}) as { type?: unknown; payload?: unknown };
  if (type !== MessageType.Subscribe || typeof payload !== 'object' || payload === null || 'query' in payload) {
    return message;
  }
  return { ...(message as object), payload: { ...payload, query: '' } };
}

/** A trace of its own for each operation: `extensions.traceparent` is what a header is over HTTP. */
function spanOf(message: Message, requestId: string): SpanStart {
  const { extensions } = (message as SubscribeMessage).payload;
  const { headers } = (extensions ?? {}) as { headers?: unknown };
  const isInHeaders = typeof headers === 'object' && headers !== null && 'traceparent' in headers;
  return {
    name: 'WebSocket /graphql',
    kind: 'server',
    attributes: { 'http.route': '/graphql', 'backplane.request_id': requestId },
    remote: isInHeaders ? headers : extensions,
  };
}

function parse(text: string): Message | null {
  try {
    const message = validateMessage(withQuery(JSON.parse(text)));
    return clientTypes.has(message.type) ? message : null;
  } catch {
    return null;
  }
}
