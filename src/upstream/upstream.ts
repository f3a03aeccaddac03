/**
 * The only way from an adapter to its product. Adapters give path, schema and signal; deadlines, limits of bodies,
 * credentials, the meaning of statuses, retries and the circuit breaker are the same for every product. One factory, since
 * all its functions share the pools, the guard and the health of one provider.
 */

import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { observer } from '../core/observer.ts';
import { requestOf } from '../core/request-scope.ts';
import { type Stop, whileFollowing } from '../core/stop.ts';
import { trimEndOf } from '../core/text.ts';
import { inSpan, startSpan } from '../core/tracing.ts';
import { type Answer, isSuccess, parseShape, readText } from './answer.ts';
import type { AnswerLimits } from './answer-reader.ts';
import { watchAvailability } from './availability.ts';
import type { ReadOptions, Upstream, UpstreamOptions, WithHeaders } from './contract.ts';
import { decodeBody } from './decoding.ts';
import { type Outcome, toFailure, toGatewayError } from './failure.ts';
import { createGuard, type Queue } from './guard.ts';
import { createHealth } from './health.ts';
import { createJsonReader } from './json-reader.ts';
import { defaultLimits } from './limits.ts';
import { paceOf, priorityOf } from './priority.ts';
import { readAhead } from './read-ahead.ts';
import { type RequestBody, toBody, toBodyHeaders, toSearch } from './request.ts';
import { createRequestCoalescing } from './request-coalescing.ts';
import { isTimeout, slotTimeout } from './semaphore.ts';
import { type Call, createPools, sendRequest, sendStreamed } from './send-request.ts';
import { createTimeouts, type Timeouts } from './timeouts.ts';

/** About what one download holds in memory at most. Most logs are smaller. */
const readAheadBytes = 4_000_000;

interface Frame {
  readonly queue: Queue | null;
  /** Ends the call before its time. */
  readonly stop: Stop;
  /** Longest call in all. */
  readonly ms: number;
  readonly keepsSlot?: boolean;
  readonly onEnd?: () => void;
}

/** Whether and why the caller has gone: that the time ran out is no reason of its own. */
const callerOf = (stop: Stop) => ({ aborted: stop.aborted && !stop.isExpired, reason: stop.reason as unknown });

