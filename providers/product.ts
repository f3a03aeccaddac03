/** The entry of a product in the registry. */
import type { z } from 'zod';
import type { ProductSchema } from '../schema/product.ts';
import type { ProviderConfig } from '../src/config/provider.ts';
import type { Provider } from '../src/core/provider.ts';
import type { RefusedCredentials } from '../src/core/refused-credentials.ts';
import type { Sandbox } from './_kit/sandbox/contract.ts';

/** Shared dependencies of all providers. */
export interface ProviderContext {
  readonly refusedCredentials: RefusedCredentials;
  /** True: credentials that were refused before are tried once more. */
  readonly isRetry: boolean;
}

export interface Product<Config extends ProviderConfig = ProviderConfig> {
  /** The value of `kind` in a configuration file, such as `borg`. */
  readonly kind: string;
  /** The fields of its configuration, `name` and `kind` among them. */
  readonly config: z.ZodType<Config>;
  /** Without a context, refused credentials are remembered only as long as the provider exists. */
  create(config: Config, context?: ProviderContext): Provider;
  readonly schema: ProductSchema;
  /** Loads the sandbox lazily and starts it. Port 0 picks a free port. */
  startSandbox(options: { port?: number }): Promise<Sandbox>;
}
