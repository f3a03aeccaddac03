/** A pretended product: starts it. */

import { borgRoutes } from './routes.ts';
import { type BorgSandbox, type BorgSandboxOptions, BorgServer } from './server.ts';

export async function startBorgSandbox(options: BorgSandboxOptions = {}): Promise<BorgSandbox> {
  const sandbox = new BorgServer(options);
  await sandbox.listen(options.port ?? 0, borgRoutes(sandbox));
  return sandbox;
}
