/** Compressed answers: for clients that accept them, where it is worth it, and never of event streams. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as send } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { startFront } from '../../support/front.ts';
import { globalId } from '../../support/gateway.ts';
import { until } from '../../support/timing.ts';

const site = 'https://dashboard.example.com';
const front = await startFront({ origins: [site] });
afterAll(() => front[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Decoded as `content-encoding` says. */
  readonly text: string;
}

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

async function ask(
  path: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
  origin = front.origin,
): Promise<Answer> {
  const asked = send(`${origin}${path}`, { method, headers, agent: false }).end();
  const [response] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const decode = decoders[response.headers['content-encoding'] ?? ''] ?? ((plain) => plain);
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes,
    text: String(bytes.length > 0 ? decode(bytes) : bytes),
  };
}

const queryPath = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const large = queryPath('{ __schema { types { name description fields { name description } } } }');
const small = queryPath('{ viewer { name } }');
const accepting = (encoding: string) => ({ 'accept-encoding': encoding });

describe('an answer', () => {
  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0.2, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip;q=0, *', 'deflate'],
    ['*;q=0.1', 'br'],
    ['gzip;q=0.5, identity;q=0.9', undefined],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    ['zstd', undefined],
    ['', undefined],
  ])('to a client that accepts %j has the encoding %s', async (accepted, encoding) => {
    const [plain, answer] = [await ask(large), await ask(large, accepting(accepted))];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.text).toBe(plain.text);
    expect(JSON.parse(answer.text)).toHaveProperty('data.__schema');
    for (const { headers } of [plain, answer]) expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
    if (encoding === undefined) expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    else expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 3);
    if (encoding !== undefined) expect(answer.headers).not.toHaveProperty('content-length');
  });

  it.each([small, '/health/live', '/health/ready', '/version', '/nothing'])(
    'of a few bytes stays as it is: %s',
    async (path) => {
      const { headers, bytes } = await ask(path, accepting('gzip, br'));
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers['content-length']).toBe(String(bytes.length));
      expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
    },
  );

  it('to a page of another origin varies by both, and a preflight request has no body to compress', async () => {
    const { headers } = await ask(large, { ...accepting('br'), origin: site });
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'access-control-allow-origin': site });
    expect(headers.vary?.split(/, */)).toEqual(expect.arrayContaining(['Origin', 'Accept-Encoding']));
    const preflight = { ...accepting('br'), origin: site, 'access-control-request-method': 'POST' };
    const allowed = await ask('/graphql', preflight, 'OPTIONS');
    expect([allowed.status, allowed.bytes.length, allowed.headers['content-encoding']]).toEqual([204, 0, undefined]);
  });

  it('to HEAD has no body, and no encoding', async () => {
    const head = await ask('/version', accepting('gzip'), 'HEAD');
    const get = await ask('/version', accepting('gzip'));
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers.vary).toBe(get.headers.vary);
  });

  it('that its client does not wait for ends nothing else', async () => {
    for (let round = 0; round < 5; round++) {
      const asked = send(`${front.origin}/graphql`, {
        headers: { accept: 'text/html', ...accepting('br') },
        agent: false,
      });
      asked.on('error', () => undefined).end();
      const [response] = await once(asked, 'response');
      response.destroy();
    }
    expect((await ask(large, accepting('br'))).status).toBe(200);
  });

  it('is whole for each of many that ask at once', async () => {
    const plain = await ask(large);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(large, accepting(index % 2 ? 'br' : 'gzip'))),
    );
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([plain.text]));
  });
});

describe('the page of GraphiQL', () => {
  const html = { accept: 'text/html' };

  it('is a fraction of its size, and has one weak tag for all its encodings', async () => {
    const plain = await ask('/graphql', html);
    const packed = await ask('/graphql', { ...html, ...accepting('br') });
    expect(packed.text).toBe(plain.text);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(packed.headers.etag).toMatch(/^W\/"[^"]+"$/);
    expect(packed.headers.etag).toBe(plain.headers.etag);
  });

  it('is not sent again, whatever its tag has become on its way', async () => {
    const { etag = '' } = (await ask('/graphql', html)).headers;
    for (const given of [etag, etag.slice(2), `"other", ${etag}`]) {
      const { status, bytes, headers } = await ask('/graphql', { ...html, ...accepting('br'), 'if-none-match': given });
      expect([status, bytes.length, headers['content-encoding']]).toEqual([304, 0, undefined]);
      expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
    }
    for (const given of ['"other"', '', `x${etag}`]) {
      expect((await ask('/graphql', { ...html, 'if-none-match': given })).status).toBe(200);
    }
  });
});

describe('the log of a backup', () => {
  it('is compressed as it is read', async () => {
    const { sandbox } = front;
    const job = sandbox.startOutside('/backups/mail', {
      script: { durationSeconds: 60, linesPerSecond: 20, outcome: 'failed' },
    });
    sandbox.clock.advance(100_000);
    const path = `/backups/${globalId('BorgBackup', 'files', String(job))}/log`;
    const plain = await ask(path);
    const packed = await ask(path, accepting('gzip'));
    expect(plain.bytes.length).toBeGreaterThan(10_000);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.text).toBe(plain.text);
  });
});

describe('an event stream', () => {
  it('is never compressed, and each event comes when it is sent', async () => {
    const job = front.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
    const id = globalId('BorgBackup', 'files', String(job));
    const path = queryPath(`subscription { backupProgress(id: "${id}") { __typename } }`);
    const asked = send(`${front.origin}${path}`, {
      headers: { accept: 'text/event-stream', ...accepting('gzip, br') },
      agent: false,
    }).end();
    const [response] = await once(asked, 'response');
    // Yoga's word for it.
    expect(response.headers['content-encoding']).toBe('none');
    expect(response.headers['cache-control']).toBe('no-store, no-transform');
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await until(() => text.includes('BackupUpdated'));
    response.destroy();
  });
});

describe('with server.compression: false', () => {
  it('nothing is compressed', async () => {
    await using plain = await startFront({ compression: false });
    const { headers, bytes } = await ask(large, accepting('gzip, br'), 'GET', plain.origin);
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(bytes.length));
  });
});
