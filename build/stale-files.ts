/** Removes files of earlier builds that this one no longer has, so that none of them is published. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

export const removeStaleFiles = (): Plugin => ({
  name: 'stale-files',
  writeBundle({ dir = '.' }, bundle) {
    const stale = readdirSync(dir).filter((file) => /\.js(\.map)?$/.test(file) && !Object.hasOwn(bundle, file));
    for (const file of stale) rmSync(join(dir, file));
  },
});
