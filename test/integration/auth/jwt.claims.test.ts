/** What a token of an identity provider says, and whose keys are believed. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, exportPKCS8, exportSPKI, importJWK } from 'jose';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createJwt } from '../../../src/auth/jwt.ts';
import { claimAt } from '../../../src/auth/jwt-claims.ts';
import { readKeyFile } from '../../../src/auth/jwt-key-file.ts';
import { createKeyRing } from '../../../src/auth/jwt-keys.ts';
import { ConfigError } from '../../../src/config/file.ts';
import { createCertificate } from '../../support/certificate.ts';
import { audience, inSeconds, issuer, signToken } from '../../support/key-server.ts';
import { ec, refusal, rsa, settings, viewerOf } from './signed.ts';

describe('the claims', () => {
  it('give a name that is not the id', async () => {
    const claims = { claims: { name: 'preferred_username', role: 'roles' } };
    const viewer = await viewerOf({ preferred_username: 'Anna B.' }, claims);
    expect(viewer).toMatchObject({ id: `jwt:${issuer}:anna`, name: 'Anna B.' });
    for (const preferred_username of [undefined, '', ' ', 'a'.repeat(256), 7, ['a'], '\u0000\u202e']) {
      expect(await refusal(await signToken(ec, { preferred_username }), claims)).toContain('"preferred_username"');
    }
  });

  it.each<[string, object, string]>([
    ['realm_access.roles', { realm_access: { roles: ['OPERATOR'] } }, 'OPERATOR'],
    ['https://example.com/roles', { 'https://example.com/roles': ['READER'] }, 'READER'],
    ['a.b', { 'a.b': 'READER', a: { b: 'OPERATOR' } }, 'READER'],
    ['roles', { roles: 'openid OPERATOR' }, 'OPERATOR'],
    ['roles', { roles: 'READER' }, 'READER'],
    ['roles', { roles: ['READER', 'OPERATOR'] }, 'OPERATOR'],
    ['roles', { roles: ['Backup team'] }, 'OPERATOR'],
    ['roles', { roles: 'Backup team' }, 'OPERATOR'],
    ['roles', { roles: [7, null, 'READER'] }, 'READER'],
  ])('give a role at %s: %j', async (role, claims, expected) => {
    const viewer = await viewerOf(claims, { claims: { role }, operators: ['OPERATOR', 'Backup team'] });
    expect(viewer.role).toBe(expected);
  });

  it.each<[string, object]>([
    ['roles', { roles: undefined }],
    ['roles', { roles: [] }],
    ['roles', { roles: 'operator' }],
    ['roles', { roles: { OPERATOR: true } }],
    ['roles', { roles: [['OPERATOR']] }],
    ['roles', { roles: ['openid OPERATOR'] }],
    ['realm_access.roles', { realm_access: 'OPERATOR' }],
    ['realm_access.roles', { realm_access: [{ roles: 'OPERATOR' }] }],
    ['constructor.name', {}],
    ['roles.constructor.name', { roles: ['OPERATOR'] }],
    ['__proto__.roles', { roles: ['OPERATOR'] }],
    ['roles.length', { roles: 'O' }],
  ])('give no role at %s: %j, which is FORBIDDEN', async (role, claims) => {
    const operators = ['OPERATOR', 'Object', 'Array'];
    const token = await signToken(ec, claims);
    expect(await refusal(token, { claims: { role }, operators })).toBe(
      `FORBIDDEN: This token is good, and gives no role here: its claim "${role}" has none that is known.`,
    );
  });

  it('name somebody without characters that hide or turn around what is written', async () => {
    const nameOf = async (preferred_username: string) =>
      (await viewerOf({ preferred_username }, { claims: { name: 'preferred_username' } })).name;
    expect(await nameOf('an\u0000na\u202e\u2066\r\n\u2028')).toBe('anna');
    expect(await nameOf('Zo\u00eb \ud83d\ude00\udce9')).toBe('Zo\u00eb \ud83d\ude00');
  });

  it('keep two subjects apart that differ in half a character', async () => {
    const ids = [];
    for (const sub of ['anna\udce9', 'anna\udce8', 'anna\ufffd']) ids.push((await viewerOf({ sub })).id);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.isWellFormed())).toBe(true);
  });

  it('make everybody a reader where the configuration names none for roles', async () => {
    expect((await viewerOf({}, { claims: {} })).role).toBe('READER');
  });

  it('are only what the token itself has, nothing that objects inherit', async () => {
    const inherited = Object.create({ roles: 'OPERATOR', access: { roles: 'OPERATOR' } }) as object;
    expect(claimAt(inherited, 'roles')).toBeUndefined();
    expect(claimAt({ access: inherited }, 'access.roles')).toBeUndefined();
    const text = `{"iss":"${issuer}","aud":"${audience}","sub":"anna","exp":${inSeconds(60)},"__proto__":{"roles":["OPERATOR"]}}`;
    const sign = new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'ES256', kid: 'ec' });
    expect(await refusal(await sign.sign(ec.privateKey))).toMatch(/^FORBIDDEN/);
  });

  it.each<[unknown, string[] | null]>([
    ['*', null],
    [['files', '*'], null],
    ['files', ['files']],
    ['files machines', ['files', 'machines']],
    ['files,machines', ['files', 'machines']],
    [['files', 'files', 7], ['files']],
    [[], []],
    ['', []],
    [undefined, []],
    [true, []],
    [{ '*': true }, []],
    [[['*']], []],
  ])('let see, by %j, only %j', async (backups, expected) => {
    expect((await viewerOf({ backups }, { claims: { role: 'roles', providers: 'backups' } })).providers).toEqual(
      expected,
    );
  });
});

describe('a key file', () => {
  const save = async (text: string): Promise<string> => {
    const file = join(tmpdir(), `${randomUUID()}.keys`);
    await writeFile(file, text);
    return file;
  };
  const log = pino({ level: 'silent' });
  const faultOf = async (text: string, algorithms = ['ES256', 'RS256']): Promise<string> => {
    const keyFile = await save(text);
    try {
      createJwt(settings({ keyFile, algorithms }), log);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
    return 'none';
  };

  it('is a public key, a certificate or a set of keys', async () => {
    const pem = await exportSPKI((await importJWK({ ...rsa.jwk, ext: true }, 'RS256')) as CryptoKey);
    for (const text of [pem, JSON.stringify({ keys: [ec.jwk, rsa.jwk] })]) {
      const { verify } = createJwt(settings({ keyFile: await save(text) }), log);
      expect(await verify(await signToken(rsa))).toMatchObject({ viewer: { name: 'anna' } });
    }
    expect(readKeyFile(await save(createCertificate().cert), ['ES256']).ring?.size).toBe(1);
  });

  it('as PEM has the key of every token, whatever the token calls it; a set is asked by name', async () => {
    const pem = await exportSPKI((await importJWK({ ...ec.jwk, ext: true }, 'ES256')) as CryptoKey);
    const token = await signToken(ec, {}, { kid: 'whatever' });
    const byPem = createJwt(settings({ keyFile: await save(pem) }), log);
    expect(await byPem.verify(token)).toMatchObject({ viewer: { name: 'anna' } });
    const bySet = createJwt(settings({ keyFile: await save(JSON.stringify({ keys: [ec.jwk] })) }), log);
    await expect(async () => bySet.verify(token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'This token was signed with a key that is not known here ("kid").',
    });
  });

  it('that is none says so when the process starts, and shows nothing of it', async () => {
    expect(() => createJwt(settings({ keyFile: '/nowhere/keys.pem' }), log)).toThrow(
      new ConfigError(['auth.jwt.keyFile: expected a file that can be read (ENOENT): /nowhere/keys.pem']),
    );
    const noKeys = 'auth.jwt.keyFile: expected a public key in PEM form, or a set of keys as JSON: {"keys": [...]}';
    expect(await faultOf('canary')).toBe(noKeys);
    expect(await faultOf('-----BEGIN PUBLIC KEY-----\ncanary\n-----END PUBLIC KEY-----\n')).toBe(noKeys);
    expect(await faultOf(JSON.stringify(ec.jwk))).toBe(noKeys);
    expect(await faultOf(await exportPKCS8(ec.privateKey))).toContain('this one is private');
    const none = 'auth.jwt.keyFile: expected a public key for ES256; one for RSA has 2048 bits or more';
    expect(await faultOf(JSON.stringify({ keys: [] }), ['ES256'])).toBe(none);
    expect(await faultOf(JSON.stringify({ keys: [rsa.jwk, 7] }), ['ES256'])).toBe(none);
  });

  it('with more keys than a hundred is none', () => {
    const keys = new Array<object>(101).fill(ec.jwk);
    expect(createKeyRing({ keys }, ['ES256'])).toBeNull();
    expect(createKeyRing({ keys: keys.slice(1) }, ['ES256'])?.size).toBe(100);
  });

  it.each<[string, () => object]>([
    ['too short', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })],
    ['of another curve', () => ({ ...ec.jwk, crv: 'P-384' })],
    ['for encryption', () => ({ ...rsa.jwk, use: 'enc' })],
    ['for signing only', () => ({ ...rsa.jwk, key_ops: ['sign'] })],
    ['for another algorithm', () => ({ ...rsa.jwk, alg: 'PS256' })],
    ['private', () => ({ ...rsa.jwk, d: 'canary' })],
    ['secret', () => ({ kty: 'oct', k: 'canary', kid: 'rsa', alg: 'HS256' })],
  ])('leaves out a key that is %s', (_what, key) => {
    expect(createKeyRing({ keys: [key(), ec.jwk] }, ['ES256', 'RS256'])?.size).toBe(1);
  });
});
