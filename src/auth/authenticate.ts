/** From what a client presents to who it is; the same for every transport. */
import type { AuthSettings } from '../config/auth.ts';
import { type Identity, unauthenticated, type Verify } from './identity.ts';
import { createTokenCheck, type KnownToken, toKnownTokens } from './tokens.ts';

/** `authorization`: the header's value, wherever it was sent; null where there was none. */
export type Authenticate = (authorization: string | null) => Promise<Identity> | Identity;

/** Everybody, where nobody is asked: the configuration sees to it that only the own machine can ask then. */
const anonymous: Identity = {
  viewer: { id: 'anonymous', name: 'anonymous', role: 'OPERATOR', providers: null },
  expiresAt: null,
};

/** Longer than any token; what is more is not even looked at. */
const maxLength = 16_384;

/** `tokens`: those of the settings. */
export function createAuthenticate(
  settings: AuthSettings,
  verifyJwt: Verify | null,
  tokens: readonly KnownToken[] = toKnownTokens(settings?.tokens ?? []),
): Authenticate {
  if (settings === null) return () => anonymous;
  const checkToken = createTokenCheck(tokens);
  return (authorization) => {
    const credential = readBearer(authorization);
    const known = checkToken(credential);
    if (known) return known;
    if (verifyJwt && looksLikeJwt(credential)) return verifyJwt(credential);
    throw unauthenticated('This token is not known here.');
  };
}

function readBearer(authorization: string | null): string {
  if (authorization === null || authorization === '') {
    throw unauthenticated(
      'Say who you are: send the header "Authorization: Bearer TOKEN", or connectionParams with it.',
    );
  }
  const [, credential] = /^bearer +([\w.~+/=-]+) *$/i.exec(authorization.slice(0, maxLength)) ?? [];
  if (credential === undefined) throw unauthenticated('The authorization is not "Bearer TOKEN".');
  return credential;
}

const looksLikeJwt = (credential: string): boolean => credential.split('.').length === 3;
