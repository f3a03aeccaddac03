/** The built program is a bundle: what a start loads, stack traces, licences, and compiled code that is kept. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { start } from '../support/process.ts';

const read = (file: string): string => readFileSync(join('dist', file), 'utf8');

/** Modules that a file imports, without those that it imports later. */
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:^|[;}])(?:import|export)(?:[^'"`();]*from)?["'`]([^"'`]+)["'`]/g)].map(
    ([, name = '']) => name,
  );

/** All files of the bundle that these load at once. */
function loadedBy(...files: string[]): string[] {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const name of importsOf(file)) if (name.startsWith('./')) visit(name.slice(2));
  };
  files.forEach(visit);
  return [...loaded];
}

const chunks = readdirSync('dist').filter((file) => file.endsWith('.js'));

describe('a start with a configuration', () => {
  const loaded = loadedBy('main.js', 'program.js', 'gateway.js');

  it('loads no sandbox and no compression, which are files of their own', () => {
    const later = chunks.filter((file) => /^(sandbox-|compression)/.test(file));
    expect(later).toEqual([
      'compression.js',
      'sandbox-borg.js',
      'sandbox-flosum.js',
      'sandbox-labii.js',
      'sandbox-vprotect.js',
    ]);
    expect(loaded.filter((file) => later.includes(file))).toEqual([]);
  });

  it('loads no library of metrics or traces, unless they are on', () => {
    const sources = (file: string) =>
      existsSync(`dist/${file}.map`)
        ? (JSON.parse(read(`${file}.map`)) as { sources: string[] }).sources.join('\n')
        : '';
    for (const library of ['/prom-client/', '/@opentelemetry/']) {
      expect(chunks.filter((file) => sources(file).includes(library))).not.toEqual([]);
      expect(loaded.filter((file) => sources(file).includes(library))).toEqual([]);
    }
  });

  it('loads few files', () => {
    expect(loaded).toContain('gateway.js');
    expect(loaded.length).toBeLessThan(16);
  });
});

describe('help', () => {
  it('does not load the gateway', () => {
    expect(loadedBy('main.js', 'program.js')).not.toContain('gateway.js');
  });
});

describe('the bundle', () => {
  it('imports only packages that are installed with it', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    const packages = chunks.flatMap(importsOf).filter((name) => !/^(\.\/|node:)/.test(name));
    const builtin = packages.filter((name) => nodeModule.isBuiltin(name));
    const missing = packages.filter((name) => !builtin.includes(name) && !Object.hasOwn(dependencies, name));
    expect(packages).toContain('libsql');
    expect(missing).toEqual([]);
  });

  it('comes with the licence of each package in it', () => {
    const notices = read('THIRD-PARTY-NOTICES.txt');
    const maps = readdirSync('dist').filter((file) => file.endsWith('.js.map'));
    const sources = maps.flatMap((file) => (JSON.parse(read(file)) as { sources: string[] }).sources);
    const packages = new Set(sources.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
    expect(packages).toContain('graphql');
    const lacking = [...packages].filter((name) => !notices.includes(`\n${name} `));
    expect(lacking).toEqual([]);
    // Those of the dashboard, whose files have no source maps.
    for (const name of ['react', 'react-dom', '@urql/core', 'wouter']) expect(notices).toContain(`\n${name} `);
    const parts = notices.split('-'.repeat(80)).slice(1);
    expect(parts.filter((part) => !/copyright|permission/i.test(part))).toEqual([]);
  });

  it('has stack traces that name the sources', async () => {
    const fault = 'process.stdout.write = () => { throw new Error("planted") };';
    await using running = start(['subgraph'], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(fault)}` });
    expect(await running.ended).toBe(70);
    expect(running.stderr()).toMatch(/Error: planted[\s\S]* at .*src\/cli\/program\.ts:\d+:\d+/);
  });
});

/** Of Node 22.1 and newer. */
const hasCompileCache = 'enableCompileCache' in nodeModule;

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'compile-cache-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('compiled code', () => {
  it(`is kept in the folder of the service: ${hasCompileCache}`, async () => {
    const folder = await createFolder();
    await using running = start(['--help'], { CACHE_DIRECTORY: folder });
    expect(await running.ended).toBe(0);
    expect(existsSync(join(folder, '.compile-cache'))).toBe(hasCompileCache);
  });

  it.each(['/proc/nowhere', '/dev/null', `/${'a'.repeat(5000)}`])(
    'is no reason to fail where the folder cannot be written: %.20s',
    async (folder) => {
      await using running = start(['--help'], { CACHE_DIRECTORY: folder });
      expect(await running.ended).toBe(0);
      expect(running.stderr()).toBe('');
    },
  );

  it('is not kept where Node is told so', async () => {
    const folder = await createFolder();
    await using running = start(['--help'], { CACHE_DIRECTORY: folder, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(await running.ended).toBe(0);
    expect(existsSync(join(folder, '.compile-cache'))).toBe(false);
  });
});
