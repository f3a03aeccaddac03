/**
 * The only way from an adapter to its product. Adapters give path, schema and signal; deadlines, limits of bodies,
 * credentials, the meaning of statuses, retries and the circuit breaker are the same for every product. One factory, since
 * all its functions share the pools, the guard and the health of one provider.
 */

import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { createDeadline } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { trimEndOf } from '../core/text.ts';
import { nextTurn } from '../core/turns.ts';
import { errorForStatus, isRefusal, isSuccess, parseJson, parseShape, readText } from './answer.ts';
import { watchAvailability } from './availability.ts';
import type { ReadOptions, RefusedAnswer, Upstream, UpstreamOptions, WithHeaders } from './contract.ts';
import { decodeBody } from './decoding.ts';
import { type Outcome, toFailure, toGatewayError } from './failure.ts';
import { createGuard, type Queue } from './guard.ts';
import { createHealth } from './health.ts';
import { defaultLimits } from './limits.ts';
import { priorityOf } from './priority.ts';
import { readAhead } from './read-ahead.ts';
import { type RequestBody, toBody, toBodyHeaders, toSearch } from './request.ts';
import { createRequestCoalescing } from './request-coalescing.ts';
import { isTimeout, slotTimeout } from './semaphore.ts';
import { type Call, createPools, sendRequest } from './send-request.ts';

/** About what one download holds in memory at most. Most logs are smaller. */
const readAheadBytes = 4_000_000;

/** Characters from which parsing an answer takes a millisecond or more. */
const largeText = 100_000;

