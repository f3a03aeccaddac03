/** A folder for what many test files start from, made once in a run: the files of an empty PostgreSQL. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const templatesVariable = 'BACKPLANE_TEST_TEMPLATES';

/** Called before and after a run; each project of Vitest calls it. */
export default function setup(): (() => void) | undefined {
  if (process.env[templatesVariable] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'backplane-templates-'));
  // PostgreSQL runs as another user than root, and reads its part.
  chmodSync(folder, 0o711);
  process.env[templatesVariable] = folder;
  return () => {
    delete process.env[templatesVariable];
    rmSync(folder, { recursive: true, force: true });
  };
}
