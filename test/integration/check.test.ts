/** What `check` tells of the ledger, the keys of tokens and the providers, without a program around it. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { checkConfig } from '../../src/cli/check.ts';
import { parseConfig } from '../../src/config/config.ts';
import { openSharedStorage, openStorage } from '../../src/storage/storage.ts';
import { createCertificate } from '../support/certificate.ts';
import { audience, createSigningKey, issuer, type KeyServerMode, startKeyServer } from '../support/key-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const away = '{ name: away, kind: borg, url: "http://127.0.0.1:1", token: x }';

async function check(settings: string, provider = away): Promise<string[]> {
  const config = parseConfig(`providers: [${provider}]\n${settings}`, products, {}, { folder });
  return (await checkConfig(config, products, false)).map(({ isFine, line }) => {
    expect(line.startsWith(isFine ? 'ok ' : 'FAIL ')).toBe(true);
    return line;
  });
}

describe('the ledger', () => {
  it('is created for its owner alone, and is free for a gateway when the check has ended', async () => {
    const file = join(folder, 'new.db');
    const [line] = await check(`ledger: { file: ${file} }`);
    expect(line).toBe(`ok    ledger: ${file}`);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    await openStorage(file).close();
  });

  it('does not fail because a gateway uses it, and is not taken from that gateway', async () => {
    const file = join(folder, 'used.db');
    const used = openStorage(file);
    onTestFinished(() => used.close());
    const [line] = await check(`ledger: { file: ${file} }`);
    expect(line).toBe(`ok    ledger: ${file}`);
    expect(() => openStorage(file)).toThrow('in use by another gateway');
  });

  it('can be taken by a gateway that starts while a check runs', async () => {
    const file = join(folder, 'starting.db');
    const checked = await openSharedStorage(file);
    onTestFinished(() => checked.close());
    await openStorage(file).close();
  });

  const inNewerVersion = async (file: string) => {
    await openStorage(file).close();
    const database = new Database(file);
    database.exec('PRAGMA user_version = 1000');
    database.close();
  };

  it.each<[string, (file: string) => unknown, string]>([
    ['in a folder that does not exist', () => undefined, 'is there such a folder'],
    ['that is a folder', (file) => mkdirSync(file), 'is not a file'],
    ['that is no database', (file) => writeFileSync(file, 'something else '.repeat(100)), 'is not a ledger'],
    ['of a newer version', inNewerVersion, 'is of version 1000'],
  ])('%s fails with a sentence, and the providers are still checked', async (name, prepare, message) => {
    const file = join(folder, name.includes('does not exist') ? 'nowhere/x.db' : `${name.replaceAll(' ', '-')}.db`);
    await prepare(file);
    const [ledger, provider, ...rest] = await check(`ledger: { file: ${file} }`);
    expect(ledger).toMatch(/^FAIL {2}ledger: /);
    expect(ledger).toContain(message);
    expect(provider).toMatch(/^FAIL {2}away \(borg\): PROVIDER_UNAVAILABLE: /);
    expect(rest).toEqual([]);
  });
});

describe('the key server', () => {
  const auth = (url: string, algorithm = 'ES256', more = '') =>
    `auth: { jwt: { issuer: "${issuer}", audience: ${audience}, jwksUrl: "${url}", algorithms: [${algorithm}]${more} } }`;

  it('is read once, and its usable keys are counted', async () => {
    await using server = await startKeyServer([await createSigningKey('a'), await createSigningKey('b')]);
    const [line] = await check(auth(server.url));
    expect(line).toBe('ok    auth.jwt.jwksUrl: 2 keys');
    expect(server.requests).toHaveLength(1);
  });

  it.each<[KeyServerMode, string]>([
    ['fails', 'it answered HTTP 503'],
    ['redirects', 'a redirect to'],
    ['is not JSON', 'is not a set of keys'],
    ['is no set', 'is not a set of keys'],
    ['is too large', 'more than 0.256 MB'],
  ])('that %s fails with the reason', async (mode, reason) => {
    await using server = await startKeyServer([await createSigningKey('a')]);
    server.mode = mode;
    const [line] = await check(auth(server.url));
    expect(line).toMatch(/^FAIL {2}auth\.jwt\.jwksUrl: the keys cannot be read: /);
    expect(line).toContain(reason);
  });

  it('whose keys are of other algorithms fails', async () => {
    await using server = await startKeyServer([await createSigningKey('a')]);
    const [line] = await check(auth(server.url, 'RS256'));
    expect(line).toBe('FAIL  auth.jwt.jwksUrl: none of its keys can be used with RS256');
  });

  it('that nobody answers for, or whose certificate is not trusted, fails with what to do', async () => {
    await using server = await startKeyServer([await createSigningKey('a')], createCertificate());
    const [untrusted] = await check(auth(server.url));
    expect(untrusted).toContain('its certificate is not trusted');
    await server.stop();
    const [gone] = await check(auth(server.url));
    expect(gone).toContain('the connection was refused');
  });
});

describe('"entities"', () => {
  it('fails where it names what a provider does not have', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
    const { username, password } = sandbox.config as { username: string; password: string };
    const named = (id: string) =>
      check(
        '',
        `{ name: files, kind: borg, url: "${sandbox.url}", username: ${username}, password: ${password}, entities: { ${id}: { expectEvery: 1d } } }`,
      );
    expect((await named('/backups/mail'))[0]).toMatch(/^ok {4}files/);
    expect((await named('/backups/male'))[0]).toMatch(
      /^FAIL {2}files .*"entities" names what it does not have: \/backups\/male/,
    );
  });

  it('is only noted where the provider does not list everything that it protects', async () => {
    await using sandbox = await startVProtectSandbox({ demo: false });
    const config = JSON.stringify({
      ...(sandbox.config as object),
      name: 'vms',
      entities: { other: { expectEvery: '1d' } },
    });
    const [line] = await check('', config);
    expect(line).toMatch(/^ok {4}vms .*in "entities" and not in its list: other/);
  });
});
