/** Configuration of a Borg UI server. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';

export const borgConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('borg').describe('The product Borg UI (files).'),
    url: providerUrl().describe('Base URL of the server, without `/api`; it may have a path.'),
    token: secret()
      .optional()
      .describe(
        'Personal access token of Borg UI (Settings, Access tokens), instead of `username` and `password`. Use it only for an account with a second factor: it costs the server half a second for each request.',
      ),
    username: z
      .string()
      .min(1)
      .optional()
      .describe('Account of Borg UI; it needs the operator role to start and cancel backups.'),
    password: secret().optional().describe('Password of that account.'),
    settleSeconds: z
      .number()
      .min(0)
      .max(3_600)
      .default(30)
      .describe('Seconds to wait, after the end of a backup, until its log is stored and its sizes are final.'),
  })
  .superRefine(({ token, username, password }, context) => {
    const message = explainCredentials(token !== undefined, username !== undefined, password !== undefined);
    if (message) context.addIssue({ code: 'custom', message, path: ['token'] });
  });

export type BorgConfig = z.output<typeof borgConfig>;

function explainCredentials(hasToken: boolean, hasName: boolean, hasPassword: boolean): string | null {
  if (hasToken) return hasName || hasPassword ? 'expected either token, or username and password, not both' : null;
  if (hasName && hasPassword) return null;
  return hasName || hasPassword
    ? 'expected username and password together'
    : 'expected either token, or username and password';
}
