/** How a Borg UI stands in the configuration file. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';

export const borgConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('borg'),
    /** Without `/api`; the product may live below a path. */
    url: providerUrl(),
    /** A personal access token. */
    token: secret().optional(),
    username: z.string().min(1).optional(),
    password: secret().optional(),
    /** How long a backup that has ended is waited for until its log is stored and its numbers are final. */
    settleSeconds: z.number().min(0).max(3_600).default(30),
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
