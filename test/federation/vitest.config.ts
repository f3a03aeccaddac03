import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // As in the configuration of all other tests.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/federation/*.test.ts'],
    // Its gateway reports to Apollo unless told not to.
    env: { APOLLO_TELEMETRY_DISABLED: 'true' },
    reporters: ['default', './test/support/totals-reporter.ts'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
