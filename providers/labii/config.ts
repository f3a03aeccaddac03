/** Configuration of a Labii service. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';
import { trimEndOf } from '../../src/core/text.ts';

export type Generation = 'v1' | 'current';

/** A local id is the sid of an organisation and the sid of a backup with a dot between them, so neither has a dot. */
const organization = z.strictObject({
  sid: z
    .string()
    .regex(/^[\w-]{1,64}$/, { error: 'expected the sid of an organisation: letters, digits, _ and -' })
    .describe('The `sid` of the organisation in Labii.'),
  name: z.string().min(1).describe('Name of the organisation, as it is shown.'),
});

export const labiiConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('labii').describe('The product Labii (backups of organisations).'),
    url: providerUrl().describe('Base URL of the API; it ends with `/v1` for the first generation of the API.'),
    generation: z
      .enum(['v1', 'current'])
      .optional()
      .describe('Generation of the API. Unless given, `v1` where `url` ends with `/v1`, else `current`.'),
    organizations: z
      .array(organization)
      .min(1, { error: 'expected at least one organisation' })
      .refine((all) => new Set(all.map(({ sid }) => sid)).size === all.length, {
        error: 'expected each organisation once',
      })
      .describe('Organisations to show and back up. They must be listed here: Labii has no list of them.'),
    token: secret()
      .optional()
      .describe(
        'Login token; Labii ends it after 30 idle minutes. Exactly one of `token`, `apiKey`, and `username` with `password` is required.',
      ),
    apiKey: secret().optional().describe('API key; it does not expire.'),
    username: z.string().min(1).optional().describe('Account of Labii.'),
    password: secret().optional().describe('Password of that account.'),
    startTimeoutSeconds: z
      .number()
      .positive()
      .max(3600)
      .default(900)
      .describe('Seconds that the request that starts a backup may take: `v1` answers when the backup has ended.'),
  })
  .superRefine(({ token, apiKey, username, password }, context) => {
    if ((username === undefined) !== (password === undefined)) {
      context.addIssue({ code: 'custom', message: 'expected username and password together', path: ['username'] });
    } else if ([token, apiKey, username].filter((one) => one !== undefined).length !== 1) {
      const message = 'expected exactly one of token, apiKey, and username with password';
      context.addIssue({ code: 'custom', message, path: ['token'] });
    }
  })
  .transform(({ generation, ...config }) => ({
    ...config,
    generation: generation ?? generationOf(config.url),
  }));

export type LabiiConfig = z.output<typeof labiiConfig>;
export type OrganizationConfig = LabiiConfig['organizations'][number];

const generationOf = (url: string): Generation =>
  trimEndOf(new URL(url).pathname, '/').endsWith('/v1') ? 'v1' : 'current';
