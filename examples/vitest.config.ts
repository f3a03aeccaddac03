import { defineConfig } from 'vitest/config';
import { hangMs } from '../test/support/timing.ts';
import { relay } from './test/relay.ts';

/** The clients need packages of their own: `npm ci --prefix examples`. */
export default defineConfig({
  plugins: [relay()],
  resolve: {
    // As in the configuration of all other tests.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['examples/test/*.test.{ts,tsx}'],
    setupFiles: ['test/support/fair-clock-setup.ts', 'test/support/setup.ts'],
    reporters: ['default', './test/support/totals-reporter.ts'],
    pool: 'forks',
    // They leave nothing behind, and loading the gateway costs more than most of them.
    isolate: false,
    maxWorkers: 2,
    execArgv: ['--max-semi-space-size=64', '--min-semi-space-size=32'],
    testTimeout: 3 * hangMs,
    hookTimeout: 3 * hangMs,
    expect: { poll: { timeout: hangMs, interval: 20 } },
  },
});
