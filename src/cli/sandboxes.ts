/** Sandboxes of all products. */
import { stringify } from 'yaml';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { products } from '../../providers/index.ts';

/** Every product's sandbox, and a configuration for them. */
export async function startSandboxes(port = 0): Promise<{ sandboxes: Sandbox[]; yaml: string }> {
  const sandboxes = await Promise.all(
    products.map((product, index) => product.startSandbox({ port: port === 0 ? 0 : port + index })),
  );
  return { sandboxes, yaml: stringify({ providers: sandboxes.map(({ config }) => config) }) };
}
