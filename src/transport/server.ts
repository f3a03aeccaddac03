/**
 * HTTP: GraphQL and GraphiQL on one path, logs as text, reports, health; WebSocket on the same path and port. One file, since it
 * shows the order of all guards of a request.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { type Context, createContext } from '../../schema/context.ts';
import type { AuthenticateRequest, Caller } from '../auth/authentication.ts';
import type { Links } from '../auth/links.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type BrowserSettings, isOn } from '../config/browsers.ts';
import type { ClientLimits } from '../config/clients.ts';
import type { JwtSettings } from '../config/jwt.ts';
import type { Limits } from '../config/limits.ts';
import type { TlsIdentity } from '../config/tls.ts';
import type { Ref } from '../core/model.ts';
import { observer } from '../core/observer.ts';
import { giveRequest, inRequest, toLogFields } from '../core/request-scope.ts';
import { isTracing } from '../core/tracing.ts';
import type { Viewer } from '../core/viewer.ts';
import { createGuards } from '../limits/index.ts';
import type { MutationRate } from '../limits/operations.ts';
import type { ToPublicError } from '../limits/refusal.ts';
import type { ReadCache } from '../lists/read-cache.ts';
import type { Log } from '../observability/log.ts';
import { responseCache } from './http/answers.ts';
import { createCompression } from './http/compression.ts';
import { eventStreamOf, tellCursors } from './http/event-streams.ts';
import { findGraphiqlExamples } from './http/graphiql-examples.ts';
import { observeRequest } from './http/observe-requests.ts';
import { logOperations } from './http/operation-log.ts';
import { ignoreUpgrade, isWebSocketUpgrade } from './http/plain-upgrades.ts';
import { createRequestGuard, pathOf } from './http/request-guard.ts';
import { parseRequests } from './http/request-parser.ts';
import { refuseRequests } from './http/request-refusals.ts';
import { answerText } from './http/short-answers.ts';
import { cutSlowResponses } from './http/slow-responses.ts';
import { takeWaiting } from './http/take-waiting.ts';
import { createListener, listenOn, listenOnSocket } from './listener.ts';
import { createLogDownload } from './log-download.ts';
import { createReports, type ReportsOptions } from './reports.ts';
import type { CallerOf } from './shared/caller.ts';
import { type Documents, lookUpDocuments } from './shared/documents.ts';
import { hideSchema } from './shared/introspection.ts';
import { observeRefusals, observeResults } from './shared/observe-operations.ts';
import type { OperationContext } from './shared/operation-context.ts';
import { endExpired } from './shared/token-expiry.ts';
import {
  authenticateRequests,
  commandsInRequest,
  keepNothing,
  publicErrors,
  publicValidation,
} from './shared/yoga-plugins.ts';
import { createVersionAnswer, type Version } from './version.ts';
import { createWebSockets } from './ws/sockets.ts';

export const graphqlPath = '/graphql';

export interface ServerOptions extends Pick<ReportsOptions, 'readReport' | 'rowIds'> {
  readonly schema: GraphQLSchema;
  readonly catalogFor: (viewer: Viewer) => Catalog;
  /** What a global id stands for; null: it is none. */
  readonly findRef: (id: string) => Ref | null;
  readonly authenticateRequest: AuthenticateRequest;
  readonly links: Links;
  /** Who must say who they are; false where nobody is asked. */
  readonly authRequired: boolean;
  readonly callerOf: CallerOf;
  readonly toPublicError: ToPublicError;
  readonly documents: Documents;
  readonly readCache: ReadCache;
  readonly log: Log;
  /** The address to listen on, as it is configured. */
  readonly host: string;
  readonly publicUrl: string | null;
  /** What the path of every request begins with, such as `/backplane`; empty: nothing. */
  readonly basePath: string;
  readonly browsers: BrowserSettings;
  readonly clients: ClientLimits;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
  /** Unix socket to listen on instead of a port, and the mode of its file. */
  readonly socket: { readonly path: string; readonly mode: number } | null;
  /** Whether answers are compressed where the client accepts it. */
  readonly compression: boolean;
  /** How long a connection may stay open between two requests. */
  readonly keepAliveSeconds: number;
  /** Why requests should go to another gateway for now, a line for each reason; empty: this one does all its work. */
  readonly notReady: () => readonly string[];
  readonly limits: Limits;
  /** Counts mutations for several gateways; null, or absent, where they are counted here. */
  readonly mutations?: MutationRate | null;
  readonly version: Version;
  /** Where people sign in to the dashboard, by the settings of now; null: nowhere else. */
  readonly identityProvider: () => JwtSettings | null;
  /** The data is made up: GraphiQL may show commands that are ready to run. */
  readonly isSandbox: boolean;
}

