/** Starts a simulated vProtect server. */
import type { VProtectSandbox, VProtectSandboxOptions } from './contract.ts';
import { vprotectRoutes } from './routes.ts';
import { VProtectServer } from './server.ts';

export async function startVProtectSandbox(options: VProtectSandboxOptions = {}): Promise<VProtectSandbox> {
  const sandbox = new VProtectServer(options);
  await sandbox.listen(options.port ?? 0, vprotectRoutes(sandbox));
  return sandbox;
}
