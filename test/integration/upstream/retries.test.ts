import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { defaultLimits } from '../../../src/upstream/limits.ts';
import { createRetries } from '../../../src/upstream/retry.ts';
import { loginSession } from '../../../src/upstream/session.ts';
import { sendJson } from '../../support/http-server.ts';
import { never, unavailable } from '../../support/model.ts';
import { fine, read, refusal, schema, start } from './fixture.ts';

const quick = { retrySeconds: 0.001 };
const answers = (status: number, headers = {}): RequestListener => {
  return (_, response) => void response.writeHead(status, headers).end('{}');
};
/** So many times as `first`, then fine. */
const afterwardsFine = (times: number, first: RequestListener): RequestListener => {
  let left = times;
  return (request, response) => (left-- > 0 ? first(request, response) : fine(request, response));
};
const resets: RequestListener = (request) => void request.socket.resetAndDestroy();
const cuts: RequestListener = (request, response) =>
  void response.writeHead(200, { 'content-length': 9 }).write('{', () => request.socket.destroy());

describe('a read is repeated', () => {
  test.each<[string, RequestListener]>([
    ['whose connection is reset', resets],
    ['whose body is cut', cuts],
    ['that is answered with 502', answers(502)],
    ['that is answered with 503', answers(503)],
    ['that is answered with 504', answers(504)],
    ['that is told when to come back, by 429', answers(429, { 'retry-after': '0' })],
  ])('%s, twice at most', async (_, fault) => {
    await using passing = await start(afterwardsFine(2, fault), { limits: quick });
    expect(await read(passing)).toEqual({ ok: true });
    expect(passing.server.requests).toHaveLength(3);
    expect(passing.upstream.health.current().status).toBe('UP');
    await using lasting = await start(fault, { limits: quick });
    await refusal(read(lasting));
    expect(lasting.server.requests).toHaveLength(3);
  });

  test('as often as the configuration says', async () => {
    await using it = await start(answers(503), { limits: { ...quick, retries: 0 } });
    await refusal(read(it));
    expect(it.server.requests).toHaveLength(1);
  });

  test('with the question that it asks by POST', async () => {
    await using it = await start(afterwardsFine(1, answers(503)), { limits: quick });
    await it.upstream.read('/thing', { schema, post: { json: { a: 1 } } }, never);
    expect(it.server.bodies).toEqual(['{"a":1}', '{"a":1}']);
  });

  test('after a while, which doubles', async () => {
    const times: number[] = [];
    await using it = await start(
      (request, response) => {
        times.push(performance.now());
        answers(503)(request, response);
      },
      { limits: { retrySeconds: 0.05 } },
    );
    await refusal(read(it));
    const [first = 0, second = 0, third = 0] = times;
    // A timer may fire up to a millisecond before its time.
    expect(second - first).toBeGreaterThan(49);
    expect(third - second).toBeGreaterThan(99);
  });

  test('no earlier than the product asks for', async () => {
    const times: number[] = [];
    const busy = answers(503, { 'retry-after': '1' });
    await using it = await start(
      afterwardsFine(1, (request, response) => {
        times.push(performance.now());
        busy(request, response);
      }),
      { timeoutMs: 10_000, limits: quick },
    );
    expect(await read(it)).toEqual({ ok: true });
    expect(performance.now() - (times[0] ?? 0)).toBeGreaterThan(999);
  });
});

describe('a read is asked once', () => {
  test.each<[string, RequestListener]>([
    ['that is answered with 500', answers(500)],
    ['that is answered with 404', answers(404)],
    ['that is answered with 408', answers(408)],
    ['that is answered with 429, without a word on when to come back', answers(429)],
    ['that is answered with HTML', (_, response) => void response.end('<html>')],
    ['that is answered with JSON of another shape', (_, response) => sendJson(response, { ok: 1 })],
  ])('%s', async (_, fault) => {
    await using it = await start(fault, { limits: quick });
    await refusal(read(it));
    expect(it.server.requests).toHaveLength(1);
  });

  test('that would have to come back after its deadline, which is said at once', async () => {
    await using it = await start(answers(429, { 'retry-after': '60' }), { limits: quick });
    expect(await refusal(read(it))).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfterSeconds: 60 });
    expect(it.server.requests).toHaveLength(1);
  });

  test('whose caller goes while it waits', async () => {
    const caller = new AbortController();
    await using it = await start(
      (request, response) => {
        response.on('finish', () => setImmediate(() => caller.abort()));
        answers(503)(request, response);
      },
      { timeoutMs: 60_000, limits: { retrySeconds: 30 } },
    );
    expect((await refusal(read(it, caller.signal))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toHaveLength(1);
  });

  test('where the login before it fails, and so is the login', async () => {
    let logins = 0;
    const login = () => {
      logins++;
      return Promise.reject(unavailable());
    };
    await using it = await start(fine, {
      session: loginSession({ login, pauseMs: 1, timeoutMs: 1_000 }),
      limits: quick,
    });
    expect((await refusal(read(it))).code).toBe('PROVIDER_UNAVAILABLE');
    expect(logins).toBe(1);
    await using down = await start(answers(503), { limits: quick });
    await refusal(down.upstream.login('/login', { schema, post: { json: {} } }, never));
    expect(down.server.requests).toHaveLength(1);
  });
});

test('reads that fail one after the other make a fifth of extra traffic, and a few more', async () => {
  await using it = await start(answers(503), {
    limits: { ...quick, retriesPerMinute: 5, breakerCalls: 1_000, breakerMinimumCalls: 1_000 },
  });
  for (let number = 0; number < 50; number++) await refusal(read(it));
  expect(it.server.requests.length).toBeGreaterThanOrEqual(50 + 10);
  expect(it.server.requests.length).toBeLessThan(50 + 10 + 5 + 5);
});

describe('the budget of repetitions', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  const create = (limits: Partial<typeof defaultLimits>) => createRetries({ ...defaultLimits, ...limits });
  const error = new GatewayError('PROVIDER_UNAVAILABLE', 'It is away.');
  /** How many are given of a hundred that are asked for. */
  const given = (retries: ReturnType<typeof create>) =>
    Array.from({ length: 100 }, () => retries.waitMs(1, error, 1_000)).filter((ms) => ms !== null).length;

  test('has ten for a quiet provider, and ten more after a minute', () => {
    const retries = create({});
    expect(given(retries)).toBe(10);
    vi.advanceTimersByTime(30_000);
    expect(given(retries)).toBe(5);
    vi.advanceTimersByTime(3_600_000);
    expect(given(retries)).toBe(10);
  });

  test('has one for five requests, and saves up for no storm', () => {
    const retries = create({});
    given(retries);
    for (let request = 0; request < 10; request++) retries.noteRequest();
    expect(given(retries)).toBe(2);
    for (let request = 0; request < 1_000; request++) retries.noteRequest();
    expect(given(retries)).toBe(10);
  });

  test('follows the configuration', () => {
    const retries = create({ retryShare: 0.5, retriesPerMinute: 0 });
    expect(given(retries)).toBe(0);
    retries.noteRequest();
    retries.noteRequest();
    expect(given(retries)).toBe(1);
  });

  test('spreads those who failed together over half of the wait', () => {
    const retries = create({ retriesPerMinute: 100 });
    const waits = Array.from({ length: 50 }, () => retries.waitMs(1, error, 1_000) ?? 0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(150);
    expect(new Set(waits.map((ms) => Math.round(ms))).size).toBeGreaterThan(5);
  });
});
