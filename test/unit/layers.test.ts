/**
 * Imports go in one direction: each folder names the folders that it may import, and no two files import each other.
 * The file is long because the table of folders is.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Layer {
  readonly files: RegExp;
  /** Files of ours that these may import, besides their own folder. */
  readonly ours: RegExp;
  /** Packages and modules of Node that these may import. */
  readonly packages: RegExp;
}

const none = /^$/;
const anything = /.*/;
const src = (...folders: string[]): RegExp => new RegExp(`^src/(${folders.join('|')})/`);
const anyOf = (...patterns: RegExp[]): RegExp => new RegExp(patterns.map(({ source }) => source).join('|'));

/** From the bottom up. */
const layers: Readonly<Record<string, Layer>> = {
  // No I/O, and no library but zod.
  core: { files: src('core'), ours: none, packages: /^(node:(async_hooks|crypto|events|util)|zod|lru-cache)$/ },
  observability: {
    files: src('observability'),
    ours: src('core'),
    packages: /^(node:[\w/]+|pino|prom-client|@opentelemetry\/[\w-]+)$/,
  },
  upstream: {
    files: src('upstream'),
    ours: src('core'),
    packages: /^(node:(crypto|events|https?|stream|timers\/promises|util|zlib)|undici|zod)$/,
  },
  storage: { files: src('storage'), ours: src('core'), packages: /^(node:[\w/]+|zod|libsql|kysely|pg)$/ },
  lists: { files: src('lists'), ours: src('core', 'upstream'), packages: /^(node:(crypto|util)|zod)$/ },
  replay: {
    files: src('replay'),
    ours: src('core', 'storage', 'lists'),
    packages: /^(node:(crypto|events|util)|zod|libsql|kysely)$/,
  },
  polling: {
    files: src('polling'),
    ours: src('core', 'upstream', 'lists', 'replay'),
    packages: /^(node:(crypto|events|util)|zod)$/,
  },
  streams: {
    files: src('streams'),
    ours: src('core', 'lists', 'replay', 'polling'),
    packages: /^(node:(crypto|events|stream|util)|zod)$/,
  },
  history: {
    files: src('history'),
    ours: src('core', 'upstream', 'storage'),
    packages: /^(node:(timers\/promises)|zod|kysely)$/,
  },
  commands: {
    files: src('commands'),
    ours: src('core', 'upstream', 'storage', 'lists'),
    packages: /^(node:(async_hooks|crypto|timers\/promises|util)|zod|kysely)$/,
  },
  audit: {
    files: src('audit'),
    ours: src('core', 'storage', 'commands'),
    packages: /^(node:(crypto|util)|zod|kysely)$/,
  },
  catalog: {
    files: src('catalog'),
    ours: src('core', 'lists', 'replay', 'polling', 'streams', 'commands', 'audit'),
    packages: none,
  },
  config: { files: src('config'), ours: src('core', 'upstream', 'lists'), packages: /^(node:[\w/]+|zod|yaml|croner)$/ },
  auth: {
    files: src('auth'),
    ours: src('core', 'observability', 'upstream', 'config'),
    packages: /^(node:[\w/]+|zod|jose|undici)$/,
  },
  schema: {
    files: /^schema\//,
    ours: src('core', 'lists', 'replay', 'streams', 'commands', 'audit', 'catalog', 'auth'),
    packages: /^(@pothos\/.*|graphql|dataloader)$/,
  },
  limits: {
    files: src('limits'),
    ours: anyOf(src('core', 'lists', 'config', 'auth'), /^schema\/context\.ts$/),
    packages: /^(node:[\w/]+|graphql|graphql-yoga|@pothos\/.*|lru-cache)$/,
  },
  'transport/shared': {
    files: src('transport/shared'),
    ours: anyOf(src('core', 'observability', 'config', 'auth', 'limits'), /^schema\/context\.ts$/),
    packages: anything,
  },
  'transport/http': {
    files: src('transport/http'),
    ours: anyOf(
      src('core', 'observability', 'lists', 'streams', 'config', 'auth', 'limits', 'transport/shared'),
      /^schema\/context\.ts$/,
    ),
    packages: anything,
  },
  'transport/ws': {
    files: src('transport/ws'),
    ours: anyOf(
      src('core', 'observability', 'catalog', 'config', 'auth', 'limits', 'transport/shared'),
      /^schema\/context\.ts$/,
    ),
    packages: anything,
  },
  transport: {
    files: /^src\/transport\/[\w-]+\.ts$/,
    ours: anyOf(
      src('core', 'observability', 'lists', 'catalog', 'config', 'auth', 'limits', 'transport'),
      /^schema\/context\.ts$/,
    ),
    packages: anything,
  },
  'adapter kit': {
    files: /^providers\/_kit\/(?!sandbox)/,
    ours: src('core', 'upstream'),
    packages: /^(node:[\w/]+|zod)$/,
  },
  sandboxes: {
    files: /^providers\/\w+\/sandbox\/[\w-]+\.ts$/,
    ours: /^providers\/_kit\/sandbox\//,
    packages: /^node:/,
  },
  adapters: {
    files: /^providers\/(?!_kit)\w+\/(?!schema|reported)[\w-]+\.ts$/,
    ours: anyOf(src('core', 'upstream'), /^src\/config\/(provider|outbound)\.ts$/, /^providers\/(product\.ts$|_kit\/)/),
    packages: /^(node:[\w/]+|zod)$/,
  },
  'schemas of products': {
    files: /^providers\/(?!_kit)\w+\/(schema|reported)\.ts$/,
    ours: anyOf(src('core', 'upstream'), /^schema\//, /^providers\/_kit\//),
    packages: /^graphql$/,
  },
  'contract of a product': {
    files: /^providers\/product\.ts$/,
    ours: anyOf(/^providers\/_kit\//, /^schema\/product\.ts$/, src('core'), /^src\/config\/provider\.ts$/),
    packages: /^zod$/,
  },
  registry: { files: /^providers\/index\.ts$/, ours: /^providers\//, packages: none },
  bench: { files: /^bench\//, ours: none, packages: /^(node:[\w/]+|libsql|pg|playwright-core|undici|ws)$/ },
  // The dashboard is a client: it knows the gateway by its schema only.
  'dashboard: texts': { files: /^web\/text\//, ours: none, packages: none },
  'dashboard: access': {
    files: /^web\/api\//,
    ours: /^web\/(text|gql)\//,
    packages: /^(react|@urql\/core|graphql-ws|@graphql-typed-document-node\/core)$/,
  },
  'dashboard: parts': {
    files: /^web\/parts\//,
    ours: /^web\/(text|gql|api)\//,
    packages: /^(react|wouter|@tanstack\/react-virtual|uplot(\/dist\/uPlot\.min\.css)?)$/,
  },
  'dashboard: screens': {
    files: /^web\/screens\//,
    ours: /^web\/(text|gql|api|parts)\//,
    packages: /^(react|wouter|@tanstack\/react-virtual)$/,
  },
  'dashboard: frame': {
    files: /^web\/(shell\/|main\.tsx$)/,
    ours: /^web\/(text|gql|api|parts|screens|shell|styles)\//,
    packages: /^(react|react-dom\/client|wouter)$/,
  },
  graphiql: {
    files: /^web\/graphiql\//,
    ours: none,
    packages: /^(@urql\/core|graphql-ws)$/,
  },
  'dashboard: generated': { files: /^web\/gql\//, ours: none, packages: /^@graphql-typed-document-node\/core$/ },
  'dashboard: build': {
    files: /^web\/vite\.config\.ts$/,
    ours: /^build\//,
    packages: /^vite$/,
  },
  roots: { files: /^src\/(cli\/(commands\/)?)?[\w-]+\.ts$/, ours: anything, packages: anything },
};

const names = Object.keys(layers);
const layerOf = (file: string): string[] => names.filter((name) => layers[name]?.files.test(file));

const listSources = async (): Promise<string[]> =>
  (
    await Promise.all(
      ['src', 'schema', 'providers', 'bench', 'web'].map((folder) =>
        readdir(folder, { recursive: true, withFileTypes: true }),
      ),
    )
  )
    .flat()
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    // What tests a sandbox lies with it.
    .filter((file) => !file.includes('/sandbox/tests/'));

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map(([, one, two, three]) => one ?? two ?? three ?? '');
}

/** Files of ours that a file imports, for types as well. */
async function graphOf(files: readonly string[]): Promise<Map<string, string[]>> {
  const edges = files.map(async (file) => {
    const imports = (await importsOf(file)).filter((name) => name.startsWith('.'));
    return [file, imports.map((name) => normalize(join(dirname(file), name)))] as const;
  });
  return new Map(await Promise.all(edges));
}

/** A way along the edges that comes back to where it began; null where there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    const start = path.indexOf(node);
    if (start >= 0) return [...path.slice(start), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return null;
}

/** Below these, each folder is a layer of its own: no product knows another one. */
const products = new Set(['adapters', 'sandboxes', 'schemas of products']);

function isAllowed(name: string, file: string, imported: string): boolean {
  const layer = layers[name] as Layer;
  if (!imported.startsWith('.')) return layer.packages.test(imported);
  const target = normalize(join(dirname(file), imported));
  if (layer.ours.test(target)) return true;
  if (!products.has(name)) return layer.files.test(target);
  const own = dirname(file);
  // A sandbox is only loaded to be started.
  return (
    target.startsWith(`${own}/`) && (!target.startsWith(`${own}/sandbox/`) || target === `${own}/sandbox/index.ts`)
  );
}

/** A product's types of the schema lie in its folder. */
const folderOf = (name: string): string => (name === 'schemas of products' ? 'adapters' : name);

describe('layers', () => {
  it('give every source file exactly one place', async () => {
    const places = (await listSources()).map((file) => [file, layerOf(file)] as const);
    expect(places.filter(([, found]) => found.length !== 1)).toEqual([]);
  });

  it.each(names)('let %s import only what it may', async (name) => {
    const files = (await listSources()).filter((file) => layers[name]?.files.test(file));
    expect(files.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const file of files) {
      for (const imported of await importsOf(file)) {
        if (!isAllowed(name, file, imported)) wrong.push(`${file} imports ${imported}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('have no files that import each other, for types as well', async () => {
    expect(findCycle(await graphOf(await listSources()))).toBeNull();
  });

  it('have no folders that import each other', async () => {
    const folders = new Map<string, string[]>();
    for (const [file, imports] of await graphOf(await listSources())) {
      const [from = ''] = layerOf(file).map(folderOf);
      // The roots put everything together.
      if (from === 'roots') continue;
      const to = imports.flatMap((target) => layerOf(target).map(folderOf)).filter((name) => name !== from);
      folders.set(from, [...new Set([...(folders.get(from) ?? []), ...to])]);
    }
    expect(findCycle(folders)).toBeNull();
  });

  it('see a wrong import, and a cycle', () => {
    expect(isAllowed('lists', 'src/lists/merge.ts', '../transport/server.ts')).toBe(false);
    expect(isAllowed('lists', 'src/lists/merge.ts', 'graphql')).toBe(false);
    expect(isAllowed('core', 'src/core/text.ts', 'undici')).toBe(false);
    expect(isAllowed('adapters', 'providers/borg/index.ts', '../flosum/map.ts')).toBe(false);
    expect(isAllowed('adapters', 'providers/borg/index.ts', './sandbox/server.ts')).toBe(false);
    expect(isAllowed('adapters', 'providers/borg/index.ts', '../../src/config/config.ts')).toBe(false);
    expect(isAllowed('adapters', 'providers/borg/index.ts', '../../src/upstream/path.ts')).toBe(true);
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toBeNull();
  });
});
