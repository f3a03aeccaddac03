/** Tokens of an identity provider (JWT): verified by its public keys, for this gateway, for a time. */
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import type { JwtSettings } from '../config/jwt.ts';
import { readKeyServerConnection } from '../config/outbound.ts';
import type { Log } from '../observability/log.ts';
import { createCredentialCache } from './credential-cache.ts';
import { expiredMessage, type Identity, unauthenticated, type Verify } from './identity.ts';
import { toIdentity, wrongClaim } from './jwt-claims.ts';
import { readKeyFile } from './jwt-key-file.ts';
import { countKeys, createKeyServer } from './jwt-key-server.ts';
import type { Keys } from './jwt-keys.ts';

export interface Jwt {
  readonly verify: Verify;
  /** Keys were read at least once, so that tokens can be verified. */
  readonly hasKeys: () => boolean;
  close(): Promise<void>;
}

/** A signature costs half a millisecond to verify, and a dashboard presents the same token all day. */
const cacheLimits = { maxAgeMs: 60_000, maxEntries: 10_000 };

/** Throws ConfigError where a file of the configuration is not what it should be. */
export function createJwt(settings: JwtSettings, log: Log): Jwt {
  const keys = createKeys(settings, log);
  return { verify: createVerify(settings, keys), hasKeys: () => keys.ring !== null, close: () => keys.close() };
}

function createKeys(settings: JwtSettings, log: Log): Keys {
  const { jwksUrl: url, keyFile, algorithms, keysSeconds } = settings;
  if (keyFile !== null) return readKeyFile(keyFile, algorithms);
  if (url === null) throw new Error('a configuration without keys, although it was checked');
  const connection = readKeyServerConnection({ ...settings, url });
  return createKeyServer({ url, connection, algorithms, keysMs: keysSeconds * 1000, log });
}

/** How many keys can be used now. Throws why they cannot be read; ConfigError where a file of the configuration is bad. */
export async function checkKeys(settings: JwtSettings): Promise<number> {
  const { jwksUrl: url, keyFile, algorithms } = settings;
  if (keyFile !== null) return readKeyFile(keyFile, algorithms).ring?.size ?? 0;
  if (url === null) throw new Error('a configuration without keys, although it was checked');
  return countKeys({ url, connection: readKeyServerConnection({ ...settings, url }), algorithms });
}

export function createVerify(settings: JwtSettings, keys: Keys, now: () => number = Date.now): Verify {
  const { issuer, audience, clockSkewSeconds } = settings;
  const algorithms = [...settings.algorithms];
  const known = createCredentialCache({ ...cacheLimits, now });

  async function verifyAnew(token: string): Promise<Identity> {
    try {
      const findKey = (header: JWTHeaderParameters) => {
        checkHeader(header);
        return keys.find(header);
      };
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(now()),
      });
      const identity = toIdentity(payload, settings);
      // The library knows whole seconds only, and a stream that is opened now must not end at once.
      if (identity.expiresAt !== null && identity.expiresAt <= now()) throw unauthenticated(expiredMessage);
      return identity;
    } catch (error) {
      throw explain(error);
    }
  }

  return (token) => {
    // As they are before: where they change meanwhile, this one is verified again.
    const { ring } = keys;
    return (
      known.find(token, ring) ??
      verifyAnew(token).then((identity) => {
        known.keep(token, identity, ring);
        return identity;
      })
    );
  };
}

/** A logout token or a proof of possession is signed by the same keys, and lets nobody in. */
const types = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

function checkHeader({ typ, crit, kid }: JWTHeaderParameters): void {
  if (typ !== undefined && !(typeof typ === 'string' && types.has(typ.toLowerCase()))) {
    throw unauthenticated('The header of this token says that it is for something else ("typ").');
  }
  if (crit !== undefined) throw unknownExtension();
  if (kid !== undefined && typeof kid !== 'string') throw malformed();
}

const malformed = () => unauthenticated('This token is not a signed JWT in its compact form.');
const unknownExtension = () =>
  unauthenticated('The header of this token asks for an extension that is not known here ("crit").');

const expectations: Record<string, string> = {
  iss: 'the issuer that is trusted here',
  aud: 'the audience that this gateway is',
  exp: 'a time',
  nbf: 'a time that has come',
  iat: 'a time',
};

/** Says what is wrong and shows nothing of the token: what jose throws has all its claims in it. */
function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return unauthenticated(expiredMessage);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return wrongClaim(error.claim, expectations[error.claim] ?? 'another');
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return unauthenticated('This token was signed with an algorithm that is not accepted here ("alg").');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return unauthenticated('The signature of this token is wrong.');
  }
  if (error instanceof errors.JOSENotSupported) return unknownExtension();
  return error instanceof errors.JOSEError ? malformed() : error;
}