export interface GatewayServer {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Gives the origin, with the port that was picked where 0 was asked for; `unix:PATH` of a Unix socket. */
  listen(port: number, host: string): Promise<string>;
  /** New connections get this certificate. */
  renewCertificate(identity: TlsIdentity): void;
  /** The limits of operations have changed. */
  forgetLimits(): void;
  /** Goes on to answer, and says that it is not ready: clients and load balancers should go elsewhere. */
  drain(): void;
  close(): Promise<void>;
}

const closeTimeoutMs = 4_000;

export function createServer(options: ServerOptions): GatewayServer {
  const { schema, catalogFor, findRef, authenticateRequest, authRequired, callerOf, toPublicError, readCache, log } =
    options;
  const { publicUrl, basePath, browsers, clients, keepAliveSeconds, notReady, limits } = options;
  const guards = createGuards(limits, toPublicError, options.mutations);
  const isObserved = observer() !== null || isTracing();
  const yoga = createYoga<OperationContext, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: ({ request, operation, authentication }) => {
      if (!authentication) throw new Error('an operation came in that nobody has admitted');
      const signal = operation?.signal ?? request.signal;
      // What several clients share belongs to none of their requests.
      if (!operation?.isShared) giveRequest(signal, authentication);
      return createContext(
        catalogFor(authentication.viewer),
        authentication,
        signal,
        publicUrl ?? `${operation?.origin ?? new URL(request.url).origin}${basePath}`,
        operation ? null : eventStreamOf(request),
        options.links,
        operation ? null : request.headers.get('idempotency-key') || null,
      );
    },
    maskedErrors: { maskError: (error) => toPublicError(error), errorMessage: 'unused' },
    plugins: [
      ...(isObserved ? [observeResults] : []),
      refuseRequests,
      authenticateRequests(authenticateRequest),
      parseRequests(limits),
      lookUpDocuments(options.documents),
      publicValidation(toPublicError),
      ...(log.isLevelEnabled('debug') ? [logOperations(log)] : []),
      ...guards.before,
      responseCache(readCache),
      guards.around,
      endExpired,
      ...(isOn(browsers.introspection, authRequired) ? [] : [hideSchema]),
      keepNothing,
      tellCursors,
      publicErrors(toPublicError),
      commandsInRequest,
      ...(isObserved ? [observeRefusals] : []),
    ],
    // The request guard has its own of these two.
    cors: false,
    graphiql: false,
    // Each of these is an open door that nobody has asked for yet.
    batching: false,
    multipart: false,
    landingPage: false,
    logging: false,
    ...guards.yoga,
  });

  const answer = async (request: Request): Promise<Response> =>
    yoga.fetch(request, { caller: { requestId: randomUUID(), address: 'this process' } });
  const findSubjects = options.isSandbox ? () => findGraphiqlExamples(answer, `http://localhost${graphqlPath}`) : null;
  const guard = createRequestGuard({ ...options, graphqlPath, findSubjects });
  // A client that sends a request bit by bit keeps its connection no longer than this.
  const sendMs = clients.requestTimeoutSeconds * 1000;
  const times = {
    headersTimeout: sendMs,
    requestTimeout: sendMs,
    connectionsCheckingInterval: sendMs / 4,
    keepAliveTimeout: keepAliveSeconds * 1000,
  };
  const listener = createListener(times, options.tls, (request, response) => {
    // The client went before its answer was written: there is nobody to tell.
    response.on('error', () => undefined);
    const caller = callerOf(request);
    const span = observeRequest(request, response, caller);
    const answered = () => route(request, response, caller);
    (span ? inRequest({ ...caller, span }, answered) : answered()).catch((error: unknown) => {
      log.error({ err: error, ...toLogFields(caller) }, 'unexpected error while answering');
      const message = `Something unexpected went wrong. The log has the cause under ${caller.requestId}.`;
      if (!response.headersSent) answerText(response, 500, message);
      else response.destroy();
    });
  });
  const { http, connectionEvent } = listener;
  /** Answers that are not over yet. */
  const open = new Set<ServerResponse>();
  const sockets = createWebSockets({
    guard,
    yoga,
    documents: options.documents,
    toPublicError,
    authenticateRequest,
    authRequired,
    callerOf,
    log,
    limits: clients,
    streams: guards.streams,
  });
  http.on('upgrade', (request, connection, head) => {
    if (isWebSocketUpgrade(request)) {
      // Node has taken its own listener away: a client that resets the connection now must not end the process.
      connection.on('error', () => connection.destroy());
      return sockets.upgrade(request, connection, head);
    }
    ignoreUpgrade((socket) => http.emit(connectionEvent, socket), request, head, open).catch((error: unknown) => {
      log.error({ err: error }, 'unexpected error while ignoring an upgrade');
      connection.destroy();
    });
  });
  const reports = createReports({ ...options, operations: guards.operations });
  const logs = createLogDownload({ authenticateRequest, links: options.links, findRef, catalogFor, reports });
  const sendVersion = createVersionAnswer(authenticateRequest, options.version);
  const compress = options.compression ? createCompression() : null;
  const stopCutting = cutSlowResponses(open, clients.slowSeconds * 1000);
  /** Draining, or closing. */
  let isLeaving = false;

  async function route(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    open.add(response);
    response.once('close', () => open.delete(response));
    response.setHeader('x-request-id', caller.requestId);
    if (isLeaving) response.setHeader('connection', 'close');
    await compress?.(request, response);
    if (await guard.receive(request, response)) return;
    const path = pathOf(request);
    const log = /^\/backups\/([\w-]+)\/log$/.exec(path);
    if (log) return logs.byId(log[1] ?? '', request, response, caller);
    const link = /^\/downloads\/([\w-]+)$/.exec(path);
    if (link) return logs.byLink(link[1] ?? '', request, response, caller);
    const report = /^\/reports\/([\w.-]+)$/.exec(path);
    if (report) return reports.byName(report[1] ?? '', request, response, caller);
    if (path === '/health/live') return answerText(response, 200, 'ok');
    if (path === '/health/ready') {
      const reasons = [...(isLeaving ? ['draining: this gateway is stopping'] : []), ...notReady()];
      return answerText(response, reasons.length === 0 ? 200 : 503, reasons.join('\n') || 'ok');
    }
    if (path === '/version') return sendVersion(request, response, caller);
    if (path !== graphqlPath)
      return answerText(response, 404, `Nothing here. GraphQL is at ${basePath}${graphqlPath}.`);
    await yoga(request, response, { caller });
  }

  return {
    fetch: answer,
    async listen(port, host) {
      const origin = options.socket
        ? await listenOnSocket(http, options.socket.path, options.socket.mode)
        : await listenOn(http, options.tls ? 'https' : 'http', port, host);
      // Such as no file descriptor for another connection: those that are open go on.
      http.on('error', (error) => log.error({ err: error }, 'the server could not take a connection'));
      return origin;
    },
    renewCertificate: (identity) => listener.renew(identity),
    forgetLimits: guards.forget,
    drain() {
      isLeaving = true;
    },
    async close() {
      isLeaving = true;
      stopCutting();
      if (!http.listening) return sockets.close();
      await takeWaiting(http);
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      sockets.close();
      http.closeIdleConnections();
      // Event streams never end by themselves. Cut, rather than ended, they tell their clients to come back.
      for (const response of open) if (isEventStream(response)) response.destroy();
      // Other requests have had their time by then.
      const timer = setTimeout(() => http.closeAllConnections(), closeTimeoutMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

const isEventStream = (response: ServerResponse): boolean =>
  String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
