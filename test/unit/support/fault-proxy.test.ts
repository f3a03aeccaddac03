import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import {
  answersErrorPage,
  answersLoginPage,
  answersNothing,
  answersStatus,
  confusesTypes,
  cutsBody,
  dribbles,
  floods,
  hangs,
  resetsAfter,
  resetsBefore,
  truncatesJson,
} from '../../support/faults.ts';

const rows = { rows: [{ id: 1, name: 'one', isDone: true, size: null }] };

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A target that remembers what it was asked, and a client of the proxy before it. */
async function openFixture() {
  const seen: Seen[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? '', url: request.url ?? '', body, headers: request.headers });
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    if (request.url === '/stream') response.write('first');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new Pool(proxy.url, { connections: 4 });
  return {
    seen,
    proxy,
    client,
    get: (path = '/rows') => client.request({ method: 'GET', path }),
    countConnections: () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
    async [Symbol.asyncDispose]() {
      await client.destroy();
      await proxy.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a client makes of one GET while the fault is on. */
async function meet(fault: Fault) {
  await using fixture = await openFixture();
  fixture.proxy.fail(fault);
  const failed = (error: unknown) => ({ error: String((error as { code?: unknown }).code), status: 0, text: '' });
  const answer = await fixture.get().then(async ({ statusCode, headers, body }) => {
    const text = await body.text().catch((error: unknown) => `cut: ${String((error as { code?: unknown }).code)}`);
    return { status: statusCode, headers, text };
  }, failed);
  return { ...answer, seen: fixture.seen.length, request: fixture.proxy.requests[0] };
}

describe('the fault proxy', () => {
  it('passes method, path, headers, body and answer through', async () => {
    await using fixture = await openFixture();
    const answer = await fixture.client.request({
      method: 'POST',
      path: '/a%2Fb?x=1&x=2',
      headers: { authorization: 'Bearer x' },
      body: 'asked',
    });
    expect(await answer.body.json()).toEqual(rows);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(fixture.seen).toMatchObject([
      { method: 'POST', url: '/a%2Fb?x=1&x=2', body: 'asked', headers: { authorization: 'Bearer x' } },
    ]);
    expect(fixture.proxy.requests).toMatchObject([{ method: 'POST', path: '/a%2Fb', fault: null, isForwarded: true }]);
  });

  it('streams an answer that has not ended', async () => {
    await using fixture = await openFixture();
    const { body } = await fixture.get('/stream');
    for await (const chunk of body) {
      expect(String(chunk)).toBe('first');
      break;
    }
  });

  it('keeps the path of its target', async () => {
    await using proxy = await startFaultProxy('http://127.0.0.1:1/api/');
    expect(proxy.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
  });

  it('cuts the connection when its target is not there', async () => {
    await using proxy = await startFaultProxy('http://127.0.0.1:1');
    await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
  });

  it('fails only what matches, only so often, and only until it is stopped', async () => {
    await using fixture = await openFixture();
    const statusOf = async (path: string) => {
      const { statusCode, body } = await fixture.get(path);
      await body.dump();
      return statusCode;
    };
    fixture.proxy.fail(answersStatus(500), { match: (_method, path) => path === '/bad', times: 2 });
    expect([await statusOf('/good'), await statusOf('/bad'), await statusOf('/bad'), await statusOf('/bad')]).toEqual([
      200, 500, 500, 200,
    ]);
    const outer = fixture.proxy.fail(answersStatus(501));
    {
      using inner = fixture.proxy.fail(answersStatus(502));
      expect(await statusOf('/')).toBe(502);
      expect(inner.hits).toBe(1);
    }
    expect(await statusOf('/')).toBe(501);
    outer.stop();
    expect(await statusOf('/')).toBe(200);
  });

  it('tells when a fault was hit and when everybody has left', async () => {
    await using fixture = await openFixture();
    const hanging = fixture.proxy.fail(hangs());
    const controller = new AbortController();
    const answer = fixture.client.request({ method: 'GET', path: '/', signal: controller.signal });
    await hanging.untilHit();
    expect(fixture.proxy.connections).toBe(1);
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await fixture.client.destroy();
    await fixture.proxy.untilIdle();
    expect(fixture.proxy.connections).toBe(0);
  });

  it('drops the target when the client leaves, and everybody when it closes', async () => {
    await using fixture = await openFixture();
    const { body } = await fixture.get('/stream');
    const cut = expect(body.text()).rejects.toThrow();
    await fixture.proxy.close();
    await cut;
    await expect.poll(fixture.countConnections).toBe(0);
    await expect(fixture.get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a fault', () => {
  it('answers with a status, headers and a body', async () => {
    const answer = await meet(answersStatus(429, { 'retry-after': '7' }));
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      text: '{"fault":"status 429"}',
      seen: 0,
    });
  });

  it.each([
    [answersErrorPage(502), 502],
    [answersLoginPage(), 200],
  ])('$name', async (fault, status) => {
    const answer = await meet(fault);
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'text/html' } });
    expect(answer.text).toMatch(/<html>/);
  });

  it('answers with an empty body', async () => {
    expect(await meet(answersNothing())).toMatchObject({ status: 200, text: '' });
  });

  it('truncates the JSON with correct framing', async () => {
    const whole = JSON.stringify(rows);
    const answer = await meet(truncatesJson());
    expect(answer).toMatchObject({ status: 200, text: whole.slice(0, Math.floor(whole.length / 2)), seen: 1 });
  });

  it('confuses the types and keeps the shape', async () => {
    const answer = await meet(confusesTypes());
    expect(JSON.parse(answer.text)).toEqual({
      rows: [{ id: 'seventeen', name: 17, isDone: 'seventeen', size: 'seventeen' }],
    });
  });

  it('cuts the body after its first half', async () => {
    expect(await meet(cutsBody())).toMatchObject({ status: 200, text: 'cut: UND_ERR_SOCKET', seen: 1 });
  });

  it.each(['chunked', 'declared'] as const)('floods (%s), and stops when nobody reads', async (framing) => {
    await using fixture = await openFixture();
    fixture.proxy.fail(floods(framing));
    const { headers, body } = await fixture.get();
    expect(headers['content-length']).toBe(framing === 'declared' ? '100000000' : undefined);
    for await (const chunk of body) {
      expect(String(chunk)).toMatch(/^\{"flood":"x+$/);
      break;
    }
    await fixture.client.destroy();
    await fixture.proxy.untilIdle();
    expect(fixture.proxy.requests[0]?.sentBytes).toBeLessThan(20_000_000);
  });

  it('floods to the end for a reader', async () => {
    const { text } = await meet(floods('declared', 3));
    expect(text).toHaveLength(3_000_000);
  });

  it('resets before the target hears of it', async () => {
    expect(await meet(resetsBefore())).toMatchObject({ error: 'ECONNRESET', seen: 0, request: { isForwarded: false } });
  });

  it('resets after the target did it', async () => {
    expect(await meet(resetsAfter())).toMatchObject({ error: 'ECONNRESET', seen: 1, request: { isForwarded: true } });
  });

  it('hangs after the target did it', async () => {
    await using fixture = await openFixture();
    fixture.proxy.fail(hangs('after'));
    const answer = fixture.client.request({ method: 'GET', path: '/', headersTimeout: 50 });
    await expect(answer).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    expect(fixture.seen).toHaveLength(1);
  });

  it('dribbles the real answer', async () => {
    expect((await meet(dribbles(1))).text).toBe(JSON.stringify(rows));
  });
});
