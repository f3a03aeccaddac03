/**
 * The one function that talks to the network. Adapters say method, path, shape and signal; the deadline, the
 * size of a body, who we are, and what a status means are decided here, once for every product.
 */
import { type Dispatcher, Pool } from 'undici';
import type { z } from 'zod';
import { createDeadline, untilAborted } from '../deadline.ts';
import { GatewayError } from '../errors.ts';
import { currentRequestId } from '../request-scope.ts';
import { errorForStatus, isSuccess, parseJson, parseShape, readText } from './answer.ts';
import { toGatewayError } from './failure.ts';
import { createHealth, type Health } from './health.ts';
import type { Credentials, Session } from './session.ts';
import { createSharedReads } from './shared-reads.ts';

export interface UpstreamOptions {
  /** The configured name, for messages. */
  readonly provider: string;
  /** Origin and, where the product lives below one, a path. Nothing else is ever contacted. */
  readonly url: string;
  /** Longest whole call: connecting, waiting and reading the body. */
  readonly timeoutMs: number;
  readonly session: Session | null;
  /** PEM text of the only certificate authorities that are believed, where a product has one of its own. */
  readonly ca?: string | undefined;
  /** What a refusal means where the product has its own way to say it; null: by its status. */
  readonly explain?: (answer: RefusedAnswer) => GatewayError | null;
}

/** An answer that is not 2xx. `body` is parsed JSON, or the text where it is none. */
export interface RefusedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly isCommand: boolean;
}

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

interface RequestBody {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

export interface ReadOptions<T> {
  readonly schema: z.ZodType<T>;
  /** Asks by POST: for a login, or a product that takes a question as a body. It must change nothing. */
  readonly post?: RequestBody;
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Largest body; `list` is for whatever grows with the number of rows. */
  readonly size?: 'one' | 'list';
}

export interface CommandOptions<T> extends RequestBody {
  readonly schema: z.ZodType<T>;
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Where stopping or starting takes longer than a read may. */
  readonly timeoutMs?: number;
}

/** Names in lower case; a header that came several times is a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const maxBytes = { one: 1_000_000, list: 32_000_000 } as const;

export interface Upstream {
  readonly health: Health;
  /** As JSON of the given shape. May be called again; the same GET at the same moment is one request. */
  read<T>(path: string, options: ReadOptions<T>, signal: AbortSignal): Promise<T>;
  /** The same, for a product that says a part of its answer in headers, such as a total or a cookie. */
  readWithHeaders<T>(
    path: string,
    options: ReadOptions<T>,
    signal: AbortSignal,
  ): Promise<{ readonly body: T; readonly headers: ResponseHeaders }>;
  /** Sent once. Where nobody can tell whether it arrived, it throws OUTCOME_UNKNOWN. */
  command<T>(path: string, options: CommandOptions<T>, signal: AbortSignal): Promise<T>;
  /** GET, as the bytes arrive. The deadline is for the wait until the first of them and between any two. */
  download(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { provider, session, timeoutMs } = options;
  const base = new URL(options.url);
  const prefix = base.pathname.replace(/\/+$/, '');
  const health = createHealth();
  const shared = createSharedReads(0);
  const connect = { timeout: timeoutMs, ...(options.ca === undefined ? {} : { ca: options.ca }) };
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect };
  const reads = new Pool(base.origin, { ...limits, connections: 16 });
  // Each lasts as long as somebody takes to read it, and nothing else may wait for that.
  const downloads = new Pool(base.origin, { ...limits, connections: 16 });
  // A connection that sat idle may be closed under the request, and then nobody knows whether it was read:
  // each command has a fresh one.
  // A command may have a longer deadline than reads have, so the pool has none of its own.
  const unlimited = { ...limits, headersTimeout: 0, bodyTimeout: 0 };
  const commands = new Pool(base.origin, { ...unlimited, connections: 4, pipelining: 0 });

  interface Call {
    readonly pool: Pool;
    readonly request: Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'signal' | 'headers'>;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly isCommand: boolean;
    /** The request may have left: before that, a failed command did nothing for certain. */
    isSent: boolean;
  }

  const newCall = (
    path: string,
    method: Dispatcher.HttpMethod,
    { json, form }: RequestBody,
    isCommand: boolean,
  ): Call => ({
    pool: isCommand ? commands : reads,
    request: { method, ...toBody(json, form) },
    path: prefix + path,
    headers: toBodyHeaders(json, form),
    isCommand,
    isSent: false,
  });

  /** One exchange, again once where the product no longer takes our credentials (a refused request did nothing). */
  async function exchange(call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
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
    return send(call, renewed, signal).then((again) => {
      if (again.statusCode !== 401) session.accepted(renewed);
      return again;
    });
  }

  function send(call: Call, credentials: Credentials | null, signal: AbortSignal) {
    signal.throwIfAborted();
    // Whether a read left matters to nobody.
    const pool = call.isCommand ? call.pool.compose(onSend(() => (call.isSent = true))) : call.pool;
    const response = pool.request({
      ...call.request,
      path: call.path,
      headers: { accept: 'application/json', ...requestHeader(), ...call.headers, ...credentials?.headers },
      signal,
    });
    // Undici does not hear of the signal while a request waits in line.
    return untilAborted(response, signal);
  }