export function createUpstream(options: UpstreamOptions): Upstream {
  const { provider, session, timeoutMs } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const maxBytes = { one: limits.maxResponseBytes, list: limits.listBytes };
  const bodyMs = limits.bodySeconds === null ? Number.POSITIVE_INFINITY : limits.bodySeconds * 1000;
  const base = new URL(options.url);
  const prefix = trimEndOf(base.pathname, '/');
  const guard = createGuard(provider, limits);
  const health = createHealth(guard.breaker.refusal);
  const noteAvailability = options.isLogin ? () => undefined : watchAvailability(provider);
  const shared = createRequestCoalescing(0);
  /** Calls of shared reads that are under way, by key. */
  const calls = new Map<string, Call>();
  const pools = createPools({ origin: base.origin, timeoutMs, ca: options.ca, limits });

  const newCall = (path: string, method: Dispatcher.HttpMethod, body: RequestBody, isCommand: boolean): Call => ({
    pool: isCommand ? pools.commands : pools.reads,
    request: { method, ...toBody(body) },
    path: prefix + path,
    headers: toBodyHeaders(body),
    isCommand,
    isSent: false,
    status: 0,
    startedAt: 0,
  });

  /**
   * Runs `work` within the deadline, with retries, and throws GatewayErrors only. A null queue runs it once, without slot,
   * breaker and retries.
   */
  async function within<T>(
    call: Call,
    queue: Queue | null,
    signal: AbortSignal,
    ms: number,
    work: (signal: AbortSignal) => Promise<T>,
    keepsSlot = false,
  ): Promise<T> {
    using deadline = createDeadline(signal, ms);
    const beganAt = performance.now();
    const endsAt = beganAt + ms;
    const attempt = async (): Promise<Outcome<T>> => {
      const isLate = call.startedAt === 0 && performance.now() - beganAt > ms / 2;
      if (isLate && call.isCommand) return { verdict: 'none', error: slotTimeout(provider), isWorthRetry: false };
      call.startedAt = performance.now();
      call.isSent = false;
      call.status = 0;
      try {
        const value = await work(deadline.signal);
        health.succeeded(performance.now() - call.startedAt);
        noteAvailability(null);
        return { verdict: 'healthy', error: null, value };
      } catch (thrown) {
        // The call waited for its slot for most of its time: that the rest was too short says nothing about the product.
        if (isLate && deadline.isExpired())
          return { verdict: 'none', error: slotTimeout(provider), isWorthRetry: false };
        const context = { provider, signal, isExpired: deadline.isExpired(), timeoutMs };
        const failure = toFailure(thrown, call, context);
        if (failure.verdict !== 'none') {
          health.failed(failure.error, performance.now() - call.startedAt);
          noteAvailability(failure.verdict === 'outage' ? failure.error : null);
        }
        return failure;
      }
    };
    let outcome: Outcome<T>;
    try {
      const guarded = { isCommand: call.isCommand, signal: deadline.signal, endsAt, keepsSlot };
      outcome = await (queue ? guard.run(queue, guarded, attempt) : attempt());
    } catch (thrown) {
      // The call ended while it waited for a slot, or between two attempts.
      throw toGatewayError(thrown, { provider, signal, isExpired: deadline.isExpired(), isLost: false });
    }
    if (outcome.error) throw outcome.error;
    return outcome.value;
  }

  /** The decoded body. Throws GatewayErrors only. */
  async function* chunksOf(response: Dispatcher.ResponseData, signal: AbortSignal): AsyncIterable<Uint8Array> {
    try {
      yield* decodeBody(response, provider);
    } catch (error) {
      throw toGatewayError(error, { provider, signal, isExpired: false, isLost: false });
    }
  }

  /** The body of a command's answer is bounded by the deadline of the command only. */
  const readBody = (response: Dispatcher.ResponseData, size: 'one' | 'list', isCommand: boolean): Promise<string> =>
    readText(response, {
      provider,
      maxBytes: maxBytes[size],
      endsAt: isCommand ? Number.POSITIVE_INFINITY : performance.now() + bodyMs,
    });

  async function refuse(response: Dispatcher.ResponseData, { path, isCommand }: Call): Promise<never> {
    const { statusCode: status } = response;
    const byStatus = errorForStatus(response, { provider, isCommand, url: base.origin + path });
    const text = await readBody(response, 'one', isCommand).catch((error: unknown) => {
      throw isCommand ? byStatus : error;
    });
    // An explanation does not prove that a command was not carried out unless its status does, and proxies send redirects.
    const isExplained = status >= 400 && (!isCommand || isRefusal(status));
    const answer: RefusedAnswer = { status, body: parseJson(text) ?? text, isCommand };
    throw (isExplained && options.explain?.(answer)) || byStatus;
  }

  async function readJson(
    response: Dispatcher.ResponseData,
    size: 'one' | 'list',
    call: Call,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (!isSuccess(response)) return refuse(response, call);
    const text = await readBody(response, size, call.isCommand);
    // Several large answers may arrive in one turn of the event loop: each is parsed in a turn of its own.
    const isLarge = text.length > largeText && !call.isCommand;
    if (isLarge) await nextTurn(signal);
    const json = response.statusCode === 204 || text === '' ? null : parseJson(text);
    // Its rows are mapped in another turn.
    if (isLarge) await nextTurn(signal);
    if (json === undefined) {
      const type = String(response.headers['content-type'] ?? 'no content type');
      throw new GatewayError(
        'PROVIDER_INVALID_RESPONSE',
        `${provider} did not answer with JSON (${type.slice(0, 60)}): is there a login page or a proxy before it?`,
      );
    }
    return json;
  }

  async function ask<T>(
    path: string,
    { schema, query, post, size = 'one' }: ReadOptions<T>,
    queue: Queue | null,
    signal: AbortSignal,
  ): Promise<WithHeaders<T>> {
    const target = path + toSearch(query);
    const key = `${queue} ${size} ${target}`;
    const load = (asking: AbortSignal) => {
      const read = newCall(target, post ? 'POST' : 'GET', post ?? {}, false);
      const call = queue ? read : { ...read, pool: pools.logins };
      calls.set(key, call);
      return within(call, queue, asking, timeoutMs, async (limited) => {
        const response = await sendRequest(call, session, limited);
        return { json: await readJson(response, size, call, limited), headers: response.headers };
      }).finally(() => {
        if (calls.get(key) === call) calls.delete(key);
      });
    };
    // The key contains the queue, so that a read with priority never waits for one without.
    const { json, headers } = await (post ? load(signal) : share(key, load, signal));
    return { body: parseBody(schema, json), headers };
  }

  const readWithHeaders = <T>(path: string, asked: ReadOptions<T>, signal: AbortSignal): Promise<WithHeaders<T>> =>
    ask(path, asked, queueOf(signal), signal);

  /** Each caller of a shared read stops waiting by its own signal. */
  function share<T>(key: string, load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const reading = shared.read(key, load, signal);
    const call = calls.get(key);
    return reading.catch((error: unknown) => {
      if (isTimeout(signal.reason) && call?.startedAt === 0) throw slotTimeout(provider);
      throw toGatewayError(error, { provider, signal, isExpired: false, isLost: false });
    });
  }

  /** An answer that does not match its schema counts as a failure for the provider's health. */
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
    login: (path, asked, signal) => ask(path, asked, null, signal),
    async command(path, { schema, method = 'POST', timeoutMs: ownMs, ...body }, signal) {
      const call = newCall(path, method, body, true);
      // A read that started before the command may show the state before it: later reads must not share it.
      shared.forget();
      try {
        return await within(call, 'commands', signal, ownMs ?? timeoutMs, async (limited) =>
          parseShape(schema, await readJson(await sendRequest(call, session, limited), 'one', call, limited), provider),
        );
      } finally {
        shared.forget();
      }
    },
    download(path, signal, queue = 'downloads') {
      const call = { ...newCall(path, 'GET', {}, false), pool: pools[queue], headers: { accept: '*/*' } };
      const open = async (limited: AbortSignal) => {
        const cut = new AbortController();
        limited.addEventListener('abort', () => cut.abort(limited.reason), { once: true });
        // Unlike `limited`, this signal still follows the reader after the head has arrived.
        const response = await sendRequest(call, session, AbortSignal.any([signal, cut.signal]));
        if (!isSuccess(response)) return refuse(response, call);
        return readAhead(chunksOf(response, signal), {
          provider,
          maxBytes: readAheadBytes,
          stallMs: timeoutMs,
          signal,
          isAwaited: () => guard.hasWaiting(queue),
          stop: (reason) => cut.abort(reason),
          onEnd: () => guard.leave(queue),
        });
      };
      return within(call, queue, signal, timeoutMs, open, true);
    },
    close: pools.close,
  };
}

const queueOf = (signal: AbortSignal): Queue => {
  const priority = priorityOf(signal);
  return priority === 'commands' ? 'readsOfCommands' : (priority ?? 'reads');
};
