/** A pretended product: starts it. */

import { vprotectRoutes } from './routes.ts';
import { type VProtectSandbox, type VProtectSandboxOptions, VProtectServer } from './server.ts';

export async function startVProtectSandbox(options: VProtectSandboxOptions = {}): Promise<VProtectSandbox> {
  const sandbox = new VProtectServer(options);
  await sandbox.listen(options.port ?? 0, vprotectRoutes(sandbox));
  return sandbox;
}
