/** Keeps compiled code between starts, where Node can (22.1 and newer): a start then reads it instead of compiling. */
import { existsSync, mkdirSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';

/** Of Node 22.1 and newer; the types here are those of Node 20. */
type EnableCompileCache = (folder: string) => unknown;

/**
 * The cache is code that will be run, so it lies only where nobody else can write: in the folder that systemd gives to
 * the service (`CacheDirectory=`), else beside the program. Node's own default, a folder in /tmp, can be planted by
 * another user. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` are Node's own settings and are respected.
 * A folder that cannot be written is no fault: the start is slower.
 */
export function keepCompiledCode(environment = process.env): void {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: EnableCompileCache };
  // Empty, or with a list: systemd separates several folders by colons.
  const [given = ''] = (environment['CACHE_DIRECTORY'] ?? '').split(':');
  const folder = join(given === '' ? import.meta.dirname : given, '.compile-cache');
  if (!enableCompileCache || environment['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  try {
    // Made here: Node makes the folders above as well, and tries for ever where the system has no such place.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    enableCompileCache(folder);
  } catch {
    // No cache then.
  }
}
