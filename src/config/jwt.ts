/** Section `auth.jwt`: tokens of an identity provider. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { outboundProxy } from './outbound.ts';

/** Asymmetric algorithms only: with HS256 anyone who knows the public key could sign tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const isLocal = (url: string): boolean =>
  !URL.canParse(url) || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

const isSecure = (url: string | null): boolean => url?.startsWith('https:') === true;
const lacksTls = 'expected a jwksUrl with https beside it';

/** Browsers may send codes and get tokens there. */
const isWebOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text && (text.startsWith('https:') || isLocal(text));

const claims = z.strictObject({
  name: z.string().min(1).default('sub').describe('Claim with the name of the viewer, for answers and logs.'),
  role: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Claim with the roles of the viewer: a string, a list of strings, or a string with several separated by spaces. null: every viewer is a READER.',
    ),
  providers: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Claim with the names of the providers that the viewer may see, or `*` for all. A token without the claim sees none. null: every viewer sees all providers.',
    ),
});

export const jwtSettings = z
  .strictObject({
    issuer: z.string().min(1).describe('Required value of the claim `iss`.'),
    audience: z.string().min(1).describe('Value that the claim `aud` must contain.'),
    jwksUrl: z
      .url({ protocol: /^https?$/, error: 'expected an https URL', abort: true })
      .refine((url) => url.startsWith('https:') || isLocal(url), {
        error: 'expected an https URL: anyone who can change these keys can sign tokens',
      })
      .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '', {
        error: 'expected a URL without a user name or password in it',
      })
      .nullable()
      .default(null)
      .describe(
        'URL of the JSON Web Key Set of the identity provider; http only for this machine. Exactly one of `jwksUrl` and `keyFile` is required.',
      ),
    keyFile: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('File with a public key (PEM) or a JSON Web Key Set, instead of `jwksUrl`.'),
    ca: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'PEM file with the only certificate authorities to trust for an https `jwksUrl`. null: those of the machine. Certificates are always verified.',
      ),
    cert: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'PEM file with a client certificate, for a key server that asks for one; `key` is required beside it. null: none.',
      ),
    key: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('PEM file with the private key of `cert`. Only its owner and group may read it.'),
    proxy: outboundProxy()
      .nullable()
      .default(null)
      .describe(
        'URL of a proxy that opens tunnels (CONNECT) to the key server, such as `http://proxy.example.com:3128`, with its user name and password where it asks for them; `none`: no proxy. null: `HTTPS_PROXY` or `HTTP_PROXY` and `NO_PROXY` of the environment, which never apply to this machine.',
      ),
    algorithms: z.array(z.enum(algorithms)).min(1).describe('Signature algorithms to accept.'),
    clockSkewSeconds: z
      .number()
      .min(0)
      .max(300)
      .default(30)
      .describe('Seconds by which the clocks of the identity provider and the gateway may differ.'),
    keysSeconds: z
      .number()
      .positive()
      .max(86_400)
      .default(600)
      .describe(
        'Seconds between two reads of `jwksUrl`. A token with an unknown key causes a read at once; a removed key is refused after the next read.',
      ),
    claims: claims
      .prefault({})
      .describe(
        'Which claims of a token are read: the name of a claim (dots may be part of it, as in `https://example.com/roles`), or else a path into objects, as in `realm_access.roles`.',
      ),
    operators: z
      .array(z.string().min(1))
      .default(['OPERATOR'])
      .describe('Values of `claims.role` that make a viewer an OPERATOR.'),
    readers: z
      .array(z.string().min(1))
      .default(['READER'])
      .describe(
        'Values of `claims.role` that make a viewer a READER. A viewer with neither role is FORBIDDEN; with both, OPERATOR applies.',
      ),
    clientId: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'Client id of the dashboard at the identity provider, a public client: then people sign in there (OpenID Connect, code flow with PKCE). null: they paste a token.',
      ),
    scope: z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, {
        error: 'expected words with one space between them, such as "openid backups"',
      })
      .default('openid')
      .describe('What the dashboard asks the identity provider for, separated by spaces.'),
    tokenOrigin: z
      .string()
      .refine(isWebOrigin, {
        error: 'expected an https origin such as https://tokens.example.com: no path, no slash at the end',
      })
      .nullable()
      .default(null)
      .describe(
        'Origin of the token endpoint, for the content security policy of the dashboard, where it is another one than that of `issuer`. null: the same.',
      ),
  })
  .refine(
    ({ clientId, issuer }) => clientId === null || (URL.canParse(issuer) && isWebOrigin(new URL(issuer).origin)),
    {
      path: ['clientId'],
      error: 'expected an issuer with https beside it: browsers look for its sign-in page there',
    },
  )
  .refine(({ jwksUrl, keyFile }) => (jwksUrl === null) !== (keyFile === null), {
    error: 'expected exactly one of jwksUrl and keyFile',
  })
  .refine(({ ca, jwksUrl }) => ca === null || isSecure(jwksUrl), { path: ['ca'], error: lacksTls })
  .refine(({ cert, jwksUrl }) => cert === null || isSecure(jwksUrl), { path: ['cert'], error: lacksTls })
  .refine(({ cert, key }) => (cert === null) === (key === null), {
    path: ['cert'],
    error: 'expected cert and key together',
  })
  .refine(({ proxy, jwksUrl }) => proxy === null || jwksUrl !== null, {
    path: ['proxy'],
    error: 'expected a jwksUrl beside it',
  });

export type JwtSettings = Immutable<z.output<typeof jwtSettings>>;
