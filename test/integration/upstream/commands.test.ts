import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { sendJson } from '../../support/http-server.ts';
import { codeOf, never } from '../../support/model.ts';
import { until } from '../../support/timing.ts';
import { command, fine, read, refusal, schema, start, startFlood } from './fixture.ts';

describe('a command', () => {
  test('is sent once, with its body', async () => {
    await using it = await start(fine);
    expect(await command(it)).toEqual({ ok: true });
    expect(it.server.requests).toEqual(['POST /thing']);
    expect(it.server.bodies).toEqual(['{"a":1}']);
  });

  test.each<[string, RequestListener]>([
    ['whose connection is reset', (request) => void request.socket.resetAndDestroy()],
    ['whose connection is closed', (request) => void request.socket.end()],
    ['that is never answered', () => undefined],
    [
      'whose answer is cut off',
      (request, response) =>
        void response.writeHead(200, { 'content-length': 9 }).write('{', () => request.socket.destroy()),
    ],
    ['whose answer is HTML', (_, response) => void response.end('<html>')],
    ['whose answer has another shape', (_, response) => sendJson(response, { ok: 1 })],
    ['whose answer has 100 MB', (_, response) => startFlood(response.writeHead(200), 100)],
    ['that fails with 500', (_, response) => sendJson(response, {}, 500)],
    ['that fails with 502', (_, response) => void response.writeHead(502).end('<html>')],
    [
      'that fails with 503, and is told when to come back',
      (_, response) => void response.writeHead(503, { 'retry-after': '0' }).end(),
    ],
    ['that fails with 504', (_, response) => void response.writeHead(504).end()],
  ])('%s is sent once, and nobody knows what became of it', async (_, answer) => {
    await using it = await start(answer, { timeoutMs: 300 });
    const error = await refusal(command(it));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', isRetryable: false });
    expect(error.message).toMatch(/before asking again/);
    expect(it.server.requests).toEqual(['POST /thing']);
  });

  test.each<[number, string]>([
    [400, 'BAD_USER_INPUT'],
    [401, 'PROVIDER_UNAUTHENTICATED'],
    [403, 'PROVIDER_FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [422, 'BAD_USER_INPUT'],
    [429, 'PROVIDER_RATE_LIMITED'],
  ])('that is refused with %i did nothing for certain', async (status, code) => {
    await using it = await start((_, response) => void response.writeHead(status).end('<html>'));
    expect(await refusal(command(it))).toMatchObject({ code });
  });

  test('that finds no connection did nothing for certain', async () => {
    await using it = await start(fine, { url: 'http://127.0.0.1:1' });
    expect((await refusal(command(it))).code).toBe('PROVIDER_UNAVAILABLE');
  });

  test('that is refused with 429, and told when to come back, is not sent again', async () => {
    await using it = await start((_, response) => void response.writeHead(429, { 'retry-after': '0' }).end());
    expect((await refusal(command(it))).code).toBe('PROVIDER_RATE_LIMITED');
    expect(it.server.requests).toEqual(['POST /thing']);
  });

  test('to a port that nobody listens on did nothing for certain', async () => {
    const it = await start(fine);
    await it.server[Symbol.asyncDispose]();
    expect((await refusal(command(it))).code).toBe('PROVIDER_UNAVAILABLE');
    await it.upstream.close();
  });

  test('of a caller that went before it was sent did nothing, and is not sent', async () => {
    await using it = await start(fine);
    expect((await refusal(command(it, AbortSignal.abort()))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toEqual([]);
  });

  test('of a caller that went while its connection was opened did nothing, and is not sent once that is open', async () => {
    await using it = await start(fine);
    const caller = new AbortController();
    const going = refusal(command(it, caller.signal));
    await Promise.resolve();
    caller.abort();
    expect((await going).code).toBe('PROVIDER_TIMEOUT');
    // Its connection was begun before this one.
    await read(it);
    await until(() => it.server.connections === 2);
    await read(it);
    expect(it.server.requests).toEqual(['GET /thing', 'GET /thing']);
  });

  test('of a caller that went after it was sent may have been done', async () => {
    await using it = await start(() => caller.abort());
    const caller = new AbortController();
    expect((await refusal(command(it, caller.signal))).code).toBe('OUTCOME_UNKNOWN');
  });

  test('that waits behind four others and is given up there did nothing for certain', async () => {
    await using it = await start(() => undefined);
    const caller = new AbortController();
    const others = Array.from({ length: 4 }, () => codeOf(command(it, caller.signal)));
    await until(() => it.server.requests.length === 4);
    const impatient = new AbortController();
    const waiting = refusal(command(it, impatient.signal));
    await new Promise((resolve) => setTimeout(resolve, 20));
    impatient.abort();
    expect((await waiting).code).toBe('PROVIDER_TIMEOUT');
    caller.abort();
    expect(new Set(await Promise.all(others))).toEqual(new Set(['OUTCOME_UNKNOWN']));
    expect(it.server.requests).toHaveLength(4);
  });

  test('is never sent over a connection that the server may be closing', async () => {
    await using it = await start(fine);
    await read(it);
    for (let sent = 0; sent < 5; sent++) await command(it);
    expect(it.server.connections).toBe(6);
  });

  test('may take longer than a read may', async () => {
    await using it = await start((_, response) => void setTimeout(() => sendJson(response, { ok: true }), 200), {
      timeoutMs: 50,
    });
    expect((await refusal(read(it))).code).toBe('PROVIDER_TIMEOUT');
    expect(await it.upstream.command('/thing', { schema, timeoutMs: 5_000 }, never)).toEqual({ ok: true });
  });
});
