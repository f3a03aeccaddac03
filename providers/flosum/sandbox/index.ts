/** A pretended product: starts it. */

import { flosumRoutes } from './routes.ts';
import { type FlosumSandbox, type FlosumSandboxOptions, FlosumServer } from './server.ts';

export async function startFlosumSandbox(options: FlosumSandboxOptions = {}): Promise<FlosumSandbox> {
  const sandbox = new FlosumServer(options);
  await sandbox.listen(options.port ?? 0, flosumRoutes(sandbox));
  return sandbox;
}
