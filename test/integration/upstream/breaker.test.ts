/** One file, since all its tests read the states of one breaker with a clock of their own. */
import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import type { UpstreamOptions } from '../../../src/upstream/contract.ts';
import type { UpstreamLimits } from '../../../src/upstream/limits.ts';
import { sendJson } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';
import { command, type Fixture, fine, read, refusal, schema, start } from './fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const limits = { retries: 0, breakerMinimumCalls: 4, breakerCalls: 8, breakerSeconds: 60 };
const fails: RequestListener = (_, response) => sendJson(response, {}, 500);
const refusesWith =
  (status: number): RequestListener =>
  (_, response) =>
    sendJson(response, {}, status);

const failing = async (it: Fixture, count: number) => {
  for (let number = 0; number < count; number++) await refusal(read(it));
};

/** A product whose answer can be changed, and that is left alone by now. */
async function startLeftAlone(own: Partial<UpstreamLimits> = {}) {
  let answer = fails;
  const it = await start((request, response) => answer(request, response), { limits: { ...limits, ...own } });
  await failing(it, 4);
  const become = (next: RequestListener) => {
    answer = next;
  };
  return { ...it, become };
}

describe('a provider that keeps failing', () => {
  test('is not asked any more: reads, commands and downloads fail at once and for certain', async () => {
    await using it = await startLeftAlone();
    const down = { code: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 60, isRetryable: true };
    expect(await refusal(read(it))).toMatchObject(down);
    expect(await refusal(command(it))).toMatchObject(down);
    expect(await refusal(it.upstream.download('/log', never))).toMatchObject(down);
    expect(it.server.requests).toHaveLength(4);
  });

  test('says when to ask again', async () => {
    await using it = await startLeftAlone();
    vi.advanceTimersByTime(45_000);
    const error = await refusal(read(it));
    expect(error.retryAfterSeconds).toBe(15);
    expect(error.message).toBe('one has failed again and again, and is not asked for the moment. Ask again in 15 s.');
  });

  test('is asked until there are enough calls to tell', async () => {
    await using it = await start(fails, { limits });
    await failing(it, 3);
    await refusal(read(it));
    expect(it.server.requests).toHaveLength(4);
  });

  test('is asked as long as it fails no more often than it may', async () => {
    let number = 0;
    const sometimes: RequestListener = (request, response) => (number++ % 2 === 0 ? fine : fails)(request, response);
    await using it = await start(sometimes, { limits });
    await using strict = await start(sometimes, { limits: { ...limits, breakerFailureShare: 0.3 } });
    for (let call = 0; call < 20; call++) await read(it).catch(() => undefined);
    for (let call = 0; call < 20; call++) await read(strict).catch(() => undefined);
    expect(it.server.requests).toHaveLength(20);
    expect(strict.server.requests).toHaveLength(4);
  });

  test('forgets what is long past', async () => {
    let answer = fine;
    await using it = await start((request, response) => answer(request, response), { limits });
    for (let call = 0; call < 100; call++) await read(it);
    answer = fails;
    await failing(it, 20);
    expect(it.server.requests).toHaveLength(100 + 5);
  });

  test.each<[string, RequestListener]>([
    ['that is not there', (request) => void request.socket.resetAndDestroy()],
    [
      'that cuts its answers',
      (request, response) =>
        void response.writeHead(200, { 'content-length': 9 }).write('{', () => request.socket.destroy()),
    ],
    ['behind a proxy that cannot reach it', refusesWith(502)],
    ['that is too slow', () => undefined],
  ])('is also one %s', async (_, answer) => {
    await using it = await start(answer, { limits, timeoutMs: 100 });
    await failing(it, 5);
    expect(it.server.requests).toHaveLength(4);
  });

  test('is also one that loses the answers of commands', async () => {
    await using it = await start((request) => void request.socket.resetAndDestroy(), { limits });
    for (let number = 0; number < 4; number++) expect((await refusal(command(it))).code).toBe('OUTCOME_UNKNOWN');
    expect((await refusal(command(it))).code).toBe('PROVIDER_UNAVAILABLE');
    expect(it.server.requests).toHaveLength(4);
  });

  test('shows it in its health, however well it was a moment ago', async () => {
    let answer = fine;
    await using it = await start((request, response) => answer(request, response), {
      limits: { ...limits, breakerCalls: 4 },
    });
    await read(it);
    answer = fails;
    await failing(it, 2);
    expect(it.upstream.health.current()).toMatchObject({ status: 'DEGRADED' });
    await failing(it, 2);
    expect(it.upstream.health.current()).toMatchObject({
      status: 'DOWN',
      error: { code: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 60 },
    });
  });
});

