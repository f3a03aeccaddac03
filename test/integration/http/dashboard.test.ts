/** The dashboard as files: where it is, who may keep them, and how much a browser loads before it shows something. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';
import { createSigningKey } from '../../support/key-server.ts';

const key = await createSigningKey('one');
const keyFile = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.json');
writeFileSync(keyFile, JSON.stringify({ keys: [key.jwk] }));

const html = { accept: 'text/html' };
const assets = readdirSync('dist/web/assets');
const script = assets.find((name) => /^index-.*\.js$/.test(name)) ?? '';

describe('the dashboard', () => {
  it('is where / leads a browser, and only a browser', async () => {
    await using front = await startFront();
    const reply = await front.send({ path: '/', headers: html });
    expect([reply.status, reply.headers.location]).toEqual([302, './ui']);
    expect((await front.send({ path: '/' })).status).toBe(404);
  });

  it('is one page for every path below /ui, which finds its files from each of them', async () => {
    await using front = await startFront();
    for (const path of ['/ui', '/ui/', '/ui/systems', '/ui/backups/abc']) {
      const { status, headers, text } = await front.send({ path, headers: html });
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toContain("script-src 'self'; style-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      const [, source = ''] = /<script [^>]*src="([^"]+)"/.exec(text) ?? [];
      const file = new URL(source, `${front.origin}${path}`);
      expect(file.pathname).toBe(`/ui/assets/${script}`);
    }
  });

  it('is below the base path, and nowhere else', async () => {
    await using front = await startFront({ basePath: '/backplane' });
    const { status, text } = await front.send({ path: '/backplane/ui/systems' });
    expect([status, text.includes('"./assets/')]).toEqual([200, true]);
    expect((await front.send({ path: '/backplane', headers: html })).headers.location).toBe('/backplane/ui');
    expect((await front.send({ path: '/backplane/', headers: html })).headers.location).toBe('./ui');
    expect((await front.send({ path: '/ui' })).status).toBe(404);
  });

  it('has files that browsers keep for ever, compressed when it was built', async () => {
    await using front = await startFront();
    const path = `/ui/assets/${script}`;
    const plain = await front.send({ path });
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      vary: expect.stringContaining('Accept-Encoding'),
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe(readFileSync(`dist/web/assets/${script}`, 'utf8'));
    const encoded = async (accepted: string) => {
      const { headers } = await front.send({ path, method: 'HEAD', headers: { 'accept-encoding': accepted } });
      return [headers['content-encoding'], Number(headers['content-length'])];
    };
    const sizeOf = (suffix: string) => statSync(`dist/web/assets/${script}${suffix}`).size;
    expect(await encoded('gzip, br')).toEqual(['br', sizeOf('.br')]);
    expect(await encoded('gzip, br;q=0')).toEqual(['gzip', sizeOf('.gz')]);
    expect(brotliDecompressSync(readFileSync(`dist/web/assets/${script}.br`)).toString()).toBe(plain.text);
    expect(gunzipSync(readFileSync(`dist/web/assets/${script}.gz`)).toString()).toBe(plain.text);
  });

  it('sends its files as they are where the gateway does not compress', async () => {
    await using front = await startFront({ compression: false });
    const asked = { path: `/ui/assets/${script}`, headers: { 'accept-encoding': 'br' } };
    expect((await front.send(asked)).headers['content-encoding']).toBeUndefined();
  });

  it('has no other files, whatever a path is made of', async () => {
    await using front = await startFront();
    for (const name of ['nothing.js', '..%2findex.html', '%5c..%5cindex.html', '']) {
      expect((await front.send({ path: `/ui/assets/${name}` })).status).toBe(404);
    }
    expect((await front.send({ path: '/ui', method: 'POST' })).status).toBe(405);
  });

  it('is there with auth, since its files hold no data, and can be switched off', async () => {
    await using front = await startFront({}, { tokens: [aToken('anna')] });
    expect((await front.send({ path: '/ui', headers: html })).status).toBe(200);
    await using without = await startFront({ dashboard: false });
    expect((await without.send({ path: '/ui', headers: html })).status).toBe(404);
    expect((await without.send({ path: '/', headers: html })).status).toBe(404);
  });

  it('says where people sign in, and lets the page ask there and nowhere else', async () => {
    const jwt = { issuer: 'https://login.example.com/realms/a', audience: 'backplane', algorithms: ['ES256'] };
    const auth = (more: object) => ({ tokens: [aToken('anna')], jwt: { ...jwt, keyFile, ...more } });
    await using front = await startFront({}, auth({}));
    const look = async () => {
      const { text, headers } = await front.send({ path: '/ui/config.json' });
      const page = await front.send({ path: '/ui', headers: html });
      const [policy] = /connect-src [^;]*/.exec(String(page.headers['content-security-policy'])) ?? [];
      return { config: JSON.parse(text), type: headers['content-type'], kept: headers['cache-control'], policy };
    };
    const json = { type: 'application/json', kept: 'no-store' };
    expect(await look()).toEqual({ config: { signIn: null }, policy: "connect-src 'self'", ...json });
    front.reload({ auth: auth({ clientId: 'dashboard', scope: 'openid backups' }) });
    expect(await look()).toEqual({
      config: { signIn: { issuer: jwt.issuer, clientId: 'dashboard', scope: 'openid backups' } },
      policy: "connect-src 'self' https://login.example.com",
      ...json,
    });
    front.reload({ auth: auth({ clientId: 'dashboard', tokenOrigin: 'https://tokens.example.com' }) });
    expect(await look()).toMatchObject({
      policy: "connect-src 'self' https://login.example.com https://tokens.example.com",
    });
  });

  it('loads less than 150 kB of scripts, gzipped, for its first screen', () => {
    const page = readFileSync('dist/web/index.html', 'utf8');
    const first = [...page.matchAll(/"\.\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name);
    expect(first.length).toBeGreaterThan(0);
    const bytes = first.reduce((sum, name) => sum + statSync(`dist/web/${name}.gz`).size, 0);
    expect(bytes).toBeLessThan(150_000);
  });
});
