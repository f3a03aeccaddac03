/** The last line of a run: how many tests passed, failed and were skipped, without colours. */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** `.ci/run` adds up the runs that it makes. */
const file = process.env['BACKPLANE_TOTALS'];

export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      // A file that cannot be loaded, or a hook that fails, is a failure though no test is.
      if (!module.ok() && [...module.children.allTests('failed')].length === 0) counts.failed++;
    }
    const skipped = counts.skipped + counts.pending;
    if (file !== undefined) appendFileSync(file, `${counts.passed} ${counts.failed} ${skipped}\n`);
    process.once('exit', () =>
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped\n`),
    );
  }
}
