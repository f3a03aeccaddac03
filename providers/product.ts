/** What one product brings to Backplane: everything that the registry holds of it. */
import type { z } from 'zod';
import type { ProductSchema } from '../schema/product.ts';
import type { ProviderConfig } from '../src/config.ts';
import type { Provider } from '../src/core/provider.ts';
import type { Sandbox } from './sandbox-kit.ts';

export interface Product<Config extends ProviderConfig = ProviderConfig> {
  /** As it stands in a configuration file: `borg`. */
  readonly kind: string;
  /** The fields of its configuration, `name` and `kind` among them. */
  readonly config: z.ZodType<Config>;
  create(config: Config): Provider;
  readonly schema: ProductSchema;
  /** Loaded only where it is wanted. Port 0 picks a free one. */
  startSandbox(options: { port?: number }): Promise<Sandbox>;
}
