/** Key servers behind a proxy that opens tunnels, and key servers that ask for a client certificate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkKeys, createJwt } from '../../../src/auth/jwt.ts';
import { whyKeysUnreadable } from '../../../src/auth/key-server-failure.ts';
import { readKeyServerConnection } from '../../../src/config/outbound.ts';
import { createCertificate } from '../../support/certificate.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { collectLog, type Logged, one, settings, unreachable } from '../../support/key-reader.ts';
import { signToken, startKeyServer } from '../../support/key-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};

const client = createCertificate();
const own = createCertificate();
const mutual = { ...own, ca: client.cert, requestCert: true, rejectUnauthorized: true };
const files = {
  ca: write('ca.crt', own.cert),
  cert: write('client.crt', client.cert),
  key: write('client.key', client.key),
};
const password = `Basic ${Buffer.from('anna:canary-pw').toString('base64')}`;

describe('a key server that asks for a client certificate, behind a proxy', () => {
  it('is read through the tunnels alone, and `check` reads it the same way', async () => {
    await using server = await startKeyServer([one], mutual);
    await using proxy = await startConnectProxy(password);
    const given = settings(server.url, { ...files, proxy: `http://anna:canary-pw@${proxy.host}` });
    const jwt = createJwt(given, collectLog([]));
    expect(await jwt.verify(await signToken(one))).toMatchObject({ viewer: { name: 'anna' } });
    await jwt.close();
    expect(await checkKeys(given)).toBe(1);
    expect(proxy.tunnels).toEqual([new URL(server.url).host, new URL(server.url).host]);
  });

  it('is not read without the certificate, by an authority of another, or around a proxy that refuses', async () => {
    await using server = await startKeyServer([one], mutual);
    await using proxy = await startConnectProxy('Basic other');
    const { ca, cert, key } = files;
    const other = write('other.crt', createCertificate().cert);
    const faulty = [{ ca }, { cert, key }, { ca: other, cert, key }];
    for (const some of faulty) await expect(checkKeys(settings(server.url, some))).rejects.toThrow();
    const reasonOf = (proxyUrl: string) =>
      checkKeys(settings(server.url, { ...files, proxy: proxyUrl })).catch(whyKeysUnreadable);
    expect(await reasonOf(`http://anna:canary-pw@${proxy.host}`)).toBe(
      'its proxy refused to open a tunnel (HTTP 407): check auth.jwt.proxy, or HTTPS_PROXY and HTTP_PROXY of the environment',
    );
    expect(await reasonOf('http://127.0.0.1:1')).toMatch(/^its proxy cannot be reached \(ECONNREFUSED\)/);
    expect(server.requests).toEqual([]);
  });

  it('that refuses is in the log without the password of the proxy', async () => {
    await using server = await startKeyServer([one], mutual);
    await using proxy = await startConnectProxy('Basic other');
    const lines: Logged[] = [];
    const given = settings(server.url, { ...files, proxy: `http://anna:canary-pw@${proxy.host}` });
    const jwt = createJwt(given, collectLog(lines));
    await expect(Promise.resolve(jwt.verify(await signToken(one)))).rejects.toThrow(unreachable);
    await jwt.close();
    expect(lines.map(({ reason }) => reason)).toEqual([expect.stringContaining('HTTP 407')]);
    expect(JSON.stringify(lines)).not.toContain('canary-pw');
  });
});

describe('the proxy of a key server', () => {
  const environment = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'inside.example' };
  const proxyFor = (url: string, proxy: string | null = null) =>
    readKeyServerConnection({ url, proxy }, environment).proxy;

  it('is that of the environment unless it is configured', () => {
    expect(proxyFor('https://login.example/keys')).toBe('http://proxy.example:3128');
    expect(proxyFor('https://login.inside.example/keys')).toBeUndefined();
    expect(proxyFor('http://127.0.0.1/keys')).toBeUndefined();
    expect(proxyFor('https://login.example/keys', 'none')).toBeUndefined();
    expect(proxyFor('https://login.example/keys', 'http://other.example')).toBe('http://other.example');
  });
});
