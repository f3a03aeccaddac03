/** Not how fast it is, which no test can say, but that the bench still runs and compares like with like. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { isNightly, leftToNightly } from '../support/nightly.ts';

const program = 'dist/bench/main.js';

interface Numbers {
  readonly reports: readonly {
    readonly scenario: string;
    readonly columns: readonly string[];
    readonly measures: readonly { readonly name: string; readonly unit: string; readonly values: readonly number[] }[];
    readonly notes: readonly string[];
  }[];
}

const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [program, ...args]);

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

leftToNightly('runs of the bench', 'a step of .ci/run runs each scenario once');

it.runIf(isNightly)('measures this build and another one against a floor that makes six calls of 50 rows', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'numbers.json');
    const { stdout } = await run('--smoke', '--scenario', 'first-page', '--against', '.', '--json', file);
    expect(stdout).toContain('First page');
    const { reports } = JSON.parse(await readFile(file, 'utf8')) as Numbers;
    expect(reports.map(({ scenario }) => scenario)).toEqual(['first-page']);
    const { columns = [], measures = [], notes = [] } = reports[0] ?? {};
    expect([columns.length, columns[0], columns[2]]).toEqual([3, 'floor', 'this build']);
    const valuesOf = (unit: string) =>
      measures.find((one) => one.name === '1 client: upstream' && one.unit === unit)?.values;
    expect(valuesOf('calls/operation')?.[0]).toBe(6);
    expect(valuesOf('rows/operation')?.[0]).toBe(300);
    for (const { name, values } of measures) {
      expect(values, name).toHaveLength(3);
      expect(values.every(Number.isFinite), name).toBe(true);
    }
    expect(notes.at(-1)).toMatch(/^Before: load average/);
  });
});

it.runIf(isNightly)('profiles by folder of the sources and by package', async () => {
  await inFolder(async (folder) => {
    const { stdout } = await run('--smoke', '--scenario', 'first-page', '--profile', folder);
    expect(stdout).toContain('By folder and package');
    // What a second has time for differs, but each operation calls a product by this package.
    expect(stdout).toMatch(/ undici\n/);
    expect(stdout).toMatch(/ \[(src|providers)\/[\w/-]+\.ts:\d+\]\n/);
  });
});

it('names the scenarios where there is none of the given name', async () => {
  const failed = await run('--scenario', 'tea').catch((error) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('no scenario "tea", only first-page') });
});

it('says what is missing in a checkout that was not built', async () => {
  await inFolder(async (folder) => {
    const failed = await run('--scenario', 'first-page', '--against', folder).catch((error) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run build') });
  });
});
