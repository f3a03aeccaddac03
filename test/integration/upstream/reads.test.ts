import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../../src/core/errors.ts';
import type { UpstreamOptions } from '../../../src/upstream/contract.ts';
import { fixedSession } from '../../../src/upstream/session.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { sendJson, serve } from '../../support/http-server.ts';
import { codeOf, never } from '../../support/model.ts';
import { command, fine, read, refusal, schema, start } from './fixture.ts';

describe('a read', () => {
  test('asks the path below the base URL, with the query, and gives what the shape says', async () => {
    await using it = await start(fine, { path: '/products/one/' });
    const query = { limit: 5, tag: ['a', 'b&c'], none: null, missing: undefined, yes: true };
    expect(await it.upstream.read('/thing', { schema, query }, never)).toEqual({ ok: true });
    expect(it.server.requests).toEqual(['GET /products/one/thing?limit=5&tag=a&tag=b%26c&yes=true']);
    expect(it.server.headers[0]?.accept).toBe('application/json');
  });

  test('may ask by POST, as JSON or as a form', async () => {
    await using it = await start(fine);
    await it.upstream.read('/json', { schema, post: { json: { a: 'ä' } } }, never);
    await it.upstream.read('/form', { schema, post: { form: { user: 'a&b', password: 'c d' } } }, never);
    expect(it.server.bodies).toEqual(['{"a":"ä"}', 'user=a%26b&password=c+d']);
    expect(it.server.headers.map((headers) => headers['content-type'])).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
    ]);
  });

  test.each<[string, number, string | undefined, string]>([
    ['400', 400, '{}', 'BAD_USER_INPUT'],
    ['401', 401, '{}', 'PROVIDER_UNAUTHENTICATED'],
    ['403', 403, '{}', 'PROVIDER_FORBIDDEN'],
    ['404', 404, 'not json', 'NOT_FOUND'],
    ['408', 408, '', 'PROVIDER_TIMEOUT'],
    ['409', 409, '{}', 'CONFLICT'],
    ['418, which no contract knows', 418, '{}', 'PROVIDER_INVALID_RESPONSE'],
    ['422', 422, '{}', 'BAD_USER_INPUT'],
    ['429', 429, '{}', 'PROVIDER_RATE_LIMITED'],
    ['500', 500, '<html>', 'PROVIDER_UNAVAILABLE'],
    ['502', 502, '<html>', 'PROVIDER_UNAVAILABLE'],
    ['504', 504, '', 'PROVIDER_TIMEOUT'],
    ['HTML with 200', 200, '<!doctype html><form>', 'PROVIDER_INVALID_RESPONSE'],
    ['JSON that was cut off', 200, '{"ok":tr', 'PROVIDER_INVALID_RESPONSE'],
    ['JSON of another shape', 200, '{"ok":"yes"}', 'PROVIDER_INVALID_RESPONSE'],
    ['nothing with 200', 200, '', 'PROVIDER_INVALID_RESPONSE'],
    ['204', 204, undefined, 'PROVIDER_INVALID_RESPONSE'],
  ])('of %s', async (_, status, body, code) => {
    await using it = await start((_request, response) => void response.writeHead(status).end(body));
    const error = await refusal(read(it));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^one /);
    expect(error.message).not.toContain('/thing');
  });

  test.each([204, 200])('may be of an empty body (%i), where the shape allows null', async (status) => {
    await using it = await start((_, response) => void response.writeHead(status).end());
    expect(await it.upstream.read('/thing', { schema: z.null() }, never)).toBeNull();
  });

  test('never follows a redirect, and never shows our credentials to another server', async () => {
    await using elsewhere = await serve(fine);
    for (const status of [301, 302, 303, 307, 308]) {
      await using it = await start(
        (_, response) => void response.writeHead(status, { location: `${elsewhere.url}/x` }).end(),
        {
          session: fixedSession({ authorization: 'Bearer secret' }),
        },
      );
      expect((await refusal(read(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
      expect((await refusal(command(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
      expect(it.server.headers[0]?.authorization).toBe('Bearer secret');
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('a path that names another server stays a path', async () => {
    await using elsewhere = await serve(fine);
    await using it = await start(fine);
    await read(it, never, `//127.0.0.1:${elsewhere.port}/x`).catch(() => undefined);
    await read(it, never, `@127.0.0.1:${elsewhere.port}/x`).catch(() => undefined);
    expect(elsewhere.requests).toEqual([]);
  });

  test('of a port that nobody listens on', async () => {
    const it = await start(fine);
    await it.server[Symbol.asyncDispose]();
    expect((await refusal(read(it))).code).toBe('PROVIDER_UNAVAILABLE');
    await it.upstream.close();
  });

  test('of a connection that is reset, before the head and within the body', async () => {
    await using before = await start((request) => void request.socket.resetAndDestroy());
    expect((await refusal(read(before))).code).toBe('PROVIDER_UNAVAILABLE');
    await using within = await start((request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"ok"', () => request.socket.resetAndDestroy());
    });
    expect((await refusal(read(within))).code).toBe('PROVIDER_UNAVAILABLE');
  });

  test('of something that does not speak HTTP', async () => {
    const tcp = createTcpServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n\r\n'));
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
    const upstream = createUpstream({ provider: 'one', url, timeoutMs: 2_000, session: null });
    expect(await codeOf(upstream.read('/', { schema }, never))).toBe('PROVIDER_UNAVAILABLE');
    await upstream.close();
    tcp.close();
  });

  test('ends at once with its caller, which says nothing of the product', async () => {
    await using it = await start(() => undefined);
    const caller = new AbortController();
    const reading = refusal(read(it, caller.signal));
    caller.abort();
    expect((await reading).code).toBe('PROVIDER_TIMEOUT');
    expect(it.upstream.health.current().status).toBe('UNKNOWN');
  });

  test('a caller that gives a reason of ours gets that', async () => {
    await using it = await start(() => undefined);
    const reason = new GatewayError('NOT_FOUND', 'Nobody watches any more.');
    expect(await refusal(read(it, AbortSignal.abort(reason)))).toBe(reason);
  });

  test('a caller that goes closes the connection, so that the product need not go on', async () => {
    await using it = await start(() => caller.abort());
    const caller = new AbortController();
    await refusal(read(it, caller.signal));
    await it.server.closed;
  });

  test('characters that are split between two packets stay whole', async () => {
    const text = z.string();
    await using it = await start((_, response) => {
      const body = Buffer.from('"zwölf"');
      response.write(body.subarray(0, 4), () => setTimeout(() => response.end(body.subarray(4)), 5));
    });
    expect(await it.upstream.read('/thing', { schema: text }, never)).toBe('zwölf');
  });

  test('lets a product say in its own way what a refusal means', async () => {
    const explain: UpstreamOptions['explain'] = ({ status, body, isCommand }) =>
      status === 400 ? new GatewayError('CONFLICT', `${JSON.stringify(body)} ${isCommand}`) : null;
    await using it = await start(
      (request, response) => sendJson(response, { busy: true }, request.method === 'PUT' ? 404 : 400),
      { explain },
    );
    expect(await refusal(read(it))).toMatchObject({ code: 'CONFLICT', message: '{"busy":true} false' });
    expect(await refusal(command(it))).toMatchObject({ code: 'CONFLICT', message: '{"busy":true} true' });
    expect((await refusal(it.upstream.command('/thing', { schema, method: 'PUT' }, never))).code).toBe('NOT_FOUND');
  });
});

describe('when to come back', () => {
  test.each<[string, string, number | null]>([
    ['seconds', '120', 120],
    ['no seconds', '0', 0],
    ['a date that has passed', 'Mon, 01 Jan 2024 00:00:00 GMT', 0],
    ['seconds with a fraction', '1.5', 2],
    ['nonsense', 'soon', null],
    ['a negative number', '-5', null],
    ['two numbers', '120, 240', null],
    ['a date without a time', '2030-01-01', null],
  ])('is read from %s', async (_, header, seconds) => {
    await using it = await start((_request, response) => void response.writeHead(429, { 'retry-after': header }).end());
    expect((await refusal(read(it))).retryAfterSeconds).toBe(seconds);
  });

  test('is read from a date', async () => {
    const inAMinute = () => new Date(Date.now() + 60_000).toUTCString();
    await using it = await start((_, response) => void response.writeHead(503, { 'retry-after': inAMinute() }).end());
    const { retryAfterSeconds } = await refusal(read(it));
    expect(retryAfterSeconds).toBeGreaterThan(55);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  test.each(['99999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'is a day at most (%s): a timer for longer fires at once',
    async (header) => {
      await using it = await start((_, response) => void response.writeHead(503, { 'retry-after': header }).end());
      expect((await refusal(read(it))).retryAfterSeconds).toBe(86_400);
    },
  );
});

test('an answer that is not what it should be is no sign of health', async () => {
  await using it = await start((_, response) => sendJson(response, { ok: 'yes' }));
  expect((await refusal(read(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
  expect(it.upstream.health.current()).toMatchObject({ error: { code: 'PROVIDER_INVALID_RESPONSE' } });
  expect(it.upstream.health.current().status).not.toBe('UP');
});
