/** Which tokens are good, what they say of somebody, and what is said of those that are not. */
import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, exportPKCS8, exportSPKI, importJWK } from 'jose';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Identity, Verify } from '../../src/auth/identity.ts';
import { createJwt, createVerify } from '../../src/auth/jwt.ts';
import { claimAt } from '../../src/auth/jwt-claims.ts';
import { readKeyFile } from '../../src/auth/jwt-key-file.ts';
import { createKeyRing, type Keys } from '../../src/auth/jwt-keys.ts';
import { createRemembered } from '../../src/auth/remembered.ts';
import { ConfigError } from '../../src/config.ts';
import { type AuthSettings, authSettings, type JwtSettings } from '../../src/settings/auth.ts';
import { createCertificate } from '../support/certificate.ts';
import { audience, createSigningKey, inSeconds, issuer, type SigningKey, signToken } from '../support/key-server.ts';

let ec: SigningKey;
let rsa: SigningKey;
beforeAll(async () => {
  ec = await createSigningKey('ec');
  rsa = await createSigningKey('rsa', 'RS256');
});

function settings(more: object = {}): JwtSettings {
  const algorithms = ['ES256', 'RS256'];
  const given = { issuer, audience, keyFile: 'keys', algorithms, claims: { role: 'roles' }, clockSkewSeconds: 0 };
  return (authSettings.parse({ jwt: { ...given, ...more } }) as NonNullable<AuthSettings>).jwt as JwtSettings;
}

/** Keys that stay; they are counted where somebody asks for one. */
function fixedKeys(keys: readonly object[] = [ec.jwk, rsa.jwk]): Keys & { asked: number; ring: Keys['ring'] } {
  const { algorithms } = settings();
  return {
    asked: 0,
    ring: createKeyRing({ keys }, algorithms),
    find(hint) {
      this.asked++;
      const key = this.ring?.find(hint);
      if (!key) throw new Error(`no key for ${JSON.stringify(hint)}`);
      return key;
    },
    close: () => Promise.resolve(),
  };
}

const verifier = (more: object = {}, now?: () => number): Verify => createVerify(settings(more), fixedKeys(), now);

const viewerOf = async (claims: object, more: object = {}) =>
  (await verifier(more)(await signToken(ec, claims))).viewer;

/** What is said of a token that is refused; nothing of the token may be in it. */
async function refusal(token: string, more: object = {}): Promise<string> {
  const error = await Promise.resolve()
    .then(() => verifier(more)(token))
    .then(
      () => new Error('it was let in'),
      (thrown: Error & { code?: string }) => thrown,
    );
  expect(JSON.stringify([error.message, error.cause ?? null])).not.toMatch(/anna|canary|elsewhere/);
  return `${(error as { code?: string }).code}: ${error.message}`;
}

const encode = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');

