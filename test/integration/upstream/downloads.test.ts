import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { givePriority } from '../../../src/upstream/priority.ts';
import { sendJson } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';
import { command, read, refusal, start, startFlood } from './fixture.ts';

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

describe('downloads that go on for ever', () => {
  const answer: RequestListener = (request, response) =>
    request.url === '/log' ? void response.write('x') : sendJson(response, { ok: true });

  test('hold up no read, no command, and no poll, and say nothing of the product', async () => {
    // None of them is silent for so long that it makes room.
    await using it = await start(answer, { timeoutMs: 2_000, limits: { bodySeconds: 60 } });
    const readers = new AbortController();
    await Promise.all(Array.from({ length: 4 }, () => it.upstream.download('/log', readers.signal)));
    const late = await Promise.all(Array.from({ length: 30 }, () => refusal(it.upstream.download('/log', never))));
    for (const error of late)
      expect(error).toMatchObject({ code: 'RATE_LIMITED', isRetryable: true, retryAfterSeconds: 1 });
    expect(late[0]?.message).toContain('did not get its turn in time');
    expect(it.server.requests).toHaveLength(4);
    const polling = givePriority(new AbortController().signal, 'polls');
    for (let number = 0; number < 24; number++) expect(await read(it, never, `/${number}`)).toEqual({ ok: true });
    for (let number = 0; number < 8; number++) expect(await command(it)).toEqual({ ok: true });
    expect(await read(it, polling)).toEqual({ ok: true });
    expect(it.upstream.health.current()).toMatchObject({ status: 'UP', error: null });
    readers.abort();
  });

  test('leave room for logs that the gateway reads itself', async () => {
    await using it = await start(answer, { limits: { bodySeconds: 60, downloads: 1 } });
    const readers = new AbortController();
    await it.upstream.download('/log', readers.signal);
    for await (const chunk of await it.upstream.download('/log', readers.signal, 'logReads')) {
      expect(Buffer.from(chunk).toString()).toBe('x');
      break;
    }
    readers.abort();
  });
});

describe('a download that nobody reads', () => {
  test('frees its place as soon as the product has sent it, and can be read later', async () => {
    const log: RequestListener = (_, response) => startFlood(response.writeHead(200), 2);
    await using it = await start(log, { timeoutMs: 60_000, limits: { downloads: 1 } });
    const first = await it.upstream.download('/log', never);
    const second = await it.upstream.download('/log', never);
    for (const download of [first, second]) {
      let bytes = 0;
      for await (const chunk of download) bytes += chunk.length;
      expect(bytes).toBe(2_000_000);
    }
  });

  test('is cut where it is larger than what is held for it, and the next has its turn', async () => {
    const log: RequestListener = (_, response) => startFlood(response.writeHead(200), 1_000);
    await using it = await start(log, { timeoutMs: 2_000, limits: { downloads: 1 } });
    const slow = await it.upstream.download('/log', never);
    await it.server.closed;
    const reading = (async () => {
      for await (const _ of slow) await Promise.resolve();
    })();
    expect(await refusal(reading)).toMatchObject({ code: 'RATE_LIMITED', isRetryable: true });
    const next = await it.upstream.download('/log', never);
    for await (const _ of next) break;
    expect(it.upstream.health.current().status).toBe('UP');
  });

  test('frees its place when its reader goes', async () => {
    const log: RequestListener = (_, response) => startFlood(response.writeHead(200), 1_000);
    await using it = await start(log, { timeoutMs: 60_000, limits: { downloads: 1 } });
    const reader = new AbortController();
    await it.upstream.download('/log', reader.signal);
    const next = it.upstream.download('/log', never);
    reader.abort();
    for await (const _ of await next) break;
  });
});