  /** Runs `work` against the deadline, and turns whatever it throws into a GatewayError. */
  async function within<T>(
    call: Call,
    signal: AbortSignal,
    ms: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    using deadline = createDeadline(signal, ms);
    const startedAt = performance.now();
    try {
      const result = await work(deadline.signal);
      health.succeeded(performance.now() - startedAt);
      return result;
    } catch (error) {
      const isLost = call.isCommand && call.isSent;
      const failure = toGatewayError(error, { provider, signal, isExpired: deadline.isExpired(), isLost });
      // A caller that lost interest says nothing of the product; one that ran out of patience does.
      if (!signal.aborted || isTimeout(signal.reason)) health.failed(failure, performance.now() - startedAt);
      throw failure;
    }
  }

  /** The body as it comes; what breaks on the way is one of our errors too. */
  async function* chunksOf({ body }: Dispatcher.ResponseData, signal: AbortSignal): AsyncIterable<Uint8Array> {
    try {
      yield* body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw toGatewayError(error, { provider, signal, isExpired: false, isLost: false });
    }
  }

  async function refuse(response: Dispatcher.ResponseData, isCommand: boolean): Promise<never> {
    const text = await readText(response, maxBytes.one, provider);
    const body = parseJson(text);
    const answer: RefusedAnswer = { status: response.statusCode, body: body ?? text, isCommand };
    throw options.explain?.(answer) ?? errorForStatus(response, provider, isCommand);
  }

  async function readJson(
    response: Dispatcher.ResponseData,
    size: 'one' | 'list',
    isCommand: boolean,
  ): Promise<unknown> {
    if (!isSuccess(response)) return refuse(response, isCommand);
    const text = await readText(response, maxBytes[size], provider);
    const json = response.statusCode === 204 || text === '' ? null : parseJson(text);
    if (json === undefined) {
      const type = String(response.headers['content-type'] ?? 'no content type');
      throw new GatewayError(
        'PROVIDER_INVALID_RESPONSE',
        `${provider} did not answer with JSON (${type.slice(0, 60)}): is there a login page or a proxy before it?`,
      );
    }
    return json;
  }

  async function readWithHeaders<T>(
    path: string,
    { schema, query, post, size = 'one' }: ReadOptions<T>,
    signal: AbortSignal,
  ): Promise<{ body: T; headers: ResponseHeaders }> {
    const target = path + toSearch(query);
    const ask = (asking: AbortSignal) => {
      const call = newCall(target, post ? 'POST' : 'GET', post ?? {}, false);
      return within(call, asking, timeoutMs, async (limited) => {
        const response = await exchange(call, limited);
        return { json: await readJson(response, size, false), headers: response.headers };
      });
    };
    const { json, headers } = await (post ? ask(signal) : share(`${size} ${target}`, ask, signal));
    return { body: parseBody(schema, json), headers };
  }

  /** Each that waits gives up by its own signal. */
  const share = <T>(key: string, ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> =>
    shared.read(key, ask, signal).catch((error: unknown) => {
      throw toGatewayError(error, { provider, signal, isExpired: false, isLost: false });
    });

  /** An answer that is not what it should be is no sign of health, though it came. */
  function parseBody<T>(schema: z.ZodType<T>, json: unknown): T {
    try {
      return parseShape(schema, json, provider);
    } catch (error) {
      if (error instanceof GatewayError) health.failed(error, health.current().latencyMs ?? 0);
      throw error;
    }
  }

  return {
    health,
    read: async (path, asked, signal) => (await readWithHeaders(path, asked, signal)).body,
    readWithHeaders,
    async command(path, { schema, method = 'POST', timeoutMs: ownMs, ...body }, signal) {
      const call = newCall(path, method, body, true);
      // What was asked before it may have been answered before it.
      shared.forget();
      try {
        return await within(call, signal, ownMs ?? timeoutMs, async (limited) =>
          parseShape(schema, await readJson(await exchange(call, limited), 'one', true), provider),
        );
      } finally {
        shared.forget();
      }
    },
    download(path, signal) {
      const call = { ...newCall(path, 'GET', {}, false), pool: downloads, headers: { accept: '*/*' } };
      const late = new AbortController();
      return within(call, signal, timeoutMs, async (limited) => {
        limited.addEventListener('abort', () => late.abort(limited.reason), { once: true });
        // Unlike `limited`, this goes on to follow the reader once the head has come.
        const response = await exchange(call, AbortSignal.any([signal, late.signal]));
        return isSuccess(response) ? chunksOf(response, signal) : refuse(response, false);
      });
    },
    async close() {
      await Promise.all([reads, downloads, commands].map((pool) => pool.destroy()));
    },
  };
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

const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

function toSearch(query: Readonly<Record<string, QueryValue>> | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function toBody(json: unknown, form: RequestBody['form']) {
  if (form) return { body: new URLSearchParams(form).toString() };
  return json === undefined ? {} : { body: JSON.stringify(json) };
}

function toBodyHeaders(json: unknown, form: unknown): Record<string, string> {
  if (form) return { 'content-type': 'application/x-www-form-urlencoded' };
  return json === undefined ? {} : { 'content-type': 'application/json' };
}
