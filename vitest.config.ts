import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { hangMs } from './test/support/timing.ts';

/** Set by `npm run conformance`, which runs one file against a server that somebody uses. */
const isRealServer = process.env['BACKPLANE_CONFORMANCE'] !== undefined;

/** Routers have packages of their own: `npm run test:federation`. So have the clients in `examples`. */
const apart = [...configDefaults.exclude, 'test/federation/**'];

/** Loaded only where they run, since loading the gateway alone takes seconds. */
const isSoak = process.env['BACKPLANE_NIGHTLY'] === '1' || process.env['SOAK_CYCLES'] !== undefined;
const soakFiles = ['test/chaos/subscriptions.soak.test.ts'];

/** These measure the memory or the promises of their process, or change what is global in it: they make words such as `disk` and `none` known as secrets. */
const aloneFiles = [
  ...soakFiles,
  'test/chaos/memory.test.ts',
  'test/integration/{slow-clients,promise-hooks}.test.ts',
  'test/fuzz/documents.test.ts',
  'test/fuzz/config.test.ts',
  'test/unit/{ambient-value,secret-redaction,sanitize-text,linear-text,config.schema}.test.ts',
];
/** These start Chromium: `npm run test:browser`. */
const browserFiles = ['test/browser/**/*.test.ts'];
/** Most of what a test makes is garbage when it ends: a large nursery is collected less often. */
const largeNursery = ['--max-semi-space-size=64', '--min-semi-space-size=32'];
/**
 * All other files leave nothing behind in their process, so that the next one finds everything loaded: loading the
 * gateway costs more than most of them.
 */
const shared = {
  extends: true as const,
  test: {
    name: 'shared',
    include: ['test/**/*.test.ts', 'providers/**/*.test.ts'],
    exclude: [...apart, ...aloneFiles, ...browserFiles],
    isolate: false,
    execArgv: largeNursery,
  },
};
/** After the others: a process that other files share ends where one of these is next. */
const alone = {
  extends: true as const,
  test: {
    name: 'alone',
    include: aloneFiles,
    exclude: [...apart, ...(isSoak ? [] : soakFiles)],
    sequence: { groupOrder: 1 },
  },
};
const browser = {
  extends: true as const,
  test: { name: 'browser', include: browserFiles, isolate: false, execArgv: largeNursery },
};

export default defineConfig({
  resolve: {
    // A second copy of graphql would make `instanceof GraphQLError` false, and every error code would be masked.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    exclude: apart,
    projects: isRealServer
      ? [{ extends: true, test: { include: ['test/conformance/real-run.ts'] } }]
      : [shared, alone, browser],
    // The folder first: the templates lie in it.
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/templates.ts'],
    setupFiles: isRealServer
      ? ['test/support/setup.ts']
      : ['test/support/fair-clock-setup.ts', 'test/support/setup.ts'],
    reporters: ['default', './test/support/totals-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // Some of the time they wait, for products and for clocks.
    maxWorkers: 3,
    // Limits exist only to end a hang: nothing may fail because the machine is busy.
    testTimeout: 3 * hangMs,
    hookTimeout: 3 * hangMs,
    expect: { poll: { timeout: hangMs, interval: 20 } },
  },
});
