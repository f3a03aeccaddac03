import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // As in the configuration of all other tests.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/federation/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
