/** Starts a simulated Labii server. */
import type { LabiiSandbox, LabiiSandboxOptions } from './contract.ts';
import { labiiRoutes } from './routes.ts';
import { LabiiServer } from './server.ts';

export async function startLabiiSandbox(options: LabiiSandboxOptions = {}): Promise<LabiiSandbox> {
  const sandbox = new LabiiServer(options);
  await sandbox.listen(options.port ?? 0, labiiRoutes(sandbox));
  return sandbox;
}
