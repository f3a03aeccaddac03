import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { noFilter } from '../../../src/core/filter.ts';
import { mergePage } from '../../../src/lists/merge.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { aProvider, never } from '../../support/model.ts';
import { command, read, refusal, schema, start } from './fixture.ts';

/** Nothing ends with the whole call here: what ends did so by a limit of its own. */
const patient = { timeoutMs: 60_000 };
const dribbles: RequestListener = (_, response) => {
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

describe('a limit of its own is for', () => {
  /** Takes connections, and never says a word: no TLS comes about. */
  async function startMute() {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url,
      sockets,
      [Symbol.dispose]() {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  }

  test('the way to a connection', async () => {
    using mute = await startMute();
    const limits = { connectSeconds: 0.1, retrySeconds: 0.001 };
    const upstream = createUpstream({ provider: 'one', url: mute.url, session: null, limits, ...patient });
    const error = await refusal(upstream.read('/thing', { schema }, never));
    expect(error).toMatchObject({ code: 'PROVIDER_TIMEOUT', cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } });
    expect(mute.sockets.size, 'another way may be open').toBe(3);
    expect((await refusal(upstream.command('/thing', { schema }, never))).code, 'nothing was sent').toBe(
      'PROVIDER_TIMEOUT',
    );
    await upstream.close();
  });

  test('the way to a connection, which may take half of the whole call', async () => {
    using mute = await startMute();
    const limits = { retries: 0 };
    const upstream = createUpstream({ provider: 'one', url: mute.url, session: null, limits, timeoutMs: 6_000 });
    const error = await refusal(upstream.read('/thing', { schema }, never));
    expect(error.cause).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
    await upstream.close();
  });

  test('the head of an answer, and it is not asked for again', async () => {
    await using it = await start(() => undefined, { ...patient, limits: { headersSeconds: 0.1 } });
    expect((await refusal(read(it))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toHaveLength(1);
  });

  test.each<[string, RequestListener]>([
    ['dribbles', dribbles],
    ['falls silent', (_, response) => void response.writeHead(200).write('{')],
    ['dribbles as a refusal', (request, response) => dribbles(request, response.writeHead(500))],
  ])('a body that %s, and it is not asked for again', async (_, answer) => {
    await using it = await start(answer, { ...patient, limits: { bodySeconds: 0.1 } });
    expect((await refusal(read(it))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toHaveLength(1);
    await it.server.closed;
  });

  test('reads only: a command is waited for as long as it may take, since nobody knows what became of it', async () => {
    const slow: RequestListener = (_, response) =>
      void setTimeout(() => {
        response.writeHead(200).write('{"ok":');
        setTimeout(() => response.end('true}'), 200);
      }, 200);
    await using it = await start(slow, { ...patient, limits: { headersSeconds: 0.1, bodySeconds: 0.1 } });
    expect(await command(it)).toEqual({ ok: true });
  });
});

describe('a read', () => {
  test.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['sends a head and no body', (_, response) => void response.writeHead(200).write('{')],
    ['sends a byte at a time', dribbles],
  ])('of a server that %s ends with the deadline for the whole call', async (_, answer) => {
    await using it = await start(answer, { timeoutMs: 150 });
    const startedAt = performance.now();
    expect((await refusal(read(it))).code).toBe('PROVIDER_TIMEOUT');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(it.upstream.health.current().status).toBe('DOWN');
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