describe('no failure of a provider is', () => {
  const explain: UpstreamOptions['explain'] = ({ status }) =>
    status === 500 ? new GatewayError('NOT_FOUND', 'There is no such job.') : null;

  test.each<[string, RequestListener]>([
    ['401', refusesWith(401)],
    ['403', refusesWith(403)],
    ['404', refusesWith(404)],
    ['406', refusesWith(406)],
    ['409', refusesWith(409)],
    ['422', refusesWith(422)],
    ['429', refusesWith(429)],
    ['500 that means that there is no such thing', refusesWith(500)],
    ['an answer of another shape', (_, response) => sendJson(response, { ok: 1 })],
    ['a login page', (_, response) => void response.end('<html>')],
  ])('%s', async (_, answer) => {
    await using it = await start(answer, { limits, explain });
    await failing(it, 10);
    expect(it.server.requests).toHaveLength(10);
  });

  test('a command that fails in its own way', async () => {
    await using it = await start(fails, { limits });
    for (let number = 0; number < 10; number++) expect((await refusal(command(it))).code).toBe('OUTCOME_UNKNOWN');
    expect(it.server.requests).toHaveLength(10);
  });

  test('a caller that goes before the answer, nor is that a success', async () => {
    let answer: RequestListener = () => undefined;
    await using it = await start((request, response) => answer(request, response), { limits });
    for (let number = 1; number <= 10; number++) {
      const caller = new AbortController();
      const reading = refusal(read(it, caller.signal));
      await expect.poll(() => it.server.requests.length).toBe(number);
      caller.abort();
      await reading;
    }
    answer = fails;
    await failing(it, 5);
    expect(it.server.requests).toHaveLength(10 + 4);
  });

  test('a caller that was in a hurry', async () => {
    await using it = await start(() => undefined, { limits, timeoutMs: 10_000 });
    for (let number = 0; number < 10; number++) await refusal(read(it, AbortSignal.timeout(20)));
    const caller = new AbortController();
    const asked = it.server.requests.length;
    const reading = refusal(read(it, caller.signal));
    await expect.poll(() => it.server.requests.length).toBe(asked + 1);
    caller.abort();
    await reading;
  });

  test('a login, which the call that was let through asks for', async () => {
    await using it = await start(fails, { limits });
    for (let number = 0; number < 10; number++) {
      await refusal(it.upstream.login('/login', { schema, post: { json: {} } }, never));
    }
    expect(it.server.requests).toHaveLength(10);
  });
});

test('a caller whose patience has run out says that the provider is too slow', async () => {
  vi.useRealTimers();
  await using it = await start(() => undefined, { limits, timeoutMs: 100 });
  for (let number = 0; number < 4; number++) await refusal(read(it, AbortSignal.timeout(90)));
  expect((await refusal(read(it))).retryAfterSeconds).toBeGreaterThan(0);
  expect(it.server.requests).toHaveLength(4);
});

describe('a provider that was left alone for its time', () => {
  /** The product holds every answer back until it is told. */
  async function startTrying(own: Partial<UpstreamLimits> = {}) {
    const it = await startLeftAlone(own);
    const held: ServerResponse[] = [];
    it.become((_, response) => void held.push(response));
    vi.advanceTimersByTime(60_000);
    return { ...it, held, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
  }

  test('is tried by one read, for which the others wait a moment', async () => {
    await using it = await startTrying();
    const reads = [read(it), read(it, never, '/other')];
    const commanding = command(it);
    await expect.poll(() => it.held.length).toBe(1);
    expect(it.upstream.health.current().status).toBe('DOWN');
    it.become(fine);
    sendJson(it.held[0] as ServerResponse, { ok: true });
    expect(await Promise.all([...reads, commanding])).toHaveLength(3);
    expect(it.held).toHaveLength(1);
    expect(it.upstream.health.current().status).toBe('UP');
    it.become(fails);
    await failing(it, 1);
    it.become(fine);
    expect(await read(it), 'what was before is forgotten').toEqual({ ok: true });
  });

  test('is tried by one read, and the others fail where its answer takes longer', async () => {
    await using it = await startTrying({ breakerHalfOpenSeconds: 0.05 });
    const trying = read(it);
    await expect.poll(() => it.held.length).toBe(1);
    const down = { code: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 1 };
    expect(await refusal(read(it, never, '/other'))).toMatchObject(down);
    expect(await refusal(command(it))).toMatchObject(down);
    expect(it.server.requests, 'four that failed, and the one').toHaveLength(5);
    sendJson(it.held[0] as ServerResponse, { ok: true });
    await trying;
  });

  test('is well again where it refuses what it is asked: that is an answer', async () => {
    await using it = await startLeftAlone();
    vi.advanceTimersByTime(60_000);
    it.become(refusesWith(404));
    expect((await refusal(read(it))).code).toBe('NOT_FOUND');
    expect((await refusal(read(it))).code).toBe('NOT_FOUND');
  });

  test('is left alone again where it still fails', async () => {
    await using it = await startLeftAlone();
    vi.advanceTimersByTime(60_000);
    await failing(it, 5);
    expect(it.server.requests).toHaveLength(5);
    vi.advanceTimersByTime(60_000);
    await failing(it, 5);
    expect(it.server.requests).toHaveLength(6);
  });

  test('is left alone again where the call that tried was aborted: nothing was proven', async () => {
    await using it = await startTrying();
    const caller = new AbortController();
    const trying = refusal(read(it, caller.signal));
    await expect.poll(() => it.held.length).toBe(1);
    caller.abort();
    await trying;
    await expect.poll(async () => (await refusal(read(it))).retryAfterSeconds).toBe(60);
  });

  test('takes a command, which may last long and does not try for the others', async () => {
    await using it = await startTrying();
    const commanding = command(it);
    await expect.poll(() => it.held.length).toBe(1);
    it.become(fine);
    expect(await read(it)).toEqual({ ok: true });
    sendJson(it.held[0] as ServerResponse, { ok: true });
    expect(await commanding).toEqual({ ok: true });
  });

  test('is asked also where the clock was set back meanwhile', async () => {
    await using it = await startLeftAlone();
    it.become(fine);
    vi.advanceTimersByTime(60_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(await read(it)).toEqual({ ok: true });
  });
});
