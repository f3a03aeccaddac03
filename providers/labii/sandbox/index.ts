/** A pretended product: starts it. */

import { labiiRoutes } from './routes.ts';
import { type LabiiSandbox, type LabiiSandboxOptions, LabiiServer } from './server.ts';

export async function startLabiiSandbox(options: LabiiSandboxOptions = {}): Promise<LabiiSandbox> {
  const sandbox = new LabiiServer(options);
  await sandbox.listen(options.port ?? 0, labiiRoutes(sandbox));
  return sandbox;
}
