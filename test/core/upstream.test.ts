import type { RequestListener, ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import { mergePage } from '../../src/core/lists/merge.ts';
import { fixedSession, loginSession, type Session } from '../../src/core/upstream/session.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from '../../src/core/upstream/upstream.ts';
import { sendJson, serve, type TestServer } from './http.ts';
import { aProvider, codeOf, never } from './model.ts';

const schema = z.object({ ok: z.boolean() });
const fine: RequestListener = (_, response) => sendJson(response, { ok: true });

interface Fixture extends AsyncDisposable {
  readonly server: TestServer;
  readonly upstream: Upstream;
}

async function start(
  answer: RequestListener,
  { path = '', ...options }: Partial<UpstreamOptions> & { path?: string } = {},
  serverOptions: { keepAliveTimeout?: number } = {},
): Promise<Fixture> {
  const server = await serve(answer, serverOptions);
  const upstream = createUpstream({
    provider: 'one',
    url: server.url + path,
    timeoutMs: 2_000,
    session: null,
    ...options,
  });
  return {
    server,
    upstream,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const read = ({ upstream }: Fixture, signal = never, path = '/thing') => upstream.read(path, { schema }, signal);
const command = ({ upstream }: Fixture, signal = never) =>
  upstream.command('/thing', { schema, json: { a: 1 } }, signal);

const refusal = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};

const startFlood = (response: ServerResponse, megabytes: number) => {
  const part = Buffer.alloc(1_000_000, ' ');
  let left = megabytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left--;
      if (!response.write(part)) return;
    }
    response.end();
  };
  response.on('drain', more);
  more();
};

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
      expect((await refusal(command(it))).code).toBe('OUTCOME_UNKNOWN');
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

  test.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['sends a head and no body', (_, response) => void response.writeHead(200).write('{')],
    [
      'sends a byte at a time',
      (_, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('of a server that %s ends with the deadline for the whole call', async (_, answer) => {
    await using it = await start(answer, { timeoutMs: 150 });
    const startedAt = performance.now();
    expect((await refusal(read(it))).code).toBe('PROVIDER_TIMEOUT');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(it.upstream.health.current().status).toBe('DOWN');
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

  test.each<[string, RequestListener]>([
    ['with its length', (_, response) => startFlood(response.writeHead(200, { 'content-length': 100_000_000 }), 100)],
    ['without its length', (_, response) => startFlood(response.writeHead(200), 100)],
    ['as a refusal', (_, response) => startFlood(response.writeHead(500), 100)],
  ])('of 100 MB %s is refused, and never held', async (_, answer) => {
    await using it = await start(answer);
    const before = process.memoryUsage().arrayBuffers;
    const error = await refusal(it.upstream.read('/thing', { schema, size: 'one' }, never));
    expect(error).toMatchObject({ code: 'PROVIDER_INVALID_RESPONSE' });
    expect(error.message).toContain('more than 1 MB');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });

  test('that says it will be large is refused before it comes', async () => {
    await using it = await start(
      (_, response) => void response.writeHead(200, { 'content-length': 2_000_000 }).write('{'),
    );
    expect((await refusal(read(it))).message).toContain('more than 1 MB');
  });

  test('a list may be larger than a single thing', async () => {
    await using it = await start((_, response) => void response.end(`{"ok":true${' '.repeat(2_000_000)}}`));
    expect((await refusal(read(it))).message).toContain('more than 1 MB');
    expect(await it.upstream.read('/thing', { schema, size: 'list' }, never)).toEqual({ ok: true });
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
    ['nonsense', 'soon', null],
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

describe('credentials', () => {
  /** A product that takes only the newest token that it gave. */
  async function startWithLogin(isTaken: (token: string) => boolean, login = (count: number) => `token-${count}`) {
    let logins = 0;
    const session: Session = loginSession({
      login: () => Promise.resolve({ headers: { authorization: login(++logins) } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    const it = await start(
      (request, response) =>
        isTaken(String(request.headers.authorization)) ? sendJson(response, { ok: true }) : sendJson(response, {}, 401),
      { session },
    );
    return { ...it, logins: () => logins, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
  }

  test('that ran out are renewed once, for any number of callers', async () => {
    let valid = 'token-1';
    await using it = await startWithLogin((token) => token === valid);
    await read(it);
    valid = 'token-2';
    expect(await Promise.all(Array.from({ length: 20 }, () => read(it)))).toHaveLength(20);
    expect(it.logins()).toBe(2);
  });

  test('that are refused fresh are not renewed for ever', async () => {
    await using it = await startWithLogin(() => false);
    for (let call = 0; call < 5; call++) expect((await refusal(read(it))).code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(it.logins()).toBe(1);
    expect(it.server.requests).toHaveLength(1);
  });

  test('that run out again and again leave no connection busy with a refusal that nobody reads', async () => {
    let taken = 0;
    const session = loginSession({
      login: () => Promise.resolve({ headers: { authorization: `${++taken}` } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    let isRunOut = false;
    await using it = await start(
      (_, response) => {
        if (!isRunOut) sendJson(response, { ok: true });
        else response.writeHead(401).end('x'.repeat(500_000));
        isRunOut = !isRunOut;
      },
      { session },
    );
    for (let call = 0; call < 20; call++) expect(await read(it)).toEqual({ ok: true });
    expect(taken).toBeGreaterThan(16);
  });

  test('that ran out do not make a command ambiguous: a refused one did nothing, and is sent again once', async () => {
    let valid = 'token-1';
    await using it = await startWithLogin((token) => token === valid);
    await read(it);
    valid = 'token-2';
    expect(await command(it)).toEqual({ ok: true });
    expect(it.server.requests).toEqual(['GET /thing', 'POST /thing', 'POST /thing']);
  });

  test.each([
    ['cannot be read', 'PROVIDER_INVALID_RESPONSE'],
    ['does not come', 'PROVIDER_UNAVAILABLE'],
  ] as const)('that ran out, and a new login that %s: the command did nothing for certain', async (_, code) => {
    let isLoginBroken = false;
    const session = loginSession({
      login: () =>
        isLoginBroken
          ? Promise.reject(new GatewayError(code, 'no'))
          : Promise.resolve({ headers: { authorization: 'x' } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(
      (request, response) => sendJson(response, { ok: true }, request.method === 'POST' ? 401 : 200),
      { session },
    );
    await read(it);
    isLoginBroken = true;
    expect((await refusal(command(it))).code).toBe(code);
  });

  test('that ran out, and a new login that hangs: the command did nothing for certain', async () => {
    let isLoginHanging = false;
    const session = loginSession({
      login: () =>
        isLoginHanging ? new Promise(() => undefined) : Promise.resolve({ headers: { authorization: 'x' } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(
      (request, response) => sendJson(response, { ok: true }, request.method === 'POST' ? 401 : 200),
      {
        session,
        timeoutMs: 100,
      },
    );
    await read(it);
    isLoginHanging = true;
    expect((await refusal(command(it))).code).toBe('PROVIDER_TIMEOUT');
  });

  test('that cannot be had, for a caller that has gone already, are no unhandled rejection', async () => {
    const session = loginSession({
      login: () => Promise.reject(new GatewayError('PROVIDER_UNAUTHENTICATED', 'no')),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(fine, { session });
    expect((await refusal(read(it, AbortSignal.abort()))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toEqual([]);
  });
});

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
    ['that fails with 504', (_, response) => void response.writeHead(504).end()],
  ])('%s is sent once, and nobody knows what became of it', async (_, answer) => {
    await using it = await start(answer, { timeoutMs: 300 });
    const error = await refusal(command(it));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false });
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
    expect((await refusal(command(it))).code).toBe(code);
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

  test('of a caller that went after it was sent may have been done', async () => {
    await using it = await start(() => caller.abort());
    const caller = new AbortController();
    expect((await refusal(command(it, caller.signal))).code).toBe('OUTCOME_UNKNOWN');
  });

  test('that waits behind four others and is given up there did nothing for certain', async () => {
    await using it = await start(() => undefined);
    const caller = new AbortController();
    const others = Array.from({ length: 4 }, () => codeOf(command(it, caller.signal)));
    while (it.server.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
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

describe('what is asked at the same moment', () => {
  /** Answers when it is told to. */
  function aGate() {
    const waiting: ServerResponse[] = [];
    const answer: RequestListener = (request, response) => {
      if (request.url?.startsWith('/command')) sendJson(response, { ok: true });
      else waiting.push(response);
    };
    const open = () => {
      for (const response of waiting.splice(0)) sendJson(response, { ok: true });
    };
    return { waiting, answer, open };
  }

  test('is one request where it is the same GET, and none is kept', async () => {
    const gate = aGate();
    await using it = await start(gate.answer);
    const both = Promise.all([read(it), read(it)]);
    await expect.poll(() => gate.waiting.length).toBe(1);
    gate.open();
    expect(await both).toEqual([{ ok: true }, { ok: true }]);
    const later = read(it);
    await expect.poll(() => gate.waiting.length).toBe(1);
    gate.open();
    await later;
    expect(it.server.requests).toEqual(['GET /thing', 'GET /thing']);
  });

  test('is another request where the path, the query or the size of the answer differs, and each question by POST', async () => {
    const gate = aGate();
    await using it = await start(gate.answer);
    const ask = (path: string, options: object) => it.upstream.read(path, { schema, ...options }, never);
    const all = Promise.all([
      ask('/a', {}),
      ask('/b', {}),
      ask('/a', { query: { limit: 1 } }),
      ask('/a', { query: { limit: 2 } }),
      ask('/a', { size: 'list' }),
      ask('/a', { post: { json: 1 } }),
      ask('/a', { post: { json: 1 } }),
    ]);
    await expect.poll(() => gate.waiting.length).toBe(7);
    gate.open();
    await all;
  });

  test('is not what was asked before a command, nor while it was on its way', async () => {
    const gate = aGate();
    const held: ServerResponse[] = [];
    await using it = await start((request, response) =>
      request.method === 'GET' ? gate.answer(request, response) : void held.push(response),
    );
    const reads = [read(it)];
    await expect.poll(() => gate.waiting.length).toBe(1);
    const commanding = command(it);
    await expect.poll(() => held.length).toBe(1);
    reads.push(read(it));
    await expect.poll(() => gate.waiting.length, { message: 'nothing from before it' }).toBe(2);
    sendJson(held[0] as ServerResponse, { ok: true });
    await commanding;
    reads.push(read(it));
    await expect.poll(() => gate.waiting.length, { message: 'nor from before its answer' }).toBe(3);
    gate.open();
    await Promise.all(reads);
  });
});

test('an answer that is not what it should be is no sign of health', async () => {
  await using it = await start((_, response) => sendJson(response, { ok: 'yes' }));
  expect((await refusal(read(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
  expect(it.upstream.health.current()).toMatchObject({ error: { code: 'PROVIDER_INVALID_RESPONSE' } });
  expect(it.upstream.health.current().status).not.toBe('UP');
});

describe('a download', () => {
  const textOf = async (chunks: AsyncIterable<Uint8Array>) => {
    let text = '';
    for await (const chunk of chunks) text += Buffer.from(chunk).toString();
    return text;
  };

  test('gives the bytes as they arrive', async () => {
    await using it = await start((_, response) => {
      response.write('one\n');
      void released.then(() => response.end('two\n'));
    });
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const chunks = (await it.upstream.download('/log', never))[Symbol.asyncIterator]();
    expect(Buffer.from((await chunks.next()).value ?? []).toString()).toBe('one\n');
    release();
    expect(Buffer.from((await chunks.next()).value ?? []).toString()).toBe('two\n');
    expect((await chunks.next()).done).toBe(true);
  });

  test('may be larger than any other answer, and longer than the deadline', async () => {
    await using it = await start(
      (_, response) => {
        let left = 20;
        const timer = setInterval(() => {
          response.write('x'.repeat(100_000));
          if (--left > 0) return;
          clearInterval(timer);
          response.end();
        }, 15);
      },
      { timeoutMs: 200 },
    );
    expect((await textOf(await it.upstream.download('/log', never))).length).toBe(2_000_000);
  });

  test('that is refused, or breaks on the way, is an error of ours', async () => {
    await using refused = await start((_, response) => sendJson(response, {}, 404));
    expect((await refusal(refused.upstream.download('/log', never))).code).toBe('NOT_FOUND');
    await using broken = await start(
      (request, response) => void response.writeHead(200).write('x', () => request.socket.destroy()),
    );
    expect((await refusal(textOf(await broken.upstream.download('/log', never)))).code).toBe('PROVIDER_UNAVAILABLE');
  });

  test('that nobody reads to its end closes its connection', async () => {
    await using it = await start((_, response) => startFlood(response.writeHead(200), 100));
    for await (const _ of await it.upstream.download('/log', never)) break;
    await it.server.closed;
  });

  test('whose reader goes stops with a word of ours', async () => {
    await using it = await start((_, response) => void response.write('x'));
    const reader = new AbortController();
    const reading = refusal(textOf(await it.upstream.download('/log', reader.signal)));
    reader.abort();
    expect((await reading).code).toBe('PROVIDER_TIMEOUT');
  });
});

test('a product that is too slow for a list is not said to be well', async () => {
  await using it = await start(() => undefined, { timeoutMs: 100 });
  const provider = aProvider({
    listBackups: async (_, signal) => read(it, signal).then(() => ({ rows: [], isEnd: true, problems: [] })),
  });
  const page = await mergePage(
    [{ provider, filter: noFilter, timeoutMs: 100 }],
    { direction: 'descending', after: null, size: 5 },
    never,
  );
  expect(page.problems[0]?.error.code).toBe('PROVIDER_TIMEOUT');
  expect(it.upstream.health.current()).toMatchObject({ status: 'DOWN', error: { code: 'PROVIDER_TIMEOUT' } });
});

test('downloads that go on for ever hold up no read, and one that has to wait for them has a deadline', async () => {
  const answer: RequestListener = (request, response) =>
    request.url === '/log' ? void response.write('x') : sendJson(response, { ok: true });
  await using it = await start(answer, { timeoutMs: 300 });
  const readers = new AbortController();
  await Promise.all(Array.from({ length: 16 }, () => it.upstream.download('/log', readers.signal)));
  expect(await read(it)).toEqual({ ok: true });
  expect((await refusal(it.upstream.download('/log', never))).code).toBe('PROVIDER_TIMEOUT');
  readers.abort();
});

test('sixteen answers that nobody can read do not keep the next one waiting', async () => {
  let status = 500;
  await using it = await start((_, response) =>
    status === 500 ? startFlood(response.writeHead(500), 3) : sendJson(response, { ok: true }),
  );
  await Promise.all(Array.from({ length: 40 }, () => refusal(read(it))));
  status = 200;
  expect(await read(it)).toEqual({ ok: true });
});
