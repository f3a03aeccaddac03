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
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
