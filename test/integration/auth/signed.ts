/** Tokens of an identity provider, good and bad. */
import { expect } from 'vitest';
import type { Verify } from '../../../src/auth/identity.ts';
import { createVerify } from '../../../src/auth/jwt.ts';
import { createKeyRing, type Keys } from '../../../src/auth/jwt-keys.ts';
import { type AuthSettings, authSettings } from '../../../src/config/auth.ts';
import type { JwtSettings } from '../../../src/config/jwt.ts';
import { audience, createSigningKey, issuer, signToken } from '../../support/key-server.ts';

export const ec = await createSigningKey('ec');
export const rsa = await createSigningKey('rsa', 'RS256');

export function settings(more: object = {}): JwtSettings {
  const algorithms = ['ES256', 'RS256'];
  const given = { issuer, audience, keyFile: 'keys', algorithms, claims: { role: 'roles' }, clockSkewSeconds: 0 };
  return (authSettings.parse({ jwt: { ...given, ...more } }) as NonNullable<AuthSettings>).jwt as JwtSettings;
}

/** Keys that stay; they are counted where somebody asks for one. */
export function fixedKeys(keys: readonly object[] = [ec.jwk, rsa.jwk]): Keys & { asked: number; ring: Keys['ring'] } {
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

export const verifier = (more: object = {}, now?: () => number): Verify =>
  createVerify(settings(more), fixedKeys(), now);

export const viewerOf = async (claims: object, more: object = {}) =>
  (await verifier(more)(await signToken(ec, claims))).viewer;

/** What is said of a token that is refused; nothing of the token may be in it. */
export async function refusal(token: string, more: object = {}): Promise<string> {
  const error = await Promise.resolve()
    .then(() => verifier(more)(token))
    .then(
      () => new Error('it was let in'),
      (thrown: Error & { code?: string }) => thrown,
    );
  expect(JSON.stringify([error.message, error.cause ?? null])).not.toMatch(/anna|canary|elsewhere/);
  return `${(error as { code?: string }).code}: ${error.message}`;
}
