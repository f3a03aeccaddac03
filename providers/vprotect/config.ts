/** Configuration of a Storware vProtect server. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';
import { isGuid } from './guid.ts';

const guid = () => z.string().refine(isGuid, { error: 'expected a GUID' });

export const vprotectConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('vprotect').describe('The product Storware vProtect (machines).'),
    url: providerUrl().describe('Base URL of the API, with `/api` at its end.'),
    username: z.string().min(1).describe('Account of vProtect.'),
    password: secret().describe('Password of that account.'),
    project: guid()
      .optional()
      .describe(
        'GUID of the project whose entities and backups to see; sent with every call. All projects by default.',
      ),
    destination: guid()
      .optional()
      .describe(
        'GUID of the backup destination for starts that name neither a destination nor rules. At most one of `destination` and `rules`.',
      ),
    rules: z
      .array(guid())
      .min(1)
      .optional()
      .describe('GUIDs of the policy rules for such starts, instead of `destination`.'),
  })
  .refine(({ destination, rules }) => destination === undefined || rules === undefined, {
    path: ['rules'],
    error: 'expected either destination or rules, not both',
  });

export type VProtectConfig = z.output<typeof vprotectConfig>;
