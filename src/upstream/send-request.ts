/** Sends one request with the session's credentials. */
import { type Dispatcher, Pool } from 'undici';
import { untilAborted } from '../core/deadline.ts';
import { currentRequestId } from '../core/request-scope.ts';
import type { Progress } from './failure.ts';
import { slotsOf, type UpstreamLimits } from './limits.ts';
import type { Credentials, Session } from './session.ts';

/** One request, and the progress of its current attempt. */
export interface Call extends Progress {
  readonly pool: Pool;
  readonly request: Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'signal' | 'headers'>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
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
  readonly ca: string | undefined;
  readonly limits: UpstreamLimits;
}

export function createPools({ origin, timeoutMs, ca, limits }: PoolsOptions): Pools {
  const toMs = (seconds: number | null, fallbackMs: number) => (seconds === null ? fallbackMs : seconds * 1000);
  const connect = { timeout: toMs(limits.connectSeconds, timeoutMs / 2), ...(ca === undefined ? {} : { ca }) };
  const headersTimeout = toMs(limits.headersSeconds, timeoutMs);
  const bodyTimeout = toMs(limits.bodySeconds, timeoutMs);
  const limited = { headersTimeout, bodyTimeout, connect };
  const slots = slotsOf(limits);
  // One for each slot: waiting for a connection would count as a timeout of the product.
  const reads = new Pool(origin, { ...limited, connections: slots.reads + slots.polls + limits.commands });
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

/** On 401 the credentials are renewed and the request is sent once more: the refused request did nothing. */
export async function sendRequest(
  call: Call,
  session: Session | null,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  if (!session) return send(call, null, signal);
  const credentials = await session.credentials(signal);
  const response = await send(call, credentials, signal);
  if (response.statusCode !== 401) {
    session.accepted(credentials);
    return response;
  }
  call.isSent = false;
  const renewed = await session.renew(credentials, signal);
  if (!renewed) return response;
  await response.body.dump();
  const again = await send(call, renewed, signal);
  if (again.statusCode !== 401) session.accepted(renewed);
  return again;
}

async function send(call: Call, credentials: Credentials | null, signal: AbortSignal) {
  signal.throwIfAborted();
  call.status = 0;
  // Only for a command it matters whether it was sent.
  const pool = call.isCommand ? call.pool.compose(onSend(() => (call.isSent = true))) : call.pool;
  const asked = pool.request({
    ...call.request,
    path: call.path,
    headers: { accept: 'application/json', ...requestHeader(), ...call.headers, ...credentials?.headers },
    signal,
  });
  // Undici ignores the signal while a request waits for a connection.
  const response = await untilAborted(asked, signal);
  call.status = response.statusCode;
  return response;
}

/** Calls `tell` just before a request is sent. One that fails while it waits for a connection has certainly done nothing. */
const onSend =
  (tell: () => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      tell();
      start?.(controller, context);
    };
    return dispatch(options, handler);
  };

/** Lets operators match lines in the product's log with ours. Polls have no request id. */
function requestHeader(): Record<string, string> {
  const requestId = currentRequestId();
  return requestId === null ? {} : { 'x-request-id': requestId };
}
