/** GraphQL over HTTP: what is no request is refused in a way that every client understands, and nothing is misread. */
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type Front, startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';

const front = await startFront();
afterAll(() => front[Symbol.asyncDispose]());

const viewer = '{ viewer { name } }';
const json = JSON.stringify({ query: viewer });
const data = { data: { viewer: { name: 'anonymous' } } };

const send = (body: string | Buffer, headers: Record<string, string> = {}, method = 'POST', to: Front = front) =>
  to.send({ method, headers: { 'content-type': 'application/json', ...headers }, body: body as string });

const mediaTypes = ['application/json', 'application/graphql-response+json', '*/*'];
const charset = (value: string) => ({ 'content-type': `application/json; charset=${value}` });

describe.each(mediaTypes)('what is no request, for a client that takes %s,', (accept) => {
  test.each<[string, string | Buffer]>([
    ['JSON that is cut', '{"query": "{ viewer { na'],
    ['no JSON', 'NONSENSE'],
    ['nothing', ''],
    ['a text', '"{ viewer { name } }"'],
    ['a number', '42'],
    ['null', 'null'],
    ['a list', `[${json}]`],
    ['bytes that are no UTF-8', Buffer.from(JSON.stringify({ query: `{ viewer { name } } # ä` }), 'latin1')],
  ])('as %s is 400, with a reason as JSON', async (_what, body) => {
    const { status, headers, text } = await send(body, { accept });
    expect([status, headers['content-type']]).toEqual([
      400,
      expect.stringMatching(/^application\/(graphql-response\+)?json/),
    ]);
    expect(JSON.parse(text)).toEqual({
      errors: [{ message: expect.stringMatching(/body/i), extensions: { code: 'BAD_USER_INPUT', retryable: false } }],
    });
  });

  test.each(['variables={', 'variables=%', 'extensions=[1', 'variables=NaN'])(
    'as the parameter %s is 400',
    async (parameter) => {
      const path = `/graphql?query=${encodeURIComponent(viewer)}&${parameter}`;
      const { status, text } = await front.send({ path, headers: { accept } });
      expect(status).toBe(400);
      const message = `The parameter "${parameter.split('=')[0]}" is not valid JSON.`;
      expect(JSON.parse(text)).toMatchObject({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );
});

describe('a body', () => {
  test.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8', 'us-ascii'])('in %s is read', async (name) => {
    const { status, text } = await send(json, charset(name));
    expect([status, JSON.parse(text)]).toEqual([200, data]);
  });

  test.each(['utf-16', 'utf-16le', 'latin1', 'ISO-8859-1', '"windows-1252"', 'utf-32', 'nonsense'])(
    'in %s is refused with 415, not misread',
    async (name) => {
      const { status, text } = await send(json, charset(name));
      expect([status, text]).toEqual([415, expect.stringMatching(/charset=utf-8|content-type: application\/json/)]);
    },
  );

  test('may begin with a byte order mark', async () => {
    expect((await send(Buffer.from(`\uFEFF${json}`))).status).toBe(200);
  });

  test.each(['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'x-gzip', 'gzip, identity', 'nonsense'])(
    'with content-encoding %s is refused with 415 and what is taken',
    async (encoding) => {
      const { status, headers, text } = await send(gzipSync(json), { 'content-encoding': encoding });
      expect([status, headers['accept-encoding']]).toEqual([415, 'identity']);
      expect(text).toContain('without compression');
    },
  );

  test('with content-encoding identity is read', async () => {
    expect((await send(json, { 'content-encoding': 'identity' })).status).toBe(200);
  });

  test.each(['DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'by %s is 405, with what is allowed',
    async (method) => {
      for (const body of ['', json]) {
        const { status, headers } = await send(body, { 'content-length': String(body.length) }, method);
        expect([status, headers.allow]).toEqual([405, 'GET, POST']);
      }
      expect((await front.send({ method })).status).toBe(405);
      expect(front.sandbox.requests).toEqual([]);
    },
  );
});

describe('an empty operationName', () => {
  const query = 'query Who { viewer { name } }';
  const isSame = (document: string) => JSON.stringify({ query: document, operationName: '' });

  test('is none, by POST, by GET and over a socket', async () => {
    for (const document of [query, viewer]) {
      expect(JSON.parse((await send(isSame(document))).text)).toEqual(data);
      const path = `/graphql?query=${encodeURIComponent(document)}&operationName=`;
      expect(JSON.parse((await front.send({ path })).text)).toEqual(data);
      await using raw = await openRaw(front.origin);
      raw.say({ type: 'subscribe', id: '1', payload: { query: document, operationName: '' } });
      expect(await raw.hear('1')).toMatchObject({ type: 'next', payload: data });
    }
  });

  test('chooses none of two', async () => {
    const { status, text } = await send(isSame(`${query} query Other { viewer { role } }`));
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(status).toBe(400);
  });
});

describe('a persisted query', () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
  const refused = {
    errors: [
      {
        message: 'PersistedQueryNotSupported',
        extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', retryable: false },
      },
    ],
  };

  test.each(mediaTypes)('is refused in the words of its protocol, by POST and by GET (%s)', async (accept) => {
    const posted = await send(JSON.stringify({ extensions, variables: {} }), { accept });
    const path = `/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    for (const { status, text } of [posted, await front.send({ path, headers: { accept } })]) {
      expect([status, JSON.parse(text)]).toEqual([200, refused]);
    }
  });

  test('is refused over a socket, too, which stays open', async () => {
    await using raw = await openRaw(front.origin);
    raw.say({ type: 'subscribe', id: '1', payload: { query: '', extensions } });
    expect(await raw.hear('1')).toMatchObject({ type: 'error', payload: refused.errors });
    raw.say({ type: 'subscribe', id: '2', payload: { query: viewer } });
    expect(await raw.hear('2')).toMatchObject({ type: 'next', payload: data });
  });

  test('that comes with its document is an operation as any other', async () => {
    expect(JSON.parse((await send(JSON.stringify({ query: viewer, extensions }))).text)).toEqual(data);
  });

  test('without a token tells nothing', async () => {
    await using guarded = await startFront({}, { tokens: [aToken('anna')] });
    expect((await send(JSON.stringify({ extensions }), {}, 'POST', guarded)).status).toBe(401);
  });
});
