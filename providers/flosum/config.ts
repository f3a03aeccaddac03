/** Configuration of a Flosum Backup service. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';

export const flosumConfig = z.strictObject({
  ...providerFields,
  kind: z.literal('flosum').describe('The product Flosum Backup (Salesforce).'),
  url: providerUrl().describe(
    'Base URL of the service, such as `https://backup-us.flosum.app`, or of your own installation, without `/api/v1`.',
  ),
  token: secret().describe(
    'Access token. Flosum issues tokens only to a person in a browser, so it cannot be renewed here.',
  ),
  connections: z
    .array(z.int().positive())
    .min(1)
    .optional()
    .describe('Ids of the only connections to show and back up. Unless given, all that the token can see.'),
});

export type FlosumConfig = z.output<typeof flosumConfig>;
