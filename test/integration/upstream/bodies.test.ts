import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { sendJson } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';
import { read, refusal, schema, start, startFlood } from './fixture.ts';

describe('a read', () => {
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

  test('a list may have 32 MB, and no more', async () => {
    await using it = await start((_, response) => startFlood(response.writeHead(200), 40));
    const error = await refusal(it.upstream.read('/thing', { schema, size: 'list' }, never));
    expect(error.message).toBe('one sent more than 32 MB for one answer.');
  });

  test('each kind of answer may be as large as the configuration says', async () => {
    const padded = (bytes: number) => '{"ok":true}'.padEnd(bytes);
    const limits = { maxResponseBytes: 2_000, listBytes: 4_000 };
    await using it = await start((request, response) => void response.end(padded(Number(request.url?.slice(1)))), {
      limits,
    });
    const ask = (bytes: number, size: 'one' | 'list') => it.upstream.read(`/${bytes}`, { schema, size }, never);
    expect(await ask(2_000, 'one')).toEqual({ ok: true });
    expect((await refusal(ask(2_001, 'one'))).code).toBe('PROVIDER_INVALID_RESPONSE');
    expect(await ask(4_000, 'list')).toEqual({ ok: true });
    expect((await refusal(ask(4_001, 'list'))).code).toBe('PROVIDER_INVALID_RESPONSE');
  });
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
