/** `server.basePath`: the whole gateway below one path, for a proxy that passes paths on unchanged. */
import { createClient } from 'graphql-ws';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { askHealth } from '../../../src/cli/ask-health.ts';
import { startFront } from '../../support/front.ts';
import { globalId } from '../../support/gateway.ts';
import { overSocket } from '../../support/jwt-gateway.ts';

const front = await startFront({ basePath: '/tools/backplane/' });
afterAll(() => front[Symbol.asyncDispose]());
const base = '/tools/backplane';
const port = Number(new URL(front.origin).port);

/** A backup that has ended, with a log. */
const { sandbox } = front;
const job = sandbox.startOutside('/backups/mail', {
  script: { durationSeconds: 30, linesPerSecond: 1, outcome: 'failed' },
});
sandbox.clock.advance(60_000);
const id = globalId('BorgBackup', 'files', String(job));
const logUrl = `{ backup(id: "${id}") { logUrl } }`;
const json = { 'content-type': 'application/json' };
const ask = (path: string, query = '{ viewer { name } }') =>
  front.send({ method: 'POST', path, headers: json, body: JSON.stringify({ query }) });

describe('below server.basePath', () => {
  it('are queries, the page, health, version and preflight requests', async () => {
    expect(JSON.parse((await ask(`${base}/graphql`)).text)).toEqual({ data: { viewer: { name: 'anonymous' } } });
    expect((await front.send({ path: `${base}/graphql?query={viewer{name}}` })).text).toContain('anonymous');
    const page = await front.send({ path: `${base}/graphql`, headers: { accept: 'text/html' } });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    // It asks where it was loaded from, so it names no path of its own.
    expect(page.text).not.toMatch(/"endpoint":/);
    for (const path of ['/health/live', '/health/ready']) {
      expect(await front.send({ path: base + path })).toMatchObject({ status: 200, text: 'ok\n' });
    }
    expect(JSON.parse((await front.send({ path: `${base}/version` })).text)).toMatchObject({ name: 'backplane' });
    const preflight = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    expect(await front.send({ method: 'OPTIONS', path: `${base}/graphql`, headers: preflight })).toMatchObject({
      status: 403,
    });
  });

  it('are logs, by the address that answers give for them over each transport', async () => {
    const expected = `${front.origin}${base}/backups/${id}/log`;
    expect(JSON.parse((await ask(`${base}/graphql`, logUrl)).text)).toEqual({ data: { backup: { logUrl: expected } } });
    const client = createClient({
      url: `${front.origin.replace('http', 'ws')}${base}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const watch = overSocket(client, logUrl);
    await watch.ended;
    expect(watch.results).toEqual([{ data: { backup: { logUrl: expected } } }]);
    await client.dispose();
    expect(await front.send({ path: new URL(expected).pathname })).toMatchObject({ status: 200 });
  });

  it('are event streams', async () => {
    const stream = { accept: 'text/event-stream' };
    const path = `${base}/graphql?query=${encodeURIComponent('subscription { backupChanges { __typename } }')}`;
    const reply = await front.send({ path, headers: stream });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/event-stream']);
  });

  it('is what the command healthcheck asks', async () => {
    const address = { host: '127.0.0.1', port };
    expect(await askHealth({ ...address, basePath: base }, '/health/live')).toEqual({ isFine: true, text: 'ok' });
    expect(await askHealth(address, '/health/live')).toMatchObject({ isFine: false });
  });

  it('an offer of another protocol is ignored, as elsewhere', async () => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'x' };
    expect(await front.send({ path: `${base}/health/live`, headers })).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await front.send({ path: '/health/live', headers })).toMatchObject({ status: 404 });
  });
});

describe('outside of server.basePath', () => {
  const outside = [
    '/graphql',
    '/',
    base,
    `${base}/`,
    `${base}?query={viewer{name}}`,
    `${base}x/graphql`,
    `${base}graphql`,
    '/tools/graphql',
  ];
  const twisted = [`/${base}/graphql`, `${base}//graphql`, '/tools/%62ackplane/graphql'];

  it.each([...outside, ...twisted])('%s is 404, and says where GraphQL is', async (path) => {
    const reply = await ask(path);
    expect(reply).toMatchObject({ status: 404, text: `Nothing here. GraphQL is at ${base}/graphql.\n` });
    expect(reply.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it.each(['/health/live', '/version', `/backups/${id}/log`])('%s is 404', async (path) => {
    expect(await front.send({ path })).toMatchObject({ status: 404 });
  });

  it('no WebSocket is opened', async () => {
    for (const path of ['/graphql', base, `${base}x/graphql`]) {
      expect(await front.upgrade({}, path)).toMatchObject({
        status: 404,
        text: `WebSockets are at ${base}/graphql.\n`,
      });
    }
    expect(await front.upgrade({}, `${base}/graphql`)).toMatchObject({ status: 101 });
  });
});

describe('with server.publicUrl', () => {
  it('addresses begin with it, and have the base path once', async () => {
    const publicUrl = 'https://backups.example.com/tools/backplane';
    await using behind = await startFront({ basePath: base, publicUrl });
    const { text } = await behind.send({
      method: 'POST',
      path: `${base}/graphql`,
      headers: json,
      body: JSON.stringify({ query: `{ backups(first: 1) { nodes { logUrl } } }` }),
    });
    expect(text).toMatch(/"logUrl":"https:\/\/backups\.example\.com\/tools\/backplane\/backups\/[\w-]+\/log"/);
  });
});
