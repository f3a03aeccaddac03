/** A socket whose token is not good any more: clients of graphql-ws come back with a new one by themselves. */
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { expiredMessage, unauthenticated } from '../../../src/auth/identity.ts';
import { GatewayError } from '../../../src/core/errors.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { aToken, globalId, startGateway } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';

const viewer = '{ viewer { name } }';

/** A gateway that knows each token until a test takes it away, or its time is over. */
async function startFixture() {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const proxy = await startFaultProxy(sandbox.url);
  const known = new Map<string, number | null>([
    ['first', null],
    ['other', null],
  ]);
  let refusal = () => unauthenticated(expiredMessage);
  const gateway = startGateway({
    providers: [{ ...sandbox.config, url: proxy.url }],
    auth: { tokens: [aToken('unused')] },
    authenticate: (authorization) => {
      const name = authorization?.replace('Bearer ', '') ?? '';
      const expiresAt = known.get(name);
      if (expiresAt === undefined || (expiresAt !== null && Date.now() >= expiresAt)) throw refusal();
      return { viewer: { id: name, name, role: 'OPERATOR', providers: null } as never, expiresAt };
    },
  });
  const origin = await gateway.listen();
  return {
    gateway,
    proxy,
    origin,
    known,
    refuseWith: (make: () => GatewayError) => (refusal = make),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

/** A fault that answers what a start gets, when it is told to. */
function holdStarts(proxy: FaultProxy) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = proxy.fail(
    {
      name: 'holds the answer',
      async apply({ response, forward }) {
        const answer = await forward();
        await released;
        response.writeHead(answer.statusCode ?? 0, { 'content-type': 'application/json' });
        answer.pipe(response);
      },
    },
    { match: (method, path) => method === 'POST' && path.endsWith('/api/backup/start') },
  );
  return { held, release };
}

const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
const lost = '4403 The token of this socket is not good any more: connect with a new one.';

/** Introduced with a token, which answered once. */
async function introduce(origin: string, headers: Record<string, string> = {}) {
  const raw = await openRaw(origin, { isMute: true, headers });
  raw.say({ type: 'connection_init', payload: 'authorization' in headers ? {} : bearer('first') });
  expect(await raw.hear()).toMatchObject({ type: 'connection_ack' });
  raw.say({ type: 'subscribe', id: 'once', payload: { query: viewer } });
  expect(await raw.hear('once')).toMatchObject({ type: 'next' });
  expect(await raw.hear('once')).toMatchObject({ type: 'complete' });
  return raw;
}

describe('a socket whose token has ended', () => {
  test.each([
    ['a query', viewer],
    ['a mutation', 'mutation { cancelBackup(input: { id: "x" }) { userErrors { code } } }'],
    ['a subscription', 'subscription { backupChanges { __typename } }'],
    ['a shared subscription', 'subscription { backupProgress(id: "x") { __typename } }'],
    ['what is not valid', '{ nothing }'],
  ])('is closed with 4403 as soon as it asks for %s', async (_what, query) => {
    await using fixture = await startFixture();
    for (const headers of [{}, bearer('first')]) {
      fixture.known.set('first', null);
      await using raw = await introduce(fixture.origin, headers);
      fixture.known.delete('first');
      raw.say({ type: 'subscribe', id: '1', payload: { query } });
      expect(await raw.closed).toBe(lost);
      expect(raw.inbox).toEqual([]);
    }
  });

  test('answers pings until it asks for something', async () => {
    await using fixture = await startFixture();
    await using raw = await introduce(fixture.origin);
    fixture.known.delete('first');
    raw.say({ type: 'ping' });
    expect(await raw.hear()).toEqual({ type: 'pong' });
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('is closed where its role is gone, too, and stays open for want of a key server or for too many requests', async () => {
    await using fixture = await startFixture();
    await using raw = await introduce(fixture.origin);
    fixture.known.delete('first');
    const soon = { retryAfterSeconds: 5 };
    for (const code of ['UNAUTHENTICATED', 'RATE_LIMITED'] as const) {
      fixture.refuseWith(() => new GatewayError(code, 'later', soon));
      raw.say({ type: 'subscribe', id: code, payload: { query: viewer } });
      expect(await raw.hear(code)).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
    }
    fixture.refuseWith(() => new GatewayError('FORBIDDEN', 'no role'));
    raw.say({ type: 'subscribe', id: '2', payload: { query: viewer } });
    expect(await raw.closed).toBe(lost);
  });

  test('answers a mutation that runs before it is closed: the client would send that again', async () => {
    await using fixture = await startFixture();
    await using raw = await introduce(fixture.origin);
    const { held, release } = holdStarts(fixture.proxy);
    const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
    const start = `mutation { startBackup(input: { entityId: "${entityId}" }) { backup { status } userErrors { code } } }`;
    raw.say({ type: 'subscribe', id: 'start', payload: { query: start } });
    await held.untilHit();
    fixture.known.delete('first');
    raw.say({ type: 'subscribe', id: 'next', payload: { query: viewer } });
    raw.say({ type: 'ping' });
    // What came before the ping has been looked at.
    expect(await raw.hear()).toEqual({ type: 'pong' });
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
    release();
    expect(await raw.hear('start')).toMatchObject({
      type: 'next',
      payload: { data: { startBackup: { userErrors: [] } } },
    });
    expect(await raw.closed).toBe(lost);
    expect(raw.inbox.filter(({ id }) => id === 'next')).toEqual([]);
  });
});

test('an operation with a token of its own, as GraphiQL sends it, only fails itself', async () => {
  await using fixture = await startFixture();
  await using raw = await introduce(fixture.origin);
  const payload = { query: viewer, extensions: { headers: bearer('gone') } };
  raw.say({ type: 'subscribe', id: '1', payload });
  expect(await raw.hear('1')).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  fixture.known.delete('first');
  raw.say({ type: 'subscribe', id: '2', payload: { ...payload, extensions: { headers: bearer('other') } } });
  expect(await raw.hear('2')).toMatchObject({ type: 'next' });
  // Nobody has said who they are: that is the operation's own fault, and GraphiQL's page shows it.
  await using mute = await openRaw(fixture.origin, { isMute: true });
  mute.say({ type: 'connection_init' });
  await mute.hear();
  mute.say({ type: 'subscribe', id: '3', payload: { query: viewer } });
  expect(await mute.hear('3')).toMatchObject({ type: 'error' });
  expect(mute.socket.readyState).toBe(WebSocket.OPEN);
});

test('the client of graphql-ws, as it comes, goes on with a new token: after a stream that ended, and in a stream', async () => {
  await using fixture = await startFixture();
  fixture.known.delete('first');
  const tokens: string[] = [];
  const closings: number[] = [];
  const client = createClient({
    url: `${fixture.origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    keepAlive: 0,
    lazyCloseTimeout: 60_000,
    retryWait: () => Promise.resolve(),
    connectionParams: () => {
      const name = `token-${tokens.length + 1}`;
      tokens.push(name);
      fixture.known.set(name, tokens.length === 1 ? Date.now() + 1_500 : null);
      return bearer(name);
    },
    on: { closed: (event) => closings.push((event as { code: number }).code) },
  });
  const ask = async () => {
    for await (const { data } of client.iterate<{ viewer: { name: string } }>({ query: viewer }))
      return data?.viewer.name;
    return undefined;
  };
  expect(await ask()).toBe('token-1');
  const changes = client.iterate({ query: 'subscription { backupChanges { __typename } }' });
  // Ends when the token does, with a reason.
  await expect(changes.next()).rejects.toMatchObject([
    { message: expiredMessage, extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  // The socket is still open; asking on it is what brings the new token.
  expect(closings).toEqual([]);
  expect(await ask()).toBe('token-2');
  expect([tokens, closings]).toEqual([['token-1', 'token-2'], [4403]]);
  await client.dispose();
});
