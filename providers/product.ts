/** What one product brings to Backplane: everything that the registry holds of it. */
import type { z } from 'zod';
import type { Provider } from '../src/core/provider.ts';
import type { Sandbox } from './sandbox-kit.ts';

export interface Product<Config extends ProviderConfig = ProviderConfig> {
  /** As it stands in a configuration file: `borg`. */
  readonly kind: string;
  /** The fields of its configuration, `name` and `kind` among them. */
  readonly config: z.ZodType<Config>;
  readonly create: (config: Config) => Provider;
  /** Loaded only where it is wanted. */
  readonly startSandbox: (options: { port?: number }) => Promise<Sandbox>;
}

/** What every provider's configuration has. */
export interface ProviderConfig {
  readonly name: string;
  readonly kind: string;
  readonly timeoutSeconds: number;
}
