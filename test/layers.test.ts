/** Arrows point one way: core <- schema <- providers/x/schema, core <- providers/x, and only app and main see everything. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Rule {
  readonly name: string;
  readonly files: RegExp;
  /** Files of ours that these may import. */
  readonly ours: RegExp;
  /** Packages and node modules that these may import. */
  readonly packages: RegExp;
}

const anything = /.*/;

const rules: readonly Rule[] = [
  {
    name: 'core',
    files: /^src\/core\//,
    ours: /^src\/core\//,
    packages: /^(node:(async_hooks|crypto|events|stream|util|zlib)|undici|zod|libsql|cockatiel)$/,
  },
  { name: 'context', files: /^src\/context\.ts$/, ours: /^src\/(core|auth)\//, packages: /^dataloader$/ },
  {
    name: 'schema',
    files: /^schema\//,
    ours: /^(schema\/|src\/core\/|src\/context\.ts$)/,
    packages: /^(@pothos\/.*|graphql)$/,
  },
  {
    name: 'sandboxes',
    files: /^providers\/(\w+\/sandbox(-\w+)*|sandbox-kit)\.ts$/,
    ours: /^providers\/(\w+\/sandbox(-\w+)*|sandbox-kit)\.ts$/,
    packages: /^node:/,
  },
  {
    name: 'adapters',
    files: /^providers\/\w+\/(?!sandbox|schema|reported)[\w-]+\.ts$/,
    ours: /^(src\/core\/|src\/config\.ts$|providers\/product\.ts$|providers\/(?<own>\w+)\/)/,
    packages: /^(node:\w+|zod)$/,
  },
  {
    name: 'schemas of products',
    files: /^providers\/\w+\/(schema|reported)\.ts$/,
    ours: /^(src\/core\/|schema\/|providers\/\w+\/(?!sandbox|index)[\w-]+\.ts$)/,
    packages: /^graphql$/,
  },
  {
    name: 'registry',
    files: /^providers\/(index|product)\.ts$/,
    ours: /^(providers\/|schema\/product\.ts$|src\/(core\/|config\.ts$))/,
    packages: /^zod$/,
  },
  {
    name: 'server',
    files: /^src\/(?!core\/|context|app|check|main)[\w/-]+\.ts$/,
    ours: /^(src\/(?!app|check|main)|schema\/ids\.ts$)/,
    packages: anything,
  },
  { name: 'bench', files: /^bench\//, ours: /^bench\//, packages: /^(node:[\w/]+|undici|ws)$/ },
  { name: 'roots', files: /^src\/(app|check|main)\.ts$/, ours: anything, packages: anything },
];

const listSources = async (): Promise<string[]> =>
  (
    await Promise.all(
      ['src', 'schema', 'providers', 'bench'].map((folder) =>
        readdir(folder, { recursive: true, withFileTypes: true }),
      ),
    )
  )
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map(([, one, two, three]) => one ?? two ?? three ?? '');
}

const isAllowed = (rule: Rule, file: string, imported: string): boolean => {
  if (!imported.startsWith('.')) return rule.packages.test(imported);
  const target = normalize(join(dirname(file), imported));
  if (rule.name === 'adapters' && target.startsWith('providers/') && target !== 'providers/product.ts') {
    // Its own sandbox is only ever loaded by the registry entry, and nothing of another product.
    return dirname(target) === dirname(file);
  }
  return rule.ours.test(target);
};

describe('layers', () => {
  it('gives every source file exactly one place', async () => {
    const files = await listSources();
    const places = files.map(
      (file) => [file, rules.filter((rule) => rule.files.test(file)).map(({ name }) => name)] as const,
    );
    expect(places.filter(([, names]) => names.length !== 1)).toEqual([]);
  });

  it.each(rules)('lets $name import only what it may', async (rule) => {
    const files = (await listSources()).filter((file) => rule.files.test(file));
    expect(files.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const file of files) {
      for (const imported of await importsOf(file)) {
        if (!isAllowed(rule, file, imported)) wrong.push(`${file} imports ${imported}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('sees a wrong arrow', () => {
    const core = rules.find(({ name }) => name === 'core') as Rule;
    expect(isAllowed(core, 'src/core/lists/merge.ts', '../../server.ts')).toBe(false);
    expect(isAllowed(core, 'src/core/lists/merge.ts', 'graphql')).toBe(false);
    const adapters = rules.find(({ name }) => name === 'adapters') as Rule;
    expect(isAllowed(adapters, 'providers/borg/index.ts', '../flosum/map.ts')).toBe(false);
    expect(isAllowed(adapters, 'providers/borg/index.ts', '../../src/core/upstream/path.ts')).toBe(true);
  });
});