describe('a token', () => {
  it('of the issuer for this audience is good, by each of the keys', async () => {
    for (const key of [ec, rsa]) {
      const exp = inSeconds(60);
      expect(await verifier()(await signToken(key, { exp }))).toEqual({
        viewer: { id: `jwt:${issuer}:anna`, name: 'anna', role: 'OPERATOR', providers: null },
        expiresAt: exp * 1000,
      });
    }
  });

  it.each([
    ['of another issuer', { iss: 'https://elsewhere.example.com' }, '"iss"'],
    ['without an issuer', { iss: undefined }, '"iss"'],
    ['for another audience', { aud: 'elsewhere' }, '"aud"'],
    ['for other audiences', { aud: ['elsewhere', 'canary'] }, '"aud"'],
    ['for an audience that only begins as this one', { aud: `${audience}-canary` }, '"aud"'],
    ['for nobody', { aud: undefined }, '"aud"'],
    ['for an empty list', { aud: [] }, '"aud"'],
    ['without an end', { exp: undefined }, '"exp"'],
    ['with an end that is no time', { exp: 'canary' }, '"exp"'],
    ['that has expired', { exp: inSeconds(-2) }, 'has expired'],
    ['of tomorrow', { nbf: inSeconds(86_400) }, '"nbf"'],
    ['without a subject', { sub: undefined }, '"sub"'],
    ['with an empty subject', { sub: '' }, '"sub"'],
    ['with a subject that is no text', { sub: 7 }, '"sub"'],
    ['with a subject that is too long', { sub: 'a'.repeat(256) }, '"sub"'],
    ['with a subject of two lines', { sub: 'anna\ncanary' }, '"sub"'],
  ])('%s is refused', async (_what, claims, said) => {
    const message = await refusal(await signToken(ec, claims));
    expect(message).toMatch(/^UNAUTHENTICATED: /);
    expect(message).toContain(said);
  });

  it('for several audiences is good where this is one of them', async () => {
    expect(await viewerOf({ aud: ['elsewhere', audience] })).toMatchObject({ name: 'anna' });
  });

  it('that ends at no number is refused', async () => {
    const payload = `{"iss":"${issuer}","aud":"${audience}","sub":"anna","exp":1e999,"roles":"OPERATOR"}`;
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'ES256', kid: 'ec' })
      .sign(ec.privateKey);
    expect(await refusal(token)).toContain('"exp"');
  });

  it('is good for as long as the clocks may differ, and its streams for the same time', async () => {
    // Providers of identity may write fractions.
    const exp = Math.floor(Date.now() / 1000) + 0.25;
    const token = await signToken(ec, { exp });
    let now = exp * 1000;
    const verify = verifier({ clockSkewSeconds: 30 }, () => now);
    expect((await verify(token)).expiresAt).toBe((exp + 30) * 1000);
    now = (exp + 30) * 1000 - 1;
    expect((await verify(token)).viewer.name).toBe('anna');
    now++;
    await expect(async () => verify(token)).rejects.toThrow('has expired');
    expect(await viewerOf({ nbf: inSeconds(20) }, { clockSkewSeconds: 30 })).toMatchObject({ name: 'anna' });
  });

  it.each([
    ['logout+jwt', '"typ"'],
    ['dpop+jwt', '"typ"'],
    [7, '"typ"'],
  ])('of type %s is refused', async (typ, said) => {
    expect(await refusal(await signToken(ec, {}, { typ }))).toContain(said);
  });

  it.each([undefined, 'JWT', 'at+jwt', 'application/AT+JWT'])('of type %s is good', async (typ) => {
    expect(await verifier()(await signToken(ec, {}, { typ }))).toMatchObject({ viewer: { name: 'anna' } });
  });

  it('that asks for an extension is refused, known to the library or not', async () => {
    const [, payload = '', signature = ''] = (await signToken(ec)).split('.');
    const header = encode({ alg: 'ES256', kid: 'ec', crit: ['canary'], canary: 1 });
    expect(await refusal(`${header}.${payload}.${signature}`)).toContain('"crit"');
    const b64 = new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg: 'ES256', b64: true, crit: ['b64'] });
    expect(await refusal(await b64.sign(ec.privateKey))).toContain('"crit"');
  });

  it('without a signature is refused, and so is one that is signed with the public key', async () => {
    const [, payload = ''] = (await signToken(rsa)).split('.');
    const none = `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    expect(await refusal(none)).toContain('"alg"');
    const head = `${encode({ alg: 'HS256', kid: 'rsa', typ: 'JWT' })}.${payload}`;
    const pem = createPublicKey({ key: rsa.jwk as object, format: 'jwk' } as never).export({
      format: 'pem',
      type: 'spki',
    });
    const mac = createHmac('sha256', pem).update(head).digest('base64url');
    expect(await refusal(`${head}.${mac}`)).toContain('"alg"');
  });

  it('signed with an algorithm that is not among those of the configuration is refused', async () => {
    expect(await refusal(await signToken(rsa), { algorithms: ['ES256'] })).toContain('"alg"');
  });

  it('that brings its own key is verified by ours', async () => {
    const eve = await createSigningKey('ec');
    const token = await signToken(eve, {}, { jwk: eve.jwk, jku: 'https://elsewhere.example.com/keys' });
    expect(await refusal(token)).toContain('signature');
  });

  it('that was changed on the way is refused', async () => {
    const [header, , signature] = (await signToken(ec)).split('.');
    const payload = encode({ iss: issuer, aud: audience, sub: 'canary', exp: inSeconds(60), roles: ['OPERATOR'] });
    expect(await refusal(`${header}.${payload}.${signature}`)).toContain('signature');
  });

  it.each(['a.b.c', '..', `${encode([])}.${encode({})}.`, `${'a'.repeat(9_000)}.b.c`])(
    '%# that is none is refused',
    async (text) => {
      expect(await refusal(text)).toContain('not a signed JWT');
    },
  );

  it('whose payload is no object is refused', async () => {
    const sign = new CompactSign(Buffer.from('["canary"]')).setProtectedHeader({ alg: 'ES256', kid: 'ec' });
    expect(await refusal(await sign.sign(ec.privateKey))).toContain('not a signed JWT');
  });

  it('that does not say which of two keys has signed it is refused, and good where there is one', async () => {
    const other = await createSigningKey('other');
    const token = await signToken(ec, {}, { kid: undefined });
    expect(await refusal(await signToken(ec, {}, { kid: 7 }))).toContain('not a signed JWT');
    expect(await verifier()(token)).toMatchObject({ viewer: { name: 'anna' } });
    const both = createVerify(settings(), fixedKeys([ec.jwk, other.jwk]));
    await expect(async () => both(token)).rejects.toThrow('"kid"');
  });
});

describe('the claims', () => {
  it('give a name that is not the id', async () => {
    const claims = { claims: { name: 'preferred_username', role: 'roles' } };
    const viewer = await viewerOf({ preferred_username: 'Anna B.' }, claims);
    expect(viewer).toMatchObject({ id: `jwt:${issuer}:anna`, name: 'Anna B.' });
    for (const preferred_username of [undefined, '', ' ', 'a'.repeat(256), 7, ['a'], 'a\u0000b']) {
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

describe('a token that was verified', () => {
  const verifyCounted = (keys: ReturnType<typeof fixedKeys>, now: () => number) => {
    const verify = createVerify(settings(), keys, now);
    return async (token: string): Promise<[Identity, number]> => [await verify(token), keys.asked];
  };

  it('is not verified again for a minute, and then is', async () => {
    let now = Date.now();
    const verify = verifyCounted(fixedKeys(), () => now);
    const token = await signToken(ec);
    const [first] = await verify(token);
    now += 59_999;
    expect(await verify(token)).toEqual([first, 1]);
    now++;
    expect(await verify(token)).toEqual([first, 2]);
  });

  it('is not remembered past its end', async () => {
    let now = Date.now();
    const verify = verifyCounted(fixedKeys(), () => now);
    const token = await signToken(ec, { exp: now / 1000 + 10 });
    await verify(token);
    now += 11_000;
    await expect(verify(token)).rejects.toThrow('has expired');
  });

  it('is verified again once the keys are others', async () => {
    const keys = fixedKeys();
    const verify = verifyCounted(keys, Date.now);
    const token = await signToken(ec);
    await verify(token);
    keys.ring = createKeyRing({ keys: [rsa.jwk] }, settings().algorithms);
    await expect(verify(token)).rejects.toThrow('no key');
  });

  it('by a key that was removed meanwhile is verified again', async () => {
    const keys = fixedKeys();
    const { find } = keys;
    const next = createKeyRing({ keys: [rsa.jwk] }, settings().algorithms);
    keys.find = (hint) => {
      const key = find.call(keys, hint);
      keys.ring = next;
      return key;
    };
    const verify = verifyCounted(keys, Date.now);
    const token = await signToken(ec);
    await verify(token);
    await expect(verify(token)).rejects.toThrow('no key');
  });

  it('is remembered whole: another with the same beginning is not it', async () => {
    const verify = verifyCounted(fixedKeys(), Date.now);
    const token = await signToken(ec);
    await verify(token);
    await expect(verify(token.replace(/.{8}$/, 'AAAAAAAA'))).rejects.toThrow('signature');
  });

  it('is forgotten where more are remembered than may be, the oldest first', () => {
    const remembered = createRemembered({ maxAgeMs: 60_000, maxEntries: 2, now: Date.now });
    const identity = { viewer: { id: 'a', name: 'a', role: 'READER', providers: null }, expiresAt: null } as const;
    for (const token of ['a', 'b', 'a', 'c']) remembered.keep(token, identity, null);
    expect(['a', 'b', 'c'].filter((token) => remembered.find(token, null))).toEqual(['a', 'c']);
    expect(remembered.size).toBe(2);
  });

  it('and gave no role is asked about each time', async () => {
    const keys = fixedKeys();
    const verify = verifyCounted(keys, Date.now);
    const token = await signToken(ec, { roles: [] });
    await expect(verify(token)).rejects.toThrow('no role');
    await expect(verify(token)).rejects.toThrow('no role');
    expect(keys.asked).toBe(2);
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
      new ConfigError(['auth.jwt.keyFile: expected a file that can be read (ENOENT)']),
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
