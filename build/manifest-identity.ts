/** The bundle has name and version of package.json, and nothing else of it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'rolldown';

const file = resolve('package.json');

export const manifestIdentity = (): Plugin => ({
  name: 'manifest-identity',
  load(id) {
    if (id !== file) return null;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
    return { code: `export default ${JSON.stringify({ name, version })}`, moduleType: 'js' };
  },
});
