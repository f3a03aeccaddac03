/** Section `auth`: who may send requests. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { jwtSettings } from './jwt.ts';

/** One token as the configuration states it; `AuthSettings` has it with `expires` as a number. */
export const tokenSettings = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.@-]{1,60}$/, { error: 'expected 1 to 60 letters, digits and ._@-' })
    .describe('Name of the viewer in answers, logs and the audit log; unique.'),
  sha256: z
    .string({ error: 'expected a text: put it in quotes' })
    // Without the flag "i": JSON Schema has no flags.
    .regex(/^[0-9a-fA-F]{64}$/, {
      error: 'expected 64 hexadecimal digits; the command "token" makes a token and prints them',
    })
    .transform((text) => text.toLowerCase())
    .describe(
      'SHA-256 of the token, 64 hexadecimal digits; unique. The command `token` creates a token and prints its SHA-256. The token itself is not stored.',
    ),
  role: z
    .enum(['READER', 'OPERATOR'])
    .default('READER')
    .describe('A READER may read; an OPERATOR may also start, cancel and edit backups and read the audit log.'),
  providers: z
    .array(z.string().min(1))
    .nullable()
    .default(null)
    .describe('Names of the providers that the viewer may see; the others do not exist for it. null: all.'),
  expires: z.iso
    .datetime({ offset: true, error: 'expected a time such as 2027-01-31T00:00:00Z' })
    .nullable()
    .default(null)
    .describe(
      'Time after which the token is invalid, such as `2027-01-31T00:00:00Z`. Its streams end at that time. null: never.',
    ),
});

const givenAuth = z
  .strictObject({
    tokens: z.array(tokenSettings).max(1000).default([]).describe('Static tokens, each for one viewer.'),
    jwt: jwtSettings
      .nullable()
      .default(null)
      .describe('Tokens of an identity provider (JSON Web Tokens). null: only `tokens` are accepted.'),
  })
  .transform(({ tokens, jwt }) => ({
    tokens: tokens.map(({ expires, ...rest }) => ({
      ...rest,
      /** Milliseconds since 1970; null: never. */
      expiresAt: expires === null ? null : Date.parse(expires),
    })),
    jwt,
  }))
  .superRefine(({ tokens, jwt }, { addIssue }) => {
    if (tokens.length === 0 && !jwt) {
      addIssue({ code: 'custom', message: 'expected tokens, jwt or both; "auth: none" turns authentication off' });
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

/** Null: requests need no authentication. */
export type AuthSettings = Immutable<z.output<typeof authSettings>>;
export type TokenSettings = NonNullable<AuthSettings>['tokens'][number];
