/** Which tokens are good, what they say of somebody, and what is said of those that are not. */
import { createHmac, createPublicKey } from 'node:crypto';
import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { createVerify } from '../../../src/auth/jwt.ts';
import { audience, createSigningKey, inSeconds, issuer, signToken } from '../../support/key-server.ts';
import { ec, fixedKeys, refusal, rsa, settings, verifier, viewerOf } from './signed.ts';

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
