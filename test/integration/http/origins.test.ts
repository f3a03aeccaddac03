/**
 * Which pages may ask, over HTTP (CORS) and over WebSocket.
 * One file, since all its tests share one list of origins.
 */
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { products } from '../../../providers/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { command } from '../../support/commands.ts';
import { type Front, startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';
import { writeConfig } from '../../support/main.ts';

const app = 'https://app.example.com';
const viewer = '{ viewer { name } }';
const preflight = (origin: string, path = '/graphql') => ({
  method: 'OPTIONS',
  path,
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  },
});
const corsHeaders = (headers: object): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

const strangers = [
  ['another site', 'https://evil.example.com'],
  ['a page without an origin', 'null'],
  ['the same host with another scheme', 'http://app.example.com'],
  ['the same host with another port', 'https://app.example.com:8443'],
  ['a name that ends like it', 'https://evilapp.example.com'],
  ['a name that begins like it', 'https://app.example.com.evil.test'],
  ['what is no origin', 'https://app.example.com/'],
  ['nothing', ''],
] as const;

describe('a page of a listed origin', () => {
  test('may ask first, without a token, and is told what it may send', async () => {
    await using front = await startFront({ origins: ['http://other.test', app] }, { tokens: [aToken('anna')] });
    for (const path of ['/graphql', '/backups/abc/log']) {
      const { status, headers, text } = await front.send(preflight(app, path));
      expect([status, text]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': app,
        'access-control-allow-methods': 'GET, POST',
        'access-control-max-age': '7200',
        vary: 'Origin',
      });
      const allowed = headers['access-control-allow-headers']?.split(', ');
      expect(allowed).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'x-request-id', 'apollographql-client-name']),
      );
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  test('may read every answer, with the headers that help it', async () => {
    await using front = await startFront({ origins: [app] }, { tokens: [aToken('anna')] });
    const origin = { origin: app };
    const known = { ...origin, authorization: 'Bearer anna' };
    const answers = [
      await front.post(viewer, known),
      await front.get(viewer, { ...known, 'sec-fetch-site': 'cross-site' }),
      await front.post(viewer, origin),
      await front.post('{', known),
      await front.send({ method: 'PUT', headers: known }),
      await front.send({ path: '/backups/abc/log', headers: known }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 200, 405, 404]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': app,
        'access-control-expose-headers': 'retry-after, x-request-id, backplane-as-of',
        vary: expect.stringContaining('Origin'),
      });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });
});

describe.each(strangers)('a page of %s', (_what, origin) => {
  test('may neither ask first nor read nor ask, and no cache takes its answer for another', async () => {
    await using front = await startFront({ origins: [app] });
    const asked = [
      await front.send(preflight(origin)),
      await front.get(viewer, { origin }),
      await front.post(viewer, { origin }),
    ];
    for (const { status, headers, text } of asked) {
      expect([status, corsHeaders(headers), headers.vary]).toEqual([403, [], expect.stringContaining('Origin')]);
      expect(text).toContain('server.origins');
    }
    const { status, text } = await front.upgrade({ origin });
    expect([status, text]).toEqual([403, expect.stringContaining('server.origins')]);
    expect(front.sandbox.requests).toEqual([]);
  });
});

test('where no origin is listed, nothing is said of any', async () => {
  await using front = await startFront();
  for (const origin of [app, 'null']) {
    const asked = await front.send(preflight(origin));
    expect([asked.status, corsHeaders(asked.headers), asked.headers.vary]).toEqual([403, [], 'Accept-Encoding']);
  }
  const { status, headers } = await front.post(viewer, { origin: front.origin });
  expect([status, corsHeaders(headers), headers.vary]).toEqual([200, [], undefined]);
});

