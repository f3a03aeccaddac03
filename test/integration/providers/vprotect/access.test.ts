import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toCookies } from '../../../../providers/vprotect/auth.ts';
import { vprotect } from '../../../../providers/vprotect/index.ts';
import { ConfigError } from '../../../../src/config/file.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { createCertificate } from '../../../support/certificate.ts';
import { answers, first, nowhere, open, page, to, walk } from '../../../support/vprotect.ts';

const base = { name: 'machines', kind: 'vprotect', url: 'https://vprotect.example/api', username: 'u', password: 'p' };

describe('the configuration', () => {
  const faults = (fields: object): string => {
    const { error } = vprotect.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a user with a password, and a destination or rules', () => {
    expect(faults({})).toBe('none');
    expect(faults({ destination: nowhere })).toBe('none');
    expect(faults({ rules: [nowhere, first], ca: '/etc/ca.pem', timeoutSeconds: 5 })).toBe('none');
    expect(String(vprotect.config.parse(base).password)).toBe('[secret]');
  });

  it('says what is wrong with it', () => {
    expect(faults({ username: undefined })).toContain('username');
    expect(faults({ password: '' })).toContain('password');
    expect(faults({ url: 'ftp://x' })).toContain('expected an http or https URL');
    expect(faults({ destination: 'vault' })).toContain('expected a GUID');
    expect(faults({ rules: [] })).toContain('rules');
    expect(faults({ rules: ['daily'] })).toContain('expected a GUID');
    expect(faults({ destination: nowhere, rules: [nowhere] })).toContain('either destination or rules, not both');
    expect(faults({ tokn: 'x' })).toContain('tokn');
  });
});

describe('an authority of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vprotect-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => void rmSync(folder, { recursive: true, force: true }));

  it('is believed for logins and for everything else', async () => {
    const certificate = createCertificate();
    const paths: string[] = [];
    const server = createServer(certificate, ({ url = '' }, response) => {
      paths.push(url.split('?')[0] ?? '');
      response.setHeader('set-cookie', 'a=1').setHeader('content-type', 'application/json').end('[]');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const believing = vprotect.create(vprotect.config.parse({ ...base, url, ca: file('ca.pem', certificate.cert) }));
    const doubting = vprotect.create(vprotect.config.parse({ ...base, url }));
    expect(await believing.listEntities(never())).toEqual([]);
    expect(paths).toContain('/api/virtual-machines');
    expect((await failureOf(doubting.listEntities(never()))).code).toBe('PROVIDER_UNAVAILABLE');
    await Promise.all([believing.close(), doubting.close()]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('that cannot be read is told at the start', () => {
    const createWith = (ca: string) => () => vprotect.create(vprotect.config.parse({ ...base, ca }));
    expect(createWith('/nowhere/ca.pem')).toThrow(ConfigError);
    expect(createWith('/nowhere/ca.pem')).toThrow(
      'providers (machines): ca: expected a file that can be read (ENOENT)',
    );
  });

  it('that is no certificate is told at the start', () => {
    const make = () => vprotect.create(vprotect.config.parse({ ...base, ca: file('no.pem', 'hello') }));
    expect(make).toThrow('expected a file with a certificate in PEM form');
  });
});

describe('logging in', () => {
  it('keeps every cookie, and happens once for twenty calls at a time', async () => {
    await using fixture = await open();
    await Promise.all(Array.from({ length: 20 }, () => page(fixture.provider)));
    expect(fixture.sandbox.loginCount).toBe(1);
    expect(fixture.sandbox.requests.at(-1)?.headers.cookie).toMatch(/^JSESSIONID=\w+; VPROTECT-ROUTE=\w+$/);
  });

  it('happens again, once, where a session ends in the middle', async () => {
    await using fixture = await open({ history: 30 });
    await page(fixture.provider);
    fixture.sandbox.expireSessions(2);
    expect(await walk(fixture.provider)).toHaveLength(30);
    expect(fixture.sandbox.loginCount).toBe(2);
  });

  it('with a wrong password is tried once, although the product calls that a bad request', async () => {
    await using fixture = await open({ config: { password: 'wrong' } });
    for (let call = 0; call < 5; call++) {
      expect(await failureOf(page(fixture.provider))).toMatchObject({
        code: 'PROVIDER_UNAUTHENTICATED',
        message: 'machines refuses the configured user name or password.',
      });
    }
    expect(fixture.asked()).toEqual(['POST /session/login']);
  });

  it('that gives no cookie is no login', async () => {
    await using fixture = await open();
    fixture.proxy.fail(answers(200, {}), to('/session/login'));
    const error = await failureOf(page(fixture.provider));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      expect.stringContaining('/api at its end'),
    ]);
  });
});

describe('cookies', () => {
  it('are all kept, by name, without what is said about them', () => {
    expect(toCookies(['JSESSIONID=abc; Path=/; HttpOnly', 'route=a=b'])).toBe('JSESSIONID=abc; route=a=b');
    expect(toCookies(['a=1', 'b=2', 'a=3'])).toBe('a=3; b=2');
    expect(toCookies('a=1; Secure')).toBe('a=1');
    expect([toCookies(undefined), toCookies([]), toCookies([''])]).toEqual(['', '', '']);
  });
});
