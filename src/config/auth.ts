/** Who is let in: tokens that the configuration names, tokens of an identity provider (JWT), or everybody. */
import { z } from 'zod';

const role = z.enum(['READER', 'OPERATOR']);
/** Names of providers; null: all. */
const providers = z.array(z.string().min(1)).nullable().default(null);

export interface TokenSettings {
  readonly name: string;
  /** SHA-256 of the token, 64 hexadecimal digits: the token itself is stored nowhere. */
  readonly sha256: string;
  readonly role: 'READER' | 'OPERATOR';
  readonly providers: readonly string[] | null;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
}

/** None of these can be verified with what an attacker knows: the public key. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

export interface JwtSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the identity provider publishes its keys; exactly one of this and `keyFile`. */
  readonly jwksUrl: string | null;
  /** A public key as PEM, or a set of keys as JSON (JWKS). */
  readonly keyFile: string | null;
  /** A PEM file with the only certificate authority that is believed of `jwksUrl`; null: those of the machine. */
  readonly ca: string | null;
  readonly algorithms: readonly (typeof algorithms)[number][];
  readonly clockSkewSeconds: number;
  /** For how long keys that were read are used before they are asked for again. */
  readonly keysSeconds: number;
  /** Where the token says what; a path with dots goes into objects: `realm_access.roles`. */
  readonly claims: {
    readonly name: string;
    /** Null: everybody is a READER. */
    readonly role: string | null;
    /** Names of providers, or `*`; null: everybody sees all. A token that lacks the claim sees none. */
    readonly providers: string | null;
  };
  /** Values of the role claim, which may be a text, a list of texts, or a text of several with spaces between. */
  readonly operators: readonly string[];
  readonly readers: readonly string[];
}

/** Null: nobody is asked who they are. */
export type AuthSettings = { readonly tokens: readonly TokenSettings[]; readonly jwt: JwtSettings | null } | null;

export const tokenSettings = z.strictObject({
  name: z.string().regex(/^[\w.@-]{1,60}$/, { error: 'expected 1 to 60 letters, digits and ._@-' }),
  sha256: z
    .string({ error: 'expected a text: put it in quotes' })
    .regex(/^[0-9a-f]{64}$/i, {
      error: 'expected 64 hexadecimal digits; the command "token" makes a token and prints them',
    })
    .transform((text) => text.toLowerCase()),
  role: role.default('READER'),
  providers,
  expires: z.iso
    .datetime({ offset: true, error: 'expected a time such as 2027-01-31T00:00:00Z' })
    .nullable()
    .default(null),
});

const isLocal = (url: string): boolean =>
  !URL.canParse(url) || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

const jwt = z
  .strictObject({
    issuer: z.string().min(1),
    audience: z.string().min(1),
    jwksUrl: z
      .url({ protocol: /^https?$/, error: 'expected an https URL', abort: true })
      .refine((url) => url.startsWith('https:') || isLocal(url), {
        error: 'expected an https URL: whoever can change these keys can let anybody in',
      })
      .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '', {
        error: 'expected a URL without a user name or password in it',
      })
      .nullable()
      .default(null),
    keyFile: z.string().min(1).nullable().default(null),
    ca: z.string().min(1).nullable().default(null),
    algorithms: z.array(z.enum(algorithms)).min(1),
    clockSkewSeconds: z.number().min(0).max(300).default(30),
    keysSeconds: z.number().positive().max(86_400).default(600),
    claims: z
      .strictObject({
        name: z.string().min(1).default('sub'),
        role: z.string().min(1).nullable().default(null),
        providers: z.string().min(1).nullable().default(null),
      })
      .prefault({}),
    operators: z.array(z.string().min(1)).default(['OPERATOR']),
    readers: z.array(z.string().min(1)).default(['READER']),
  })
  .refine(({ jwksUrl, keyFile }) => (jwksUrl === null) !== (keyFile === null), {
    error: 'expected exactly one of jwksUrl and keyFile',
  })
  .refine(({ ca, jwksUrl }) => ca === null || jwksUrl?.startsWith('https:') === true, {
    path: ['ca'],
    error: 'expected a jwksUrl with https beside it',
  });

const givenAuth = z
  .strictObject({ tokens: z.array(tokenSettings).max(1000).default([]), jwt: jwt.nullable().default(null) })
  .transform(({ tokens, jwt }) => ({
    tokens: tokens.map(({ expires, ...rest }) => ({
      ...rest,
      expiresAt: expires === null ? null : Date.parse(expires),
    })),
    jwt,
  }))
  .superRefine(({ tokens, jwt }, { addIssue }) => {
    if (tokens.length === 0 && !jwt) {
      addIssue({ code: 'custom', message: 'expected tokens, jwt or both; "auth: none" lets everybody in' });
    }
    for (const field of ['name', 'sha256'] as const) {
      const seen = new Set<string>();
      for (const [index, one] of tokens.entries()) {
        if (seen.has(one[field])) {
          const path = ['tokens', index, field];
          addIssue({ code: 'custom', path, message: `expected one that no other token has` });
        }
        seen.add(one[field]);
      }
    }
  });

export const authSettings = z
  .preprocess((given) => (given === 'none' ? null : given), givenAuth.nullable())
  .default(null);
