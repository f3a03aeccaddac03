/** Tokens that the configuration names. Only their SHA-256 is known, which is enough for texts that nobody can guess. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { TokenSettings } from '../config/auth.ts';
import { expiredMessage, type Identity, unauthenticated } from './identity.ts';

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** What the command line prints for somebody who needs one: 32 random bytes. */
export function makeToken(): { token: string; sha256: string } {
  const token = `bp_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: digest(token).toString('hex') };
}

export interface KnownToken {
  readonly settings: TokenSettings;
  readonly digest: Buffer;
  readonly identity: Identity;
  readonly revoke: () => void;
}

/** A token with the same settings as a former one stays that one: its streams and sockets go on. */
export function toKnownTokens(tokens: readonly TokenSettings[], former: readonly KnownToken[] = []): KnownToken[] {
  return tokens.map((settings) => former.find((one) => isDeepStrictEqual(one.settings, settings)) ?? toKnown(settings));
}

function toKnown(settings: TokenSettings): KnownToken {
  const { name, role, providers, sha256, expiresAt } = settings;
  const revocation = new AbortController();
  // Each stream and each socket of the token listens.
  setMaxListeners(0, revocation.signal);
  const viewer = { id: `token:${name}`, name, role, providers };
  return {
    settings,
    digest: Buffer.from(sha256, 'hex'),
    identity: { viewer, expiresAt, revoked: revocation.signal },
    revoke: () => revocation.abort(),
  };
}

/** Null where the credential is none of them. Throws UNAUTHENTICATED where it was one, and has expired. */
export function createTokenCheck(
  known: readonly KnownToken[],
  now: () => number = Date.now,
): (credential: string) => Identity | null {
  return (credential) => {
    const given = digest(credential);
    let found: Identity | null = null;
    // All are compared, and each whole: how long it takes says nothing about any.
    for (const one of known) if (timingSafeEqual(one.digest, given)) found = one.identity;
    if (found?.expiresAt != null && found.expiresAt <= now()) throw unauthenticated(expiredMessage);
    return found;
  };
}
