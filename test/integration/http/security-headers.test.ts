/** Every answer tells a browser to be careful with it. */
import { expect, test } from 'vitest';
import { type Front, type Reply, startFront } from '../../support/front.ts';
import { aToken, globalId } from '../../support/gateway.ts';

const careful = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
};
const viewer = '{ viewer { name } }';
const origin = 'https://app.example.com';
const known = { authorization: 'Bearer anna' };

const answers: [string, number, (front: Front) => Promise<Reply>][] = [
  ['an answer', 200, (front) => front.post(viewer, known)],
  ['an answer with errors', 200, (front) => front.post('{ nope }', known)],
  ['an answer to GET', 200, (front) => front.get(viewer, known)],
  [
    'a stream of events',
    200,
    (front) => {
      const id = globalId('BorgBackup', 'files', String(front.sandbox.jobs[0]?.id));
      const query = `subscription { backupProgress(id: "${id}") { __typename } }`;
      return front.post(query, { ...known, accept: 'text/event-stream' });
    },
  ],
  ['a refused token', 401, (front) => front.post(viewer)],
  ['a refused token for a log', 401, (front) => front.send({ path: '/backups/abc/log' })],
  ['a log', 200, (front) => front.send({ path: `/backups/${failed(front)}/log`, headers: known })],
  ['a log that is not there', 404, (front) => front.send({ path: '/backups/abc/log', headers: known })],
  ['a log that is posted to', 405, (front) => front.send({ method: 'POST', path: '/backups/abc/log' })],
  ['a wrong method', 405, (front) => front.send({ method: 'PUT', headers: known })],
  ['a wrong type', 415, (front) => front.send({ method: 'POST', headers: known, body: 'x' })],
  ['a wrong path', 404, (front) => front.send({ path: '/nothing' })],
  ['health', 200, (front) => front.send({ path: '/health/ready' })],
  ['a page that is off', 406, (front) => front.send({ headers: { accept: 'text/html' } })],
  ['a preflight', 204, (front) => front.send(preflight(origin))],
  ['a refused preflight', 403, (front) => front.send(preflight('null'))],
  ['a refused page', 403, (front) => front.get(viewer, { 'sec-fetch-site': 'cross-site' })],
  ['a refused socket', 403, (front) => front.upgrade({ origin: 'null' })],
  ['a socket at the wrong path', 404, (front) => front.upgrade({}, '/sockets')],
  ['what is no socket', 400, (front) => front.upgrade({ 'sec-websocket-version': '1' })],
];

const preflight = (from: string) => ({
  method: 'OPTIONS',
  headers: { origin: from, 'access-control-request-method': 'POST' },
});
const failed = ({ sandbox }: Front): string => {
  const job = sandbox.addFinished({ status: 'failed', lines: ['it broke'] });
  return globalId('BorgBackup', 'files', String(job));
};

test.each(answers)('%s (%i) has them', async (_what, status, ask) => {
  await using front = await startFront({ origins: [origin] }, { tokens: [aToken('anna')] });
  const reply = await ask(front);
  expect(reply.status).toBe(status);
  // An event stream must not be changed on its way, either.
  const isEvents = reply.headers['content-type']?.startsWith('text/event-stream');
  const expected = isEvents ? { ...careful, 'cache-control': 'no-store, no-transform' } : careful;
  expect(reply.headers).toMatchObject(expected);
  expect(reply.headers['strict-transport-security']).toBeUndefined();
});

test('a gateway that is reached by HTTPS wants to be reached by nothing else', async () => {
  await using front = await startFront({ publicUrl: 'https://gate.example.com' });
  for (const reply of [await front.post(viewer), await front.upgrade({ origin: 'null' })]) {
    expect(reply.headers['strict-transport-security']).toBe('max-age=31536000');
  }
});

test('what a gateway without authentication refuses by its name has them, too', async () => {
  await using front = await startFront();
  const headers = { host: 'evil.example.com' };
  for (const reply of [await front.send({ headers }), await front.upgrade(headers)]) {
    expect(reply.status).toBe(421);
    expect(reply.headers).toMatchObject(careful);
  }
});
