/** Sends one request with the session's credentials. */
import { type Dispatcher, Pool } from 'undici';
import { untilAborted } from '../core/deadline.ts';
import { giveRequest, type RequestScope } from '../core/request-scope.ts';
import { requireInTime } from '../core/send-before.ts';
import type { Stop } from '../core/stop.ts';
import { traceHeaders } from '../core/tracing.ts';
import type { Answer } from './answer.ts';
import { type AnswerLimits, AnswerReader } from './answer-reader.ts';
import { type ConnectionOptions, createConnector } from './connector.ts';
import type { Progress } from './failure.ts';
import { slotsOf, type UpstreamLimits } from './limits.ts';
import type { Credentials, Session } from './session.ts';

/** One request, and the progress of its current attempt. */
export interface Call extends Progress {
  readonly pool: Pool;
  readonly request: Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'signal' | 'headers'>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The request that the call is made for; null: none, such as a poll. */
  readonly origin: RequestScope | null;
  isSent: boolean;
  status: number;
  startedAt: number;
}

export interface Pools {
  readonly reads: Pool;
  readonly downloads: Pool;
  readonly logReads: Pool;
  readonly logins: Pool;
  readonly commands: Pool;
  close(): Promise<void>;
}

interface PoolsOptions {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly connection: ConnectionOptions;
  readonly limits: UpstreamLimits;
}

export function createPools({ origin, timeoutMs, connection, limits }: PoolsOptions): Pools {
  const toMs = (seconds: number | null, fallbackMs: number) => (seconds === null ? fallbackMs : seconds * 1000);
  const connect = createConnector(connection, toMs(limits.connectSeconds, timeoutMs / 2));
  const headersTimeout = toMs(limits.headersSeconds, timeoutMs);
  const bodyTimeout = toMs(limits.bodySeconds, timeoutMs);
  const limited = { headersTimeout, bodyTimeout, connect };
  const slots = slotsOf(limits);
  // One for each slot: waiting for a connection would count as a timeout of the product.
  const reads = new Pool(origin, {
    ...limited,
    connections: slots.reads + slots.polls + slots.history + limits.commands,
  });
  // A download lasts as long as its reader takes, so it shares its connections with nothing else.
  const downloads = new Pool(origin, { ...limited, connections: slots.downloads });
  const logReads = new Pool(origin, { ...limited, connections: slots.logReads });
  // A call that holds a connection of another pool may wait for a login.
  const logins = new Pool(origin, { ...limited, connections: 2 });
  // The server may close an idle connection just as a request is sent, and then the outcome of a command is unknown: each
  // command has a new connection. Commands have deadlines of their own, so the pool has none.
  const unlimited = { headersTimeout: 0, bodyTimeout: 0, connect };
  const commands = new Pool(origin, { ...unlimited, connections: limits.commands, pipelining: 0 });
  const close = async () => {
    await Promise.all([reads, downloads, logReads, logins, commands].map((pool) => pool.destroy()));
  };
  return { reads, downloads, logReads, logins, commands, close };
}

/** Sends one request whose answer is read whole. On 401 the credentials are renewed and it is sent once more. */
export const sendRequest = (call: Call, session: Session | null, stop: Stop, limits: AnswerLimits): Promise<Answer> =>
  withCredentials(call, session, stop, (credentials) => {
    const reader = new AnswerReader(call, stop, limits);
    call.pool.dispatch(toOptions(call, credentials), reader);
    return reader.answer;
  });

/** The same for an answer whose body is read as it arrives. */
export const sendStreamed = (
  call: Call,
  session: Session | null,
  stop: Stop,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> =>
  withCredentials(
    call,
    session,
    stop,
    async (credentials) => {
      // Undici ignores the signal while a request waits for a connection.
      const response = await untilAborted(call.pool.request({ ...toOptions(call, credentials), signal }), signal);
      call.status = response.statusCode;
      return response;
    },
    (response) => response.body.dump(),
  );

/** A refused request did nothing, so that it may be sent again. */
async function withCredentials<T extends { readonly statusCode: number }>(
  call: Call,
  session: Session | null,
  stop: Stop,
  send: (credentials: Credentials | null) => Promise<T>,
  discard?: (answer: T) => Promise<void>,
): Promise<T> {
  const attempt = (credentials: Credentials | null): Promise<T> => {
    stop.throwIfAborted();
    if (call.isCommand) requireInTime();
    call.status = 0;
    return send(credentials);
  };
  if (!session) return attempt(null);
  const credentials = session.current() ?? (await session.credentials(giveRequest(stop.signal, call.origin)));
  const response = await attempt(credentials);
  if (response.statusCode !== 401) {
    session.accepted(credentials);
    return response;
  }
  call.isSent = false;
  const renewed = await session.renew(credentials, giveRequest(stop.signal, call.origin));
  if (!renewed) return response;
  await discard?.(response);
  const again = await attempt(renewed);
  if (again.statusCode !== 401) session.accepted(renewed);
  return again;
}

const toOptions = (call: Call, credentials: Credentials | null) => ({
  ...call.request,
  path: call.path,
  headers: {
    accept: 'application/json',
    ...requestHeader(call),
    ...traceHeaders(),
    ...call.headers,
    ...credentials?.headers,
  },
});

/** Lets operators match lines in the product's log with ours. Polls have no request id. */
function requestHeader({ origin }: Call): Record<string, string> {
  const requestId = origin?.requestId ?? null;
  return requestId === null ? {} : { 'x-request-id': requestId };
}