export function createUpstream(options: UpstreamOptions): Upstream {
  const { provider, session, timeoutMs } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const bodyMs = limits.bodySeconds === null ? Number.POSITIVE_INFINITY : limits.bodySeconds * 1000;
  const answerLimits = (size: 'one' | 'list', ms = bodyMs): AnswerLimits => ({
    provider,
    maxBytes: size === 'one' ? limits.maxResponseBytes : limits.listBytes,
    maxRefusalBytes: limits.maxResponseBytes,
    bodyMs: ms,
  });
  const bodies = {
    one: answerLimits('one'),
    list: answerLimits('list'),
    // The body of a command's answer is bounded by the deadline of the command only.
    command: answerLimits('one', Number.POSITIVE_INFINITY),
  };
  const base = new URL(options.url);
  const prefix = trimEndOf(base.pathname, '/');
  const guard = createGuard(provider, limits);
  const health = createHealth(guard.breaker.refusal);
  const noteAvailability = options.isLogin ? () => undefined : watchAvailability(provider);
  const shared = createRequestCoalescing(0);
  /** Calls of shared reads that are under way, by key. */
  const calls = new Map<string, Call>();
  const timeouts = new Map<number, Timeouts>();
  const readJson = createJsonReader(options, base.origin);
  const pools = createPools({ origin: base.origin, timeoutMs, connection: options, limits });

  const newCall = (
    signal: AbortSignal,
    path: string,
    method: Dispatcher.HttpMethod,
    body: RequestBody,
    isCommand: boolean,
  ): Call => ({
    origin: requestOf(signal),
    pool: isCommand ? pools.commands : pools.reads,
    request: { method, ...toBody(body) },
    path: prefix + path,
    headers: toBodyHeaders(body),
    isCommand,
    isSent: false,
    status: 0,
    startedAt: 0,
  });

  /** One for each duration that is configured for a call. */
  function timeoutsOf(ms: number): Timeouts {
    const known = timeouts.get(ms) ?? createTimeouts(ms);
    timeouts.set(ms, known);
    return known;
  }

  /**
   * Runs `work` within the deadline, with retries, and throws GatewayErrors only. A null queue runs it once, without slot,
   * breaker and retries.
   */
  async function within<T>(
    call: Call,
    { queue, stop, ms, keepsSlot = false, onEnd }: Frame,
    work: () => Promise<T>,
  ): Promise<T> {
    const beganAt = performance.now();
    const context = () => ({ provider, signal: callerOf(stop), isExpired: stop.isExpired, timeoutMs });
    const attempt = async (): Promise<Outcome<T>> => {
      const isLate = call.startedAt === 0 && performance.now() - beganAt > ms / 2;
      if (isLate && call.isCommand) return { verdict: 'none', error: slotTimeout(provider), isWorthRetry: false };
      call.startedAt = performance.now();
      call.isSent = false;
      call.status = 0;
      try {
        const value = await work();
        health.succeeded(performance.now() - call.startedAt);
        noteAvailability(null, call.origin);
        return { verdict: 'healthy', error: null, value };
      } catch (thrown) {
        // The call waited for its slot for most of its time: that the rest was too short says nothing about the product.
        if (isLate && stop.isExpired) return { verdict: 'none', error: slotTimeout(provider), isWorthRetry: false };
        const failure = toFailure(thrown, call, context());
        if (failure.verdict !== 'none') {
          health.failed(failure.error, performance.now() - call.startedAt);
          noteAvailability(failure.verdict === 'outage' ? failure.error : null, call.origin);
        }
        return failure;
      }
    };
    const deadlines = timeoutsOf(ms);
    deadlines.add(stop);
    let outcome: Outcome<T>;
    try {
      const guarded = { isCommand: call.isCommand, stop, endsAt: beganAt + ms, keepsSlot };
      const observed = () => observeAttempt(provider, call, attempt);
      outcome = await (queue ? guard.run(queue, guarded, observed) : observed());
    } catch (thrown) {
      // The call ended while it waited for a slot, or between two attempts.
      throw toGatewayError(thrown, { ...context(), isLost: false });
    } finally {
      deadlines.remove(stop);
      onEnd?.();
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

  const toAnswer = (response: Dispatcher.ResponseData): Answer => ({
    ...response,
    readText: () =>
      readText(response, { provider, maxBytes: limits.maxResponseBytes, endsAt: performance.now() + bodyMs }),
  });

  async function ask<T>(
    path: string,
    { schema, query, post, size = 'one' }: ReadOptions<T>,
    queue: Queue | null,
    signal: AbortSignal,
  ): Promise<WithHeaders<T>> {
    const pace = paceOf(signal);
    if (pace) await pace();
    const target = path + toSearch(query);
    // The key contains the queue, so that a read with priority never waits for one without.
    const key = `${queue} ${size} ${target}`;
    const load = (stop: Stop) => {
      const read = newCall(signal, target, post ? 'POST' : 'GET', post ?? {}, false);
      const call = queue ? read : { ...read, pool: pools.logins };
      calls.set(key, call);
      const onEnd = () => {
        if (calls.get(key) === call) calls.delete(key);
      };
      return within(call, { queue, stop, ms: timeoutMs, onEnd }, async () => {
        const answer = await sendRequest(call, session, stop, bodies[size]);
        return { json: await readJson.read(answer, call, stop), headers: answer.headers };
      });
    };
    const { json, headers } = await (post ? whileFollowing(signal, load) : share(key, load, signal));
    return { body: parseBody(schema, json), headers };
  }

  const readWithHeaders = <T>(path: string, asked: ReadOptions<T>, signal: AbortSignal): Promise<WithHeaders<T>> =>
    ask(path, asked, queueOf(signal), signal);

  /** Each caller of a shared read stops waiting by its own signal. */
  async function share<T>(key: string, load: (stop: Stop) => Promise<T>, signal: AbortSignal): Promise<T> {
    const reading = shared.read(key, load, signal);
    const call = calls.get(key);
    try {
      return await reading;
    } catch (error) {
      if (isTimeout(signal.reason) && call?.startedAt === 0) throw slotTimeout(provider);
      throw toGatewayError(error, { provider, signal, isExpired: false, isLost: false });
    }
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
      const call = newCall(signal, path, method, body, true);
      // A read that started before the command may show the state before it: later reads must not share it.
      shared.forget();
      try {
        return await whileFollowing(signal, (stop) =>
          within(call, { queue: 'commands', stop, ms: ownMs ?? timeoutMs }, async () =>
            parseShape(
              schema,
              await readJson.read(await sendRequest(call, session, stop, bodies.command), call, stop),
              provider,
            ),
          ),
        );
      } finally {
        shared.forget();
      }
    },
    download(path, signal, queue = 'downloads') {
      const call = { ...newCall(signal, path, 'GET', {}, false), pool: pools[queue], headers: { accept: '*/*' } };
      const open = async (stop: Stop) => {
        const cut = new AbortController();
        stop.onStop(() => cut.abort(stop.reason));
        // Unlike `stop`, this signal still follows the reader after the head has arrived.
        const response = await sendStreamed(call, session, stop, AbortSignal.any([signal, cut.signal]));
        if (!isSuccess(response)) return readJson.refuse(toAnswer(response), call);
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
      return whileFollowing(signal, (stop) =>
        within(call, { queue, stop, ms: timeoutMs, keepsSlot: true }, () => open(stop)),
      );
    },
    close: pools.close,
  };
}

async function observeAttempt<T>(
  provider: string,
  call: Call,
  attempt: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { method } = call.request;
  const span = startSpan({
    name: method,
    kind: 'client',
    attributes: { 'backplane.provider': provider, 'http.request.method': method },
  });
  const result = await inSpan(span, attempt);
  span?.end(result.error?.code ?? null, call.status > 0 ? { 'http.response.status_code': call.status } : {});
  // A call that waited too long was not sent.
  if (call.startedAt > 0) {
    const { error, verdict } = result;
    const outcome = error === null ? 'success' : verdict === 'healthy' ? 'refused' : verdict;
    observer()?.upstreamRequest({ provider, outcome }, (performance.now() - call.startedAt) / 1000);
  }
  return result;
}

const queueOf = (signal: AbortSignal): Queue => {
  const priority = priorityOf(signal);
  return priority === 'commands' ? 'readsOfCommands' : (priority ?? 'reads');
};
