/** How people sign in to the dashboard: what its page asks for, and which other origins it may ask. */
import type { JwtSettings } from '../../config/jwt.ts';

type SignInSettings = Pick<JwtSettings, 'issuer' | 'clientId' | 'scope' | 'tokenOrigin'>;

/** `/ui/config.json`: nothing of it is secret, since a browser needs it before anybody is signed in. */
export function toDashboardConfig(jwt: SignInSettings | null): object {
  if (jwt === null || jwt.clientId === null) return { signIn: null };
  const { issuer, clientId, scope } = jwt;
  return { signIn: { issuer, clientId, scope } };
}

/** For `connect-src`: the page reads the metadata of the issuer, and exchanges a code for a token. */
export function signInOrigins(jwt: SignInSettings | null): readonly string[] {
  if (jwt === null || jwt.clientId === null) return [];
  const issuer = new URL(jwt.issuer).origin;
  return [...new Set([issuer, jwt.tokenOrigin ?? issuer])];
}
