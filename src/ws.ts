/** graphql-ws on the same parser, validation, context and errors as HTTP. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, FormattedExecutionResult } from 'graphql';
import { handleProtocols, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { Context } from './context.ts';
import type { Log } from './log.ts';
import type { ToPublicError } from './public-error.ts';
import { graphqlPath, type OperationContext } from './server.ts';

export interface WebSocketOptions {
  readonly yoga: YogaServerInstance<OperationContext, Context>;
  readonly toPublicError: ToPublicError;
  readonly log: Log;
}

const maxMessageBytes = 1_000_000;
const heartbeatMs = 12_000;
const initTimeoutMs = 10_000;

/** What each socket keeps: the operations that run on it, by id. */
interface SocketState extends Extra {
  operations?: Map<string, AbortController>;
  [key: PropertyKey]: unknown;
}

/** Yoga's own execute and subscribe, with its plugins, travel with the arguments of one operation. */
interface EnvelopedArgs extends ExecutionArgs {
  readonly run: { execute: (args: ExecutionArgs) => unknown; subscribe: (args: ExecutionArgs) => unknown };
}

export function attachWebSockets(http: Server, { yoga, toPublicError, log }: WebSocketOptions): { close(): void } {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols });

  async function prepare(
    extra: SocketState,
    id: string,
    payload: SubscribePayload,
  ): Promise<EnvelopedArgs | readonly Error[]> {
    const controller = new AbortController();
    extra.operations ??= new Map();
    extra.operations.set(id, controller);
    const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({
      params: payload,
      request: undefined as never,
      operation: { signal: controller.signal, origin: `http://${extra.request.headers.host ?? 'localhost'}` },
    } as never);
    const document = parse(payload.query);
    const errors: readonly Error[] = validate(schema, document);
    if (errors.length > 0) return errors;
    return {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: await contextFactory(),
      run: { execute, subscribe },
    } as EnvelopedArgs;
  }

  const finish = (extra: SocketState, id: string): void => {
    extra.operations?.get(id)?.abort();
    extra.operations?.delete(id);
  };

  useServer<Record<string, unknown>, SocketState>(
    {
      connectionInitWaitTimeout: initTimeoutMs,
      execute: (args) => (args as EnvelopedArgs).run.execute(args) as never,
      subscribe: (args) => (args as EnvelopedArgs).run.subscribe(args) as never,
      // Whatever is wrong with one operation is its own error: thrown from here, it would close the socket and end
      // every other stream on it.
      async onSubscribe({ extra }, id, payload) {
        let prepared: EnvelopedArgs | readonly Error[];
        try {
          prepared = await prepare(extra, id, payload);
        } catch (error) {
          prepared = [error as Error];
        }
        return Array.isArray(prepared) ? prepared.map(toPublicError) : (prepared as EnvelopedArgs);
      },
      onError: (_context, _id, _payload, errors) => errors.map((error) => withoutHttp(toPublicError(error).toJSON())),
      onNext: (_context, _id, _payload, _args, { errors, ...result }) =>
        errors
          ? ({
              ...result,
              errors: errors.map((error) => withoutHttp(toPublicError(error).toJSON())),
            } as FormattedExecutionResult)
          : undefined,
      onComplete: ({ extra }, id) => finish(extra, id),
      onClose({ extra }) {
        for (const id of extra.operations?.keys() ?? []) finish(extra, id);
      },
    },
    server,
    heartbeatMs,
  );

  http.on('upgrade', (request, socket, head) => {
    const refusal = refuse(request);
    if (refusal) return reject(socket, refusal);
    server.handleUpgrade(request, socket, head, (connection) => server.emit('connection', connection, request));
  });

  return {
    close() {
      log.debug({ sockets: server.clients.size }, 'closing sockets');
      // Clients of graphql-ws try again after 1012; they take 1011 and 4500 for the end.
      for (const client of server.clients) client.close(1012, 'Service restart');
      server.close();
    },
  };
}

function refuse({ url, headers }: IncomingMessage): string | null {
  if ((url ?? '/').split('?', 1)[0] !== graphqlPath) return '404 Not Found';
  // A browser lets any page open a socket to any host; it only tells whose page it is.
  const { origin, host } = headers;
  return origin === undefined || hostOf(origin) === host ? null : '403 Forbidden';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function reject(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** How HTTP would have answered is no one's business here. */
function withoutHttp<T extends { extensions?: Record<string, unknown> }>(error: T): T {
  const { http: _http, ...extensions } = error.extensions ?? {};
  return { ...error, extensions };
}
