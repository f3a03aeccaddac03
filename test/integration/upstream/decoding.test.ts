/** Answers that a proxy has compressed, or that begin with a byte order mark. */
import type { RequestListener } from 'node:http';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { never } from '../../support/model.ts';
import { command, read, refusal, schema, start } from './fixture.ts';

const json = Buffer.from('{"ok":true}');
const encodings: readonly (readonly [name: string, encode: (bytes: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['X-GZip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity', (bytes) => bytes],
  ['deflate, gzip', (bytes) => gzipSync(deflateSync(bytes))],
];

const sending =
  (body: Buffer, encoding: string, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-encoding': encoding, 'content-length': body.length }).end(body);

describe.each(encodings)('an answer with Content-Encoding: %s', (name, encode) => {
  test('is read: of a read, of a command, and as a refusal', async () => {
    await using it = await start(sending(encode(json), name));
    expect(await read(it)).toEqual({ ok: true });
    expect(await command(it)).toEqual({ ok: true });
    await using refusing = await start(sending(encode(Buffer.from('{"why":"x"}')), name, 409), {
      explain: ({ body }) => {
        expect(body).toEqual({ why: 'x' });
        return null;
      },
    });
    expect((await refusal(read(refusing))).code).toBe('CONFLICT');
  });

  test('comes decompressed as a download', async () => {
    await using it = await start(sending(encode(Buffer.from('line 1\nline 2\n')), name));
    let text = '';
    for await (const chunk of await it.upstream.download('/log', never)) text += Buffer.from(chunk).toString();
    expect(text).toBe('line 1\nline 2\n');
  });

  test('may be as large as any other once it is decompressed, and no larger', async () => {
    const padded = (bytes: number) => encode(Buffer.from('{"ok":true}'.padEnd(bytes)));
    const limits = { maxResponseBytes: 200_000 };
    await using it = await start(sending(padded(200_000), name), { limits });
    expect(await it.upstream.read('/thing', { schema }, never)).toEqual({ ok: true });
    await using larger = await start(sending(padded(200_001), name), { limits });
    expect((await refusal(read(larger))).message).toBe('one sent more than 0.2 MB for one answer.');
  });
});

test('a small answer that becomes huge is cut off, and never held', async () => {
  await using it = await start(sending(gzipSync(Buffer.alloc(200_000_000, ' ')), 'gzip'));
  const before = process.memoryUsage().arrayBuffers;
  expect((await refusal(read(it))).message).toContain('more than 1 MB');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
});

test('a compressed download gives each part as soon as the server has flushed it', async () => {
  const gzip = createGzip();
  await using it = await start((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    gzip.pipe(response);
    gzip.write('first\n');
    gzip.flush();
  });
  const chunks = (await it.upstream.download('/log', never))[Symbol.asyncIterator]();
  expect(Buffer.from((await chunks.next()).value).toString()).toBe('first\n');
  gzip.end('last\n');
  expect(Buffer.from((await chunks.next()).value).toString()).toBe('last\n');
  expect((await chunks.next()).done).toBe(true);
});

test.each([
  ['that is damaged', Buffer.from('this is no gzip'), 'gzip', 'one sent a compressed answer that is damaged.'],
  ['that is cut off', gzipSync(json).subarray(0, 15), 'gzip', 'one sent a compressed answer that is damaged.'],
  ['of another compression', Buffer.from('x'), 'zstd', /compressed with "zstd".*gzip, deflate and br/],
  ['compressed many times', json, 'gzip, gzip, gzip, gzip', /compressed 4 times/],
])('an answer %s is an error that says so', async (_, body, encoding, message) => {
  await using it = await start(sending(body, encoding));
  const error = await refusal(read(it));
  expect(error.code).toBe('PROVIDER_INVALID_RESPONSE');
  expect(error.message).toMatch(message);
  expect((await refusal(command(it))).code).toBe('OUTCOME_UNKNOWN');
});

test('a connection that breaks within a compressed answer is an outage', async () => {
  await using it = await start((request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 1000 });
    response.write(gzipSync(json).subarray(0, 12), () => request.socket.resetAndDestroy());
  });
  expect((await refusal(read(it))).code).toBe('PROVIDER_UNAVAILABLE');
});

const utf16 = Buffer.from('\ufeff{"ok":true}', 'utf16le');

test.each([
  ['UTF-8', Buffer.from('\ufeff{"ok":true}')],
  ['UTF-16, little end first', utf16],
  ['UTF-16, big end first', Buffer.from(utf16).swap16()],
  ['UTF-8, compressed', gzipSync(Buffer.from('\ufeff{"ok":true}'))],
])('a byte order mark of %s is no part of the answer', async (what, body) => {
  await using it = await start(sending(body, what.endsWith('compressed') ? 'gzip' : 'identity'));
  expect(await read(it)).toEqual({ ok: true });
});
