/** What a build of a Relay application does: its `graphql` texts become what relay-compiler made of them. */
import { createRequire } from 'node:module';
import { transformAsync } from '@babel/core';
import type { Plugin } from 'vitest/config';

/** Babel looks a plugin's name up from the working directory, which is the root of the repository. */
const findPlugin = (): string => createRequire(import.meta.url).resolve('babel-plugin-relay');

export const relay = (): Plugin => ({
  name: 'relay',
  enforce: 'pre',
  async transform(code, id) {
    if (!id.includes('/examples/relay/') || !id.endsWith('.tsx')) return null;
    const made = await transformAsync(code, {
      filename: id,
      babelrc: false,
      configFile: false,
      sourceMaps: true,
      parserOpts: { plugins: ['jsx', 'typescript'] },
      plugins: [[findPlugin(), { eagerEsModules: true, artifactDirectory: 'examples/relay/__generated__' }]],
    });
    return made?.code ? { code: made.code, map: JSON.stringify(made.map) } : null;
  },
});
