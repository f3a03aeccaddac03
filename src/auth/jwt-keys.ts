/** Public keys of an identity provider, and which of them a token is verified with. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { JwtSettings } from '../config/jwt.ts';
import { unauthenticated } from './identity.ts';

export type Algorithm = JwtSettings['algorithms'][number];

/** What a token says of its key, as nobody has verified it yet; `alg` is one of those that are accepted. */
export interface KeyHint {
  readonly alg?: string | undefined;
  readonly kid?: string | undefined;
}

/** Keys as they were read at one moment. */
export interface KeyRing {
  /** How many can be used. */
  readonly size: number;
  /** Null where there is none. Throws UNAUTHENTICATED where the token does not say which of several. */
  find(hint: KeyHint): KeyObject | null;
}

/** Where keys come from. */
export interface Keys {
  /** The newest; another object once any of them has changed. Null: none were ever read. */
  readonly ring: KeyRing | null;
  /** Throws UNAUTHENTICATED where there is no such key, or the keys cannot be read. */
  find(hint: KeyHint): Promise<KeyObject> | KeyObject;
  close(): Promise<void>;
}

/** As RFC 7517 has it; what is strange in one key is no reason to refuse the others. */
const keySet = z.object({ keys: z.array(z.unknown()).max(100) });

const jsonKey = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
  // A private key that somebody has published is nobody's any more.
  d: z.undefined().optional(),
});

/** Null where it is no set of keys. Those that cannot verify a token of ours are left out. */
export function createKeyRing(json: unknown, algorithms: readonly Algorithm[]): KeyRing | null {
  const read = keySet.safeParse(json);
  if (!read.success) return null;
  const known = read.data.keys.flatMap((given) => {
    const { success, data } = jsonKey.safeParse(given);
    const key = success ? importKey(data) : null;
    if (!success || !key) return [];
    const { kid, alg } = data;
    const usable = algorithms.filter((algorithm) => (alg === undefined || alg === algorithm) && fits(key, algorithm));
    return usable.length === 0 ? [] : [{ kid, key, usable }];
  });
  return {
    size: known.length,
    find({ alg, kid }) {
      const [only, ...others] = known.filter(
        (one) => (kid === undefined || kid === one.kid) && usableWith(one.usable, alg),
      );
      if (others.length > 0) {
        throw unauthenticated('The header of this token does not say which of several keys has signed it ("kid").');
      }
      return only?.key ?? null;
    },
  };
}

const usableWith = (usable: readonly string[], alg: string | undefined): boolean =>
  alg !== undefined && usable.includes(alg);

function importKey(jwk: Record<string, unknown>): KeyObject | null {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}

const curves: Partial<Record<Algorithm, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

function fits({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, algorithm: Algorithm): boolean {
  if (algorithm === 'EdDSA') return type === 'ed25519';
  const curve = curves[algorithm];
  if (curve !== undefined) return type === 'ec' && details?.namedCurve === curve;
  // RFC 7518 forbids shorter ones.
  return type === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
}
