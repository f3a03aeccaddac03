/** Not how fast it is, which no test can say, but that the bench still runs and compares like with like. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = 'dist/bench/main.js';

interface Numbers {
  readonly reports: readonly {
    readonly scenario: string;
    readonly measures: readonly { readonly name: string; readonly floor: number; readonly gateway: number }[];
  }[];
}

it('measures a first page against a floor that gives the same rows by the same calls', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  try {
    const file = join(folder, 'numbers.json');
    const few = ['--scenario', 'first-page', '--rounds', '1', '--seconds', '0.1', '--clients', '2', '--json', file];
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...few]);
    expect(stdout).toContain('First page');
    const { reports } = JSON.parse(await readFile(file, 'utf8')) as Numbers;
    expect(reports.map(({ scenario }) => scenario)).toEqual(['first-page']);
    const upstream = reports[0]?.measures.find(({ name }) => name === '1 client: upstream');
    expect(upstream).toMatchObject({ floor: 6, gateway: 6 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('says so where there is nothing to compare', async () => {
  const failed = await promisify(execFile)(process.execPath, [program, '--scenario', 'tea']).catch((error) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('no scenario "tea"') });
});
