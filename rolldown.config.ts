/** `npm run build`: the program in `dist`, flat, and the bench in `dist/bench`. Types are checked by `npm run typecheck`. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'rolldown';
import external from './build/external.json' with { type: 'json' };
import { manifestIdentity } from './build/manifest-identity.ts';
import { ownSourceMaps } from './build/own-source-maps.ts';
import { removeStaleFiles } from './build/stale-files.ts';
import { thirdPartyNotices } from './build/third-party-notices.ts';

/**
 * A worker thread starts from a file of its own: `src/FOLDER/NAME-worker.ts` becomes `dist/NAME-worker.js`, and
 * `new URL('./NAME-worker.js', import.meta.url)` leads there, because all files of the bundle lie in one folder.
 */
const workers = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('-worker.ts'))
  .map((file) => [basename(file, '.ts'), `src/${file}`] as const);

/** After the folder where the file says nothing: `sandbox-borg` of `providers/borg/sandbox/index.ts`. */
function nameOf(file: string): string {
  const product = /providers\/(\w+)\/sandbox\//.exec(file)?.[1];
  if (product) return `sandbox-${product}`;
  if (file.includes('commands/index')) return 'gateway';
  return file.includes('/compression/') ? 'compression' : '[name]';
}

/** Where the sources come without git, such as in the build of an image, the environment may name the commit. */
function findCommit(): string | null {
  const given = process.env['BACKPLANE_COMMIT'];
  if (given) return given;
  try {
    const git = (...words: string[]) =>
      execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return git('rev-parse', '--short=12', 'HEAD').trim();
  } catch {
    return null;
  }
}

/** What the oldest supported Node runs: `using` is rewritten for it. */
const transform = { target: 'node20.19', define: { BACKPLANE_COMMIT: JSON.stringify(findCommit()) } };

const program = defineConfig({
  input: { main: 'src/main.ts', ...Object.fromEntries(workers) },
  platform: 'node',
  transform,
  external,
  resolve: {
    alias: {
      undici: join(import.meta.dirname, 'build/undici.mjs'),
      // Modules, of which what is not used can be left out.
      graphql: join(import.meta.dirname, 'node_modules/graphql/index.mjs'),
    },
  },
  plugins: [manifestIdentity(), thirdPartyNotices(), removeStaleFiles(), ownSourceMaps()],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ facadeModuleId }) => `${nameOf(facadeModuleId ?? '')}.js`,
    // Positions and names of the sources, not their text: that is all that a stack trace shows.
    sourcemap: true,
    sourcemapExcludeSources: true,
    // White space costs a tenth of the time to load. Names stay as they are.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});

const bench = defineConfig({
  input: readdirSync('bench').flatMap((file) => (file.endsWith('.ts') ? `bench/${file}` : [])),
  platform: 'node',
  transform,
  external: ['libsql', 'pg', 'playwright-core', 'undici', 'ws'],
  output: { dir: 'dist/bench', format: 'esm', preserveModules: true, preserveModulesRoot: 'bench', sourcemap: true },
});

export default [program, bench];
