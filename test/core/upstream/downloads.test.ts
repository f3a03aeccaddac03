import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { sendJson } from '../http.ts';
import { never } from '../model.ts';
import { read, refusal, start, startFlood } from './fixture.ts';

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

test('downloads that go on for ever hold up no read, and one that has to wait for them has a deadline', async () => {
  const answer: RequestListener = (request, response) =>
    request.url === '/log' ? void response.write('x') : sendJson(response, { ok: true });
  // None of them is silent for so long that it makes room.
  await using it = await start(answer, { timeoutMs: 2_000, limits: { bodySeconds: 60 } });
  const readers = new AbortController();
  await Promise.all(Array.from({ length: 16 }, () => it.upstream.download('/log', readers.signal)));
  expect(await read(it)).toEqual({ ok: true });
  expect((await refusal(it.upstream.download('/log', never))).code).toBe('PROVIDER_TIMEOUT');
  readers.abort();
});
