/** One socket: its messages go to graphql-ws in order, its answers to its outbox, its faults to the log. */
import type { IncomingMessage } from 'node:http';
import { CloseCode, type Message, MessageType, parseMessage, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type Caller, networkOf } from '../../auth/authentication.ts';
import { inRequest } from '../../core/request-scope.ts';
import type { Log } from '../../observability/log.ts';
import type { RepeatedLines } from '../../observability/repeated-lines.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';
import type { SocketState } from './socket-state.ts';

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

/** An operation, until the last of it is over. */
interface Running {
  readonly end: Promise<void>;
  /** The client has completed it. */
  isEnding: boolean;
}

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
  const state: SocketState = {
    request,
    caller,
    outbox,
    operations: new Map(),
    authorization: request.headers.authorization ?? null,
    mutations: new Set(),
    async mutationsDone() {
      await Promise.all([...state.mutations].map((id) => running.get(id)?.end));
    },
    isKnown: false,
    close: (code, reason) => socket.close(code, reason),
  };
  let asked = 0;
  const running = new Map<string, Running>();
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

  function finish(id: string): void {
    state.operations.get(id)?.abort();
    state.operations.delete(id);
    state.mutations.delete(id);
  }

  async function receive(message: Message): Promise<void> {
    if (message.type === MessageType.Subscribe) return subscribe(message.id, message);
    if (message.type === MessageType.Complete) return complete(message.id, message);
    return give(message);
  }

  async function subscribe(id: string, message: Message): Promise<void> {
    // The id is free again for the client, but not yet for graphql-ws, which would take one operation for the other.
    // Another may have begun, and been completed, meanwhile: nothing is awaited between looking and beginning.
    for (let run = running.get(id); run?.isEnding; run = running.get(id)) await run.end;
    // It closes the socket where the client has not completed that one.
    if (running.has(id)) return give(message);
    const requestId = `${caller.requestId}.${++asked}`;
    const end = inRequest(requestId, () => give(message)).finally(() => {
      finish(id);
      running.delete(id);
    });
    running.set(id, { end: end.catch(() => undefined), isEnding: false });
    return end;
  }

  async function complete(id: string, message: Message): Promise<void> {
    // Of one that waits above to begin: this is for that one, in their order.
    for (let run = running.get(id); run?.isEnding; run = running.get(id)) await run.end;
    const run = running.get(id);
    if (run) run.isEnding = true;
    // Before graphql-ws hears of it: it can stop a stream, but not what is still being asked of a product.
    finish(id);
    return give(message);
  }

  socket.on('message', (data, isBinary) => {
    const message = isBinary ? null : parse(String(data));
    if (!message) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    receive(message).catch((error: unknown) => {
      log.error({ err: error, requestId: socketId }, 'unexpected error while answering a socket');
      socket.close(CloseCode.InternalServerError, 'Something unexpected went wrong.');
    });
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
  socket.once('close', (code, reason) => {
    outbox.close();
    for (const id of [...state.operations.keys()]) finish(id);
    closed(code, String(reason)).catch((error: unknown) =>
      log.error({ err: error, requestId: socketId }, 'unexpected error after a socket'),
    );
  });
  return outbox;
}

function parse(text: string): Message | null {
  try {
    const message = parseMessage(text);
    return clientTypes.has(message.type) ? message : null;
  } catch {
    return null;
  }
}
