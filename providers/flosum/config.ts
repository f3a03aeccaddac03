/** How a Flosum Backup service stands in the configuration file. */
import { z } from 'zod';
import { providerFields, providerUrl } from '../../src/config/provider.ts';
import { secret } from '../../src/core/secret.ts';

export const flosumConfig = z.strictObject({
  ...providerFields,
  kind: z.literal('flosum'),
  /** Without `/api/v1`. */
  url: providerUrl(),
  /** An access token; the product gives no way to get another one without a person at a browser. */
  token: secret(),
  /** Ids of the only connections that are shown and backed up; all of them unless given. */
  connections: z.array(z.int().positive()).min(1).optional(),
});

export type FlosumConfig = z.output<typeof flosumConfig>;
