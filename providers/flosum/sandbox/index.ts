/** Starts a simulated Flosum Backup server. */
import type { FlosumSandbox, FlosumSandboxOptions } from './contract.ts';
import { flosumRoutes } from './routes.ts';
import { FlosumServer } from './server.ts';

export async function startFlosumSandbox(options: FlosumSandboxOptions = {}): Promise<FlosumSandbox> {
  const sandbox = new FlosumServer(options);
  await sandbox.listen(options.port ?? 0, flosumRoutes(sandbox));
  return sandbox;
}
