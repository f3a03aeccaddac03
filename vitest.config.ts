import { configDefaults, defineConfig } from 'vitest/config';
import { relay } from './test/support/relay.ts';
import { hangMs } from './test/support/timing.ts';

/** Set by `npm run conformance`, which runs one file against a server that somebody uses. */
const isRealServer = process.env['BACKPLANE_CONFORMANCE'] !== undefined;

/** Routers have a folder and packages of their own: `npm run test:federation`. */
const apart = [...configDefaults.exclude, 'test/federation/**'];

/**
 * Tests of single parts leave nothing behind in their process, so that the next file finds everything loaded: loading the
 * gateway costs more than most of them.
 */
const partFolders = ['core', 'providers', 'limits', 'http', 'auth'].map((name) => `test/${name}/**/*.test.ts`);
const parts = { extends: true as const, test: { name: 'parts', include: partFolders, isolate: false } };
const whole = {
  extends: true as const,
  test: { name: 'whole', include: ['test/**/*.test.{ts,tsx}'], exclude: [...apart, ...partFolders] },
};

export default defineConfig({
  plugins: [relay()],
  resolve: {
    // A second copy of graphql would make `instanceof GraphQLError` false, and every error code would be masked.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    exclude: apart,
    projects: isRealServer ? [{ extends: true, test: { include: ['test/conformance/real-run.ts'] } }] : [parts, whole],
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    // Half of the time they wait, for products and for clocks.
    maxWorkers: 3,
    // Limits exist only to end a hang: nothing may fail because the machine is busy.
    testTimeout: 3 * hangMs,
    hookTimeout: 3 * hangMs,
    expect: { poll: { timeout: hangMs, interval: 20 } },
  },
});
