/** The order of the files: those that wait long come first, so that the others run meanwhile and none is left for the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They start programs, or wait for clocks and deadlines, for a quarter of a minute and more. */
const long =
  /test\/(conformance\/|security\/secret-leaks|chaos\/|integration\/(main|main\.check|exit-codes|healthcheck|auth\.jwt\.expiry|limits\/deadline|limits\/slots|log\/program|scans\.turns|storage\/postgres\.takeover)\.test)/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
