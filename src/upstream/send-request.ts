/** One request and its answer, with our credentials; renewed once where the product no longer takes them. */
import { type Dispatcher, Pool } from 'undici';
import { untilAborted } from '../core/deadline.ts';
import { currentRequestId } from '../core/request-scope.ts';
import type { Progress } from './failure.ts';
import { slotsOf, type UpstreamLimits } from './limits.ts';
import type { Credentials, Session } from './session.ts';

/** One thing that is asked, and how far it has come. */
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
  // As many as have a turn: nobody waits for a connection, which would count as the silence of the product.
  const reads = new Pool(origin, { ...limited, connections: slots.reads + slots.polls + limits.commands });
  // Each lasts as long as somebody takes to read it, and nothing else may wait for that.
  const downloads = new Pool(origin, { ...limited, connections: slots.downloads });
  const logReads = new Pool(origin, { ...limited, connections: slots.logReads });
  // A call that has a turn may need the credentials first.
  const logins = new Pool(origin, { ...limited, connections: 2 });
  // A connection that sat idle may be closed under the request, and then nobody knows whether it was read: each
  // command has a fresh one. A command may have a longer deadline than reads have, so the pool has none of its own.
  const unlimited = { headersTimeout: 0, bodyTimeout: 0, connect };
  const commands = new Pool(origin, { ...unlimited, connections: limits.commands, pipelining: 0 });
  const close = async () => {
    await Promise.all([reads, downloads, logReads, logins, commands].map((pool) => pool.destroy()));
  };
  return { reads, downloads, logReads, logins, commands, close };
}

/** One sendRequest, again once where the product no longer takes our credentials (a refused request did nothing). */
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
  // Whether a read left matters to nobody.
  const pool = call.isCommand ? call.pool.compose(onSend(() => (call.isSent = true))) : call.pool;
  const asked = pool.request({
    ...call.request,
    path: call.path,
    headers: { accept: 'application/json', ...requestHeader(), ...call.headers, ...credentials?.headers },
    signal,
  });
  // Undici does not hear of the signal while a request waits in line.
  const response = await untilAborted(asked, signal);
  call.status = response.statusCode;
  return response;
}

/**
 * Tells when a request is about to leave. One that fails while it waits in line or for a connection did nothing
 * for certain.
 */
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

/** So that a line in the product's log can be found by the id in ours; a poll is nobody's request. */
function requestHeader(): Record<string, string> {
  const requestId = currentRequestId();
  return requestId === null ? {} : { 'x-request-id': requestId };
}
