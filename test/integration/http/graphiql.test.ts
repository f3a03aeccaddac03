/** The GraphiQL page, as HTTP serves it; test/browser/graphiql.test.ts opens it. */
import { expect, test } from 'vitest';
import { startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';

const auth = { tokens: [aToken('anna')] };
const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('is served where nobody is asked who they are, and runs only scripts of the gateway', async () => {
  await using front = await startFront();
  const { status, headers: given, text } = await front.send({ headers });
  expect([status, given['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(text).toContain('<title>Backplane</title>');
  const policy = given['content-security-policy'] ?? '';
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(text).not.toMatch(/<script>|<style|data:/);
  const files = [...text.matchAll(/="\.(\/ui\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(files.length).toBeGreaterThan(6);
  for (const path of files) {
    const file = await front.send({ path, headers: { 'accept-encoding': 'gzip' } });
    expect([path, file.status, file.headers['cache-control']]).toEqual([
      path,
      200,
      'public, max-age=31536000, immutable',
    ]);
  }
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  expect(given).toMatchObject({
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    vary: 'Accept, Accept-Encoding',
  });
});

test('is sent once, as long as it stays the same', async () => {
  await using front = await startFront();
  const first = await front.send({ headers });
  expect(first.headers['cache-control']).toBe('private, no-cache');
  const again = await front.send({ headers: { ...headers, 'if-none-match': first.headers.etag } });
  expect([again.status, again.text]).toEqual([304, '']);
  const other = await front.send({ headers: { ...headers, 'if-none-match': '"other"' } });
  expect([other.status, other.text === first.text]).toEqual([200, true]);
});

test('is not served with authentication unless asked for, and says how', async () => {
  await using front = await startFront({}, auth);
  const { status, text } = await front.send({ headers });
  expect(status).toBe(406);
  expect(text).toContain('server.graphiql to true');
});

test('needs no token where it is asked for, and shows nothing without one', async () => {
  await using front = await startFront({ graphiql: true, introspection: true }, auth);
  const { status, text } = await front.send({ headers });
  expect(status).toBe(200);
  for (const name of ['protectedEntities', 'BackupFilter', 'startBackup']) expect(text).not.toContain(name);
  expect((await front.post('{ __schema { queryType { name } } }')).status).toBe(401);
});

test('has its files also where there is no dashboard, and nobody has them where there is neither', async () => {
  await using front = await startFront({ dashboard: false });
  const { text } = await front.send({ headers });
  const [, path = ''] = /="\.(\/ui\/assets\/graphiql-editor-[^"]+\.js)"/.exec(text) ?? [];
  expect((await front.send({ path })).status).toBe(200);
  expect((await front.send({ path: '/ui', headers })).status).toBe(404);
  await using neither = await startFront({ dashboard: false, graphiql: false });
  expect((await neither.send({ path })).status).toBe(404);
});

test('can be switched off, which programs do not notice', async () => {
  await using front = await startFront({ graphiql: false });
  expect((await front.send({ headers })).status).toBe(406);
  expect((await front.get('{ viewer { name } }', { accept: '*/*' })).status).toBe(200);
});

test('does not run the query of its address', async () => {
  await using front = await startFront();
  expect((await front.get('{ backups(first: 1) { nodes { id } } }', headers)).text).toContain(
    '<title>Backplane</title>',
  );
  expect(front.sandbox.requests).toEqual([]);
});
