/** A token that was verified is not verified again at once. */
import { describe, expect, it } from 'vitest';
import { createCredentialCache } from '../../../src/auth/credential-cache.ts';
import type { Identity } from '../../../src/auth/identity.ts';
import { createVerify } from '../../../src/auth/jwt.ts';
import { createKeyRing } from '../../../src/auth/jwt-keys.ts';
import { signToken } from '../../support/key-server.ts';
import { ec, fixedKeys, rsa, settings } from './signed.ts';

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
    const cache = createCredentialCache({ maxAgeMs: 60_000, maxEntries: 2, now: Date.now });
    const identity = { viewer: { id: 'a', name: 'a', role: 'READER', providers: null }, expiresAt: null } as const;
    for (const token of ['a', 'b', 'a', 'c']) cache.keep(token, identity, null);
    expect(['a', 'b', 'c'].filter((token) => cache.find(token, null))).toEqual(['a', 'c']);
    expect(cache.size).toBe(2);
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
