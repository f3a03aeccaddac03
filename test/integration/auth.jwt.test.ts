/** Tokens of an identity provider at the whole gateway: over HTTP, server-sent events and WebSocket alike. */
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { aToken } from '../support/gateway.ts';
import { expired, lastError, overSocket, type Result, startJwtGateway, viewer } from '../support/jwt-gateway.ts';
import { createSigningKey, inSeconds, signToken } from '../support/key-server.ts';

describe('a token of the identity provider', () => {
  test('says who asks, what they may do and what they may see', async () => {
    await using gateway = await startJwtGateway();
    const ask = async (claims: object) =>
      (await gateway.as(await gateway.token('anna', claims)).askText(viewer)).data?.['viewer'];
    expect(await ask({})).toEqual({ name: 'anna', role: 'OPERATOR', providers: [{ name: 'files' }] });
    expect(await ask({ roles: 'READER', backups: 'files' })).toMatchObject({
      role: 'READER',
      providers: [{ name: 'files' }],
    });
    expect(await ask({ backups: undefined })).toMatchObject({ providers: [] });
  });

  test('is good beside those that the configuration names, and opens a socket', async () => {
    await using gateway = await startJwtGateway({ tokens: [aToken('bert')] });
    expect((await gateway.as('bert').askText(viewer)).data?.['viewer']).toMatchObject({ name: 'bert' });
    const client = await gateway.as(await gateway.token('anna')).connect();
    const watch = overSocket(client, viewer);
    await watch.ended;
    expect(watch.results).toMatchObject([{ data: { viewer: { name: 'anna' } } }]);
  });

  test('that is not good is UNAUTHENTICATED with 401, and 403 where it gives no role', async () => {
    await using gateway = await startJwtGateway();
    const url = `${await gateway.listen()}/graphql`;
    const ask = async (claims: object) => {
      const authorization = `Bearer ${await gateway.token('anna', claims)}`;
      const headers = { 'content-type': 'application/json', authorization };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: viewer }) });
      const { errors } = (await response.json()) as Result;
      return [response.status, errors?.[0]?.extensions['code'], errors?.[0]?.message];
    };
    expect(await ask({ aud: 'another' })).toEqual([401, 'UNAUTHENTICATED', expect.stringContaining('"aud"')]);
    expect(await ask({ exp: inSeconds(-1) })).toEqual([401, 'UNAUTHENTICATED', expired.message]);
    expect(await ask({ roles: 'guest' })).toEqual([403, 'FORBIDDEN', expect.stringContaining('"roles"')]);
  });

  test.each([
    ['is not good', { iss: 'https://elsewhere.example.com' }],
    ['gives no role', { roles: [] }],
    ['has expired', { exp: inSeconds(-60) }],
  ])('that %s closes its socket with 4403', async (_what, claims) => {
    await using gateway = await startJwtGateway();
    const client = createClient({
      url: `${(await gateway.listen()).replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${await gateway.token('anna', claims)}` },
    });
    const { ended } = overSocket(client, viewer);
    await expect(ended).rejects.toMatchObject({ code: 4403 });
    await client.dispose();
  });
});

test('a client that is refused with 4403 comes back with new connectionParams, where they are a function', async () => {
  await using gateway = await startJwtGateway();
  const tokens = [await gateway.token('anna', { exp: inSeconds(-60) }), await gateway.token('anna')];
  const client = createClient({
    url: `${(await gateway.listen()).replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: () => Promise.resolve(),
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
  });
  const watch = overSocket(client, viewer);
  await watch.ended;
  expect(watch.results).toMatchObject([{ data: { viewer: { name: 'anna' } } }]);
  await client.dispose();
});

test('two tokens of one person that let them see different things do not share a stream', async () => {
  await using gateway = await startJwtGateway();
  const all = overSocket(await gateway.as(await gateway.token('anna')).connect(), gateway.watches.progress);
  await expect.poll(() => all.results.length).toBe(1);
  const blind = await gateway.as(await gateway.token('anna', { backups: [] })).connect();
  const none = overSocket(blind, gateway.watches.progress);
  await none.ended;
  expect(lastError(none)).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  all.stop();
});

test('a key server that goes down takes nobody down who is known by its keys, and lets nobody in', async () => {
  await using gateway = await startJwtGateway();
  const stranger = await createSigningKey('two');
  const anna = gateway.as(await gateway.token('anna'));
  expect((await anna.askText(viewer)).errors).toBeUndefined();
  const watch = overSocket(await anna.connect(), gateway.watches.progress);
  await expect.poll(() => watch.results.length).toBe(1);
  await gateway.keyServer.stop();
  const refused = await gateway.as(await signToken(stranger, { name: 'eve', backups: '*' })).askText(viewer);
  expect(refused.errors).toMatchObject([
    {
      message: 'The key server that could verify this token cannot be reached.',
      extensions: { code: 'UNAUTHENTICATED', retryAfterSeconds: expect.any(Number) },
    },
  ]);
  expect(JSON.stringify(refused)).not.toContain(new URL(gateway.keyServer.url).host);
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await signToken(stranger)}` },
    body: JSON.stringify({ query: viewer }),
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([401, expect.stringMatching(/^\d+$/)]);
  expect((await anna.askText(viewer)).errors).toBeUndefined();
  // Somebody new whose key is known comes in, too.
  expect((await gateway.as(await gateway.token('bert')).askText(viewer)).errors).toBeUndefined();
  gateway.sandbox.clock.advance(60_000);
  await expect.poll(() => watch.results.length).toBe(2);
  watch.stop();
});
