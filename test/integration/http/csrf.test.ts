/** A mutation is carried out only where a page of another site could not have sent it without being asked about first. */
import { expect, test } from 'vitest';
import { startFront } from '../../support/front.ts';
import { globalId } from '../../support/gateway.ts';

const entityId = globalId('BorgRepository', 'files', '/backups/mail');
const mutation = `mutation { startBackup(input: { entityId: "${entityId}" }) { userErrors { code } } }`;
const form = `query=${encodeURIComponent(mutation)}`;
const json = JSON.stringify({ query: mutation });

test.each<[string, string | string[] | undefined, string]>([
  ['no type', undefined, json],
  ['an empty type', '', json],
  ['text', 'text/plain', json],
  ['text in capitals', 'TEXT/PLAIN', json],
  ['text that mentions JSON', 'text/plain; application/json', json],
  ['text with a comma', 'text/plain, application/json', json],
  ['JSON with a comma', 'application/json, text/plain', json],
  ['text and then JSON', ['text/plain', 'application/json'], json],
  ['a form', 'application/x-www-form-urlencoded', form],
  ['a form with its alphabet', 'Application/X-WWW-Form-Urlencoded;charset=utf-8', form],
  ['a form with a tab', '\tapplication/x-www-form-urlencoded', form],
  [
    'a form of several parts',
    'multipart/form-data; boundary=b',
    `--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--b--\r\n`,
  ],
  ['what only begins like JSON', 'application/jsonp', json],
  ['anything at all', '*/*', json],
])('a POST of %s is refused with 415', async (_what, type, body) => {
  await using front = await startFront();
  const headers = type === undefined ? {} : { 'content-type': type };
  const { status, text } = await front.send({ method: 'POST', headers, body });
  expect(status).toBe(415);
  expect(text).toContain('content-type: application/json');
  expect(front.sandbox.requests).toEqual([]);
});

test.each([
  ['application/json', json],
  ['application/json; charset=utf-8', json],
  ['application/graphql', mutation],
])('a POST of %s, which no page sends without asking first, is carried out', async (type, body) => {
  await using front = await startFront();
  const { status, text } = await front.send({ method: 'POST', headers: { 'content-type': type }, body });
  expect([status, JSON.parse(text)]).toEqual([200, { data: { startBackup: { userErrors: [] } } }]);
  expect(front.sandbox.jobs.filter(({ status }) => status === 'running' || status === 'pending')).toHaveLength(1);
});

test.each<[string, string, Record<string, string>]>([
  ['GET', 'GET', {}],
  ['GET that says JSON', 'GET', { 'content-type': 'application/json' }],
  ['GET that wants events', 'GET', { accept: 'text/event-stream' }],
  [
    'GET that means POST',
    'GET',
    { 'x-http-method-override': 'POST', 'x-method-override': 'POST', 'x-http-method': 'POST' },
  ],
  ['HEAD', 'HEAD', {}],
  ['HEAD that means POST', 'HEAD', { 'x-http-method-override': 'POST' }],
  ['PUT', 'PUT', { 'content-type': 'application/json' }],
  ['DELETE', 'DELETE', {}],
  ['OPTIONS', 'OPTIONS', {}],
])('a mutation by %s is refused with 405', async (_what, method, headers) => {
  await using front = await startFront();
  const { status } = await front.send({ method, headers, path: `/graphql?${form}` });
  expect(status).toBe(405);
  expect(front.sandbox.requests).toEqual([]);
});

test('a POST is read from its body alone, never from its address', async () => {
  await using front = await startFront();
  const headers = { 'content-type': 'application/json' };
  const { text } = await front.send({ method: 'POST', headers, path: `/graphql?${form}`, body: '{}' });
  expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(front.sandbox.requests).toEqual([]);
});

test('of two operations in a GET, the one that it names counts', async () => {
  await using front = await startFront();
  const path = `/graphql?query=${encodeURIComponent(`query A { __typename } ${mutation.replace('mutation', 'mutation B')}`)}`;
  expect((await front.send({ path: `${path}&operationName=B` })).status).toBe(405);
  expect((await front.send({ path: `${path}&operationName=A` })).status).toBe(200);
  expect(front.sandbox.requests).toEqual([]);
});
