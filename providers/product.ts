/** What one product brings to Backplane: everything that the registry holds of it. */
import type { z } from 'zod';
import type { ProductSchema } from '../schema/product.ts';
import type { ProviderConfig } from '../src/config/provider.ts';
import type { Provider } from '../src/core/provider.ts';
import type { RefusedCredentials } from '../src/core/refused-credentials.ts';
import type { Sandbox } from './_kit/sandbox/contract.ts';

/** What the gateway gives to all its providers. */
export interface ProviderContext {
  readonly refusedCredentials: RefusedCredentials;
  /** Credentials that were refused before are tried once more. */
  readonly isRetry: boolean;
}

export interface Product<Config extends ProviderConfig = ProviderConfig> {
  /** As it stands in a configuration file: `borg`. */
  readonly kind: string;
  /** The fields of its configuration, `name` and `kind` among them. */
  readonly config: z.ZodType<Config>;
  /** Without a context, what a product refuses is forgotten with the provider. */
  create(config: Config, context?: ProviderContext): Provider;
  readonly schema: ProductSchema;
  /** Loaded only where it is wanted. Port 0 picks a free one. */
  startSandbox(options: { port?: number }): Promise<Sandbox>;
}
