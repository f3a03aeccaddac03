/** Starts a simulated Borg UI server. */
import type { BorgSandbox, BorgSandboxOptions } from './contract.ts';
import { borgRoutes } from './routes.ts';
import { BorgServer } from './server.ts';

export async function startBorgSandbox(options: BorgSandboxOptions = {}): Promise<BorgSandbox> {
  const sandbox = new BorgServer(options);
  await sandbox.listen(options.port ?? 0, borgRoutes(sandbox));
  return sandbox;
}
