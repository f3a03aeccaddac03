import { configDefaults, defineConfig } from 'vitest/config';
import { relay } from './test/support/relay.ts';

/** Set by `npm run conformance`, which runs one file against a server that somebody uses. */
const isRealServer = process.env['BACKPLANE_CONFORMANCE'] !== undefined;

export default defineConfig({
  plugins: [relay()],
  resolve: {
    // A second copy of graphql would make `instanceof GraphQLError` false, and every error code would be masked.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: [isRealServer ? 'test/conformance/real-run.ts' : 'test/**/*.test.{ts,tsx}'],
    // Routers have a folder and packages of their own: `npm run test:federation`.
    exclude: [...configDefaults.exclude, 'test/federation/**'],
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    // Half of the time they wait, for products and for clocks.
    maxWorkers: 3,
    testTimeout: isRealServer ? 180_000 : 15_000,
    hookTimeout: 15_000,
  },
});