describe('a socket', () => {
  const opens = async (front: Front, headers: Record<string, string>): Promise<number> =>
    (await front.upgrade(headers)).status;

  test('is opened by a program, by our own page, and by a listed one', async () => {
    await using front = await startFront({ origins: [app] });
    expect(await opens(front, {})).toBe(101);
    expect(await opens(front, { origin: front.origin })).toBe(101);
    expect(await opens(front, { origin: app })).toBe(101);
  });

  test('is not opened by a page at our address that came by another scheme or port', async () => {
    await using front = await startFront();
    expect(await opens(front, { origin: front.origin.replace('http:', 'https:') })).toBe(403);
    expect(await opens(front, { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await opens(front, { origin: 'http://127.0.0.1' })).toBe(403);
    expect(await opens(front, { host: 'localhost', origin: 'http://localhost' })).toBe(101);
    expect(await opens(front, { host: 'LocalHost:80', origin: 'http://localhost' })).toBe(101);
  });

  test('behind a proxy that speaks HTTPS is opened by the page at publicUrl, whatever name the proxy asks by', async () => {
    await using front = await startFront({ publicUrl: 'https://gate.example.com/backplane' });
    expect(await opens(front, { origin: 'https://gate.example.com' })).toBe(101);
    expect(await opens(front, { host: 'gate.example.com', origin: 'https://gate.example.com' })).toBe(101);
    expect(await opens(front, { origin: 'https://gate.example.com:8443' })).toBe(403);
    expect(await opens(front, { origin: 'https://example.com' })).toBe(403);
  });
});

describe('a query that a page of elsewhere hides in an image, a script or a link', () => {
  test.each(['cross-site', 'same-site', 'anything'])('is not run where the browser calls it %s', async (site) => {
    await using front = await startFront({ origins: [app] });
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    const query = '{ backups(first: 1) { nodes { id } } }';
    expect((await front.get(query, headers)).status).toBe(403);
    expect((await front.get(query, { ...headers, accept: 'text/event-stream' })).status).toBe(403);
    expect((await front.send({ path: '/backups/abc/log', headers })).status).toBe(403);
    const frame = { ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await front.send({ path: '/backups/abc/log', headers: frame })).status).toBe(403);
    expect(front.sandbox.requests).toEqual([]);
  });

  test('is run for our own page, for who types its address, and for a program', async () => {
    await using front = await startFront();
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, {}]) {
      expect((await front.get(viewer, headers)).status).toBe(200);
    }
  });

  test('opens GraphiQL where it is a link that somebody follows, and runs nothing', async () => {
    await using front = await startFront();
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      accept: 'text/html,*/*',
    };
    const { status, text } = await front.get('{ backups(first: 1) { nodes { id } } }', headers);
    expect([status, text.includes('<title>Backplane</title>')]).toEqual([200, true]);
    expect((await front.send({ path: '/backups/abc/log', headers })).status).toBe(404);
    expect((await front.get(viewer, { ...headers, accept: '*/*' })).status).toBe(403);
    expect(front.sandbox.requests).toEqual([]);
  });
});

describe('what a listed page may send and read', () => {
  const allowed = async (server: object): Promise<string[]> => {
    await using front = await startFront({ origins: [app], ...server });
    const { headers } = await front.send(preflight(app));
    return headers['access-control-allow-headers']?.split(', ') ?? [];
  };

  test('has what clients of GraphQL and of tracing send by themselves', async () => {
    const usual = [
      'authorization',
      'content-type',
      'last-event-id',
      'traceparent',
      'tracestate',
      'baggage',
      'sentry-trace',
    ];
    expect(await allowed({})).toEqual(expect.arrayContaining(usual));
  });

  test('is longer by what the configuration says', async () => {
    const names = await allowed({ cors: { requestHeaders: ['X-Tenant', 'Authorization'] } });
    expect(names).toEqual(expect.arrayContaining(['x-tenant', 'baggage']));
    expect(names.filter((name) => name === 'authorization')).toHaveLength(1);
    const cors = { exposedHeaders: ['X-Served-By'], maxAgeSeconds: 60 };
    await using front = await startFront({ origins: [app], cors });
    expect((await front.send(preflight(app))).headers['access-control-max-age']).toBe('60');
    const { headers } = await front.post(viewer, { origin: app });
    expect(headers['access-control-expose-headers']).toBe('retry-after, x-request-id, backplane-as-of, x-served-by');
  });

  test.each(['*', '', 'two words', 'x:y', 'ü', 'a\nb', 'a,b'])('is no header called %j', (name) => {
    const config = { server: { cors: { requestHeaders: [name] } }, providers: [{ name: 'a', kind: 'borg' }] };
    expect(() => parseConfig(JSON.stringify(config), products, {})).toThrow(
      'server.cors.requestHeaders[0]: expected the name of a header, such as X-Tenant',
    );
  });
});

describe('a page that somebody develops on this machine', () => {
  const local = ['http://localhost:5173', 'http://localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080'];
  const strange = [
    'http://localhost.evil.test:5173',
    'http://evil.test',
    'http://127.0.0.2.evil.test',
    'null',
    'http://localhost:5173.evil.test',
    'file://',
  ];

  /** CORS, a preflight and a socket. */
  async function mayAsk(origin: string, page: string): Promise<boolean[]> {
    const headers = { origin: page, 'sec-fetch-site': 'same-site', 'content-type': 'application/json' };
    const ask = (given: RequestInit) => fetch(`${origin}/graphql`, given);
    const body = JSON.stringify({ query: '{ viewer { name } }' });
    const answers = [
      await ask({ method: 'POST', headers, body }),
      await ask({ method: 'OPTIONS', headers: { ...headers, 'access-control-request-method': 'POST' } }),
    ];
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: page });
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.terminate();
    return [
      ...answers.map((answer) => answer.headers.get('access-control-allow-origin') === page && answer.ok),
      opened,
    ];
  }

  test('may ask the sandbox, and pages of elsewhere may not', async () => {
    await using running = command(['--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\S+)\/graphql/);
    for (const page of local) expect(await mayAsk(origin, page), page).toEqual([true, true, true]);
    for (const page of strange) expect(await mayAsk(origin, page), page).toEqual([false, false, false]);
  });

  test('may not ask a gateway that has a configuration, though its data be made up as well', async () => {
    await using sandboxes = command(['sandbox']);
    await sandboxes.untilPrinted(/kind: borg[\s\S]*?password: .*\n/);
    const file = await writeConfig('sandbox.yaml', sandboxes.stdout());
    await using running = command(['--config', file, '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\S+)\/graphql/);
    for (const page of local) expect(await mayAsk(origin, page), page).toEqual([false, false, false]);
  });
});
