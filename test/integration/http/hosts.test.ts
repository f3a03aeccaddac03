/** A name that somebody else owns may lead to our address: by such a name nobody is answered. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';

const viewer = '{ viewer { name } }';

test.each([
  'evil.example.com',
  'evil.example.com:4000',
  '127.0.0.1.evil.example.com',
  '127.evil.example.com',
  'localhost.evil.example.com',
  'evil-localhost',
  '10.0.0.1',
  '0.0.0.0',
  '[::2]',
  'localhost:x',
  'user@localhost',
  'localhost/evil.example.com',
])('without authentication, nobody asks by the name "%s"', async (host) => {
  await using front = await startFront();
  const asked = [
    await front.post(viewer, { host }),
    await front.get(viewer, { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }),
    await front.send({ headers: { host, accept: 'text/html' } }),
    await front.send({ path: '/backups/abc/log', headers: { host } }),
    await front.send({ path: '/health/live', headers: { host } }),
    await front.upgrade({ host, origin: `http://${host}` }),
  ];
  for (const { status, text } of asked) {
    expect(status).toBe(421);
    expect(text).toContain('server.publicUrl');
  }
  expect(front.sandbox.requests).toEqual([]);
});

test('a request without a Host header is refused as well', async () => {
  await using front = await startFront();
  const socket = connect(Number(new URL(front.origin).port), '127.0.0.1');
  socket.end('GET /graphql?query={__typename} HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
});

test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.8.9.10:65535', '[::1]', '[0:0:0:0:0:0:0:1]:4000'])(
  'this machine may be called %s',
  async (host) => {
    await using front = await startFront();
    expect((await front.post(viewer, { host })).status).toBe(200);
    expect((await front.upgrade({ host })).status).toBe(101);
  },
);

test('the name of publicUrl is ours, and no other of its domain', async () => {
  await using front = await startFront({ publicUrl: 'https://gate.example.com:8443/api' });
  for (const [host, status] of [
    ['gate.example.com:8443', 200],
    ['Gate.Example.com', 200],
    ['example.com', 421],
    ['other.example.com', 421],
  ] as const) {
    expect((await front.post(viewer, { host })).status, host).toBe(status);
  }
});

test('with authentication any host name will do: a rebound page has no token', async () => {
  await using front = await startFront({}, { tokens: [aToken('anna')] });
  const host = 'evil.example.com';
  expect((await front.post(viewer, { host })).status).toBe(401);
  expect((await front.post(viewer, { host, authorization: 'Bearer anna' })).status).toBe(200);
  expect((await front.upgrade({ host })).status).toBe(101);
});
