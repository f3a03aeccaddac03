/** How a Labii stands in the configuration file. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';

export type Generation = 'v1' | 'current';

/** Labii's own ids are opaque, and none of them has a dot: it parts the two in an id of ours. */
const organization = z.strictObject({
  sid: z.string().regex(/^[\w-]{1,64}$/, { error: 'expected the sid of an organisation: letters, digits, _ and -' }),
  name: z.string().min(1),
});

export const labiiConfig = z
  .strictObject({
    ...providerFields,
    kind: z.literal('labii'),
    /** With `/v1` at its end for that generation. */
    url: providerUrl(),
    /** By the end of `url` unless given. */
    generation: z.enum(['v1', 'current']).optional(),
    /** Labii has no list of them that an account's backups could be found by. */
    organizations: z
      .array(organization)
      .min(1, { error: 'expected at least one organisation' })
      .refine((all) => new Set(all.map(({ sid }) => sid)).size === all.length, {
        error: 'expected each organisation once',
      }),
    /** A login token, which ends after 30 idle minutes. */
    token: secret().optional(),
    /** An API key, which stays. */
    apiKey: secret().optional(),
    username: z.string().min(1).optional(),
    password: secret().optional(),
    /** Longest start: v1 answers when the backup is over. */
    startTimeoutSeconds: z.number().positive().max(3600).default(900),
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

const generationOf = (url: string): Generation => (/\/v1\/*$/.test(new URL(url).pathname) ? 'v1' : 'current');
