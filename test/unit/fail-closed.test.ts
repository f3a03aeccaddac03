/** What must not be forgotten is a compile error: each test plants an addition into a copy of `src/core` and compiles it. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const plants = [
  { file: 'errors.ts', after: "  'INTERNAL',\n", text: "  'PLANTED',\n" },
  { file: 'model.ts', after: "  'SKIPPED',\n", text: "  'PLANTED',\n" },
  {
    file: 'provider.ts',
    after: 'export interface Provider {\n',
    text: '  planted?(signal: AbortSignal): Promise<void>;\n',
  },
];

let folder: string;

async function plant({ file, after, text }: (typeof plants)[number]): Promise<void> {
  const source = await readFile(`src/core/${file}`, 'utf8');
  expect(source).toContain(after);
  await writeFile(join(folder, 'core', file), source.replace(after, after + text));
}

/** What the compiler reports, one line for each error. */
const compile = (): Promise<string[]> =>
  new Promise((done) => {
    const tsc = resolve('node_modules/typescript/bin/tsc');
    execFile(process.execPath, [tsc, '--project', folder, '--pretty', 'false'], { cwd: folder }, (_error, output) =>
      done(output.split('\n').filter((line) => line.startsWith('core/'))),
    );
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backplane-planted-'));
  await cp('src/core', join(folder, 'core'), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const options = { incremental: false, tsBuildInfoFile: null };
  const project = { extends: resolve('tsconfig.json'), compilerOptions: options, include: ['core'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rm(folder, { recursive: true }));

test('an error code, a status of a backup and a method of a provider do not compile without a row of their table', async () => {
  await Promise.all(plants.map(plant));
  const errors = await compile();
  const missing = (table: string) => expect.stringMatching(new RegExp(`^core/${table}.*planted`, 'i'));
  expect(errors).toContainEqual(missing('errors.ts'));
  expect(errors).toContainEqual(missing('model.ts'));
  expect(errors).toContainEqual(missing('provider-methods.ts'));
});
