/** The text of every document: links lead somewhere, paths exist, and code blocks are what they say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { exampleFiles } from '../support/example-files.ts';
import { blocksOf, codeSpansOf, documents, languages, proseOf } from '../support/markdown.ts';

/** The anchors that GitHub makes of the headings of a document. */
function anchorsOf(document: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(document).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

const linksOf = (document: string): string[] =>
  [...proseOf(document).matchAll(/\]\(([^)\s]+)\)|<img[^>]* src="([^"]+)"/g)].map(
    ([, link, image]) => link ?? image ?? '',
  );

function brokenLinks(document: string): string[] {
  return linksOf(document).filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : normalize(join(dirname(document), path));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
}

/** Paths of this repository; a placeholder in capitals and a pattern are none. */
const missingPaths = (document: string): string[] =>
  codeSpansOf(document)
    .filter((code) => /^(src|schema|providers|test|docs|examples|bench|\.ci)\/[\w./-]+$/.test(code))
    .filter((path) => !/[A-Z]{4}/.test(path.replace(/\w+\.md$/, '')) && !existsSync(path));

describe.each(documents)('%s', (document) => {
  it('has links that lead to a file, and to a heading of it', () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  // The changelog names files of earlier versions.
  it.skipIf(document === 'CHANGELOG.md')('names paths that exist', () => {
    expect(missingPaths(document)).toEqual([]);
  });

  it('says nothing of the machine that it was written on', () => {
    expect(readFileSync(document, 'utf8')).not.toMatch(/\/work\/|\/tmp\/|\/home\//);
  });
});

/** Files of the first table with the heading "file"; a folder ends in a slash. */
const listedFiles = (text: string): string[] =>
  (/^\| file \| .*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? '')
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

describe.each(documents.filter((document) => document.startsWith('providers/')))('%s', (document) => {
  it('lists every file of its folder, and no other', () => {
    const entries = readdirSync(dirname(document), { withFileTypes: true }).filter(({ name }) => !name.endsWith('.md'));
    const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    expect(listedFiles(readFileSync(document, 'utf8')).toSorted()).toEqual(names.toSorted());
  });

  it('quotes titles of tests that exist', () => {
    const tests = ['test/unit', 'test/integration', 'test/conformance'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
    );
    const text = tests.join('\n');
    const cells = proseOf(document)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').at(-2) ?? '');
    // An ellipsis stands for the rest of a title, or for what differs between cases.
    const quoted = cells.flatMap((cell) =>
      [...cell.matchAll(/"([^"]+)"/g)].flatMap(([, title = '']) => title.split('…')),
    );
    expect(quoted.map((part) => part.trim()).filter((part) => !text.includes(part))).toEqual([]);
  });
});

/** A configuration, a list of providers, or settings of one provider: whole, with what a file needs besides. */
function asConfiguration(text: string): string {
  const given = parse(text) as Record<string, unknown> | readonly object[];
  const files = { name: 'files', kind: 'borg', url: 'https://127.0.0.1:1', token: 'x' };
  const machines = { name: 'machines', kind: 'vprotect', url: 'https://127.0.0.1:1/api', username: 'x', password: 'x' };
  if (Array.isArray(given)) return stringify({ providers: given });
  const sections = [
    'server',
    'auth',
    'limits',
    'providers',
    'streams',
    'ledger',
    'storage',
    'history',
    'log',
    'metrics',
    'tracing',
    'documents',
  ];
  const isWhole = Object.keys(given).every((key) => sections.includes(key));
  return stringify(isWhole ? { providers: [files, machines], ...given } : { providers: [{ ...files, ...given }] });
}

const environmentOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => [name, 'x']));

describe('docs/upgrading.md', () => {
  it('has a section for each version of the changelog but the first', () => {
    const titles = (file: string, pattern: RegExp) =>
      [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, title]) => title);
    const versions = titles('CHANGELOG.md', /^## \[(.+?)\]/gm);
    expect(titles('docs/upgrading.md', /^## ([^:\n]+): from /gm)).toEqual(versions.slice(0, -1));
  });
});

describe('a code block', () => {
  it('is in a language that is checked, here or by a test that runs it', () => {
    const checked = ['graphql', 'js', 'json', 'mermaid', 'nginx', 'sh', 'text', 'ts', 'yaml'];
    expect(languages().filter((language) => !checked.includes(language))).toEqual([]);
  });

  it.each(blocksOf('yaml').map(({ label, text }) => [label, text] as const))('of YAML parses: %s', (_, text) => {
    const warnings: string[] = [];
    const warn = (line: string): void => void warnings.push(line);
    expect(parseConfig(asConfiguration(text), products, environmentOf(text), { warn }).providers).toBeTruthy();
    expect(warnings).toEqual([]);
  });

  it('of JSON parses', () => {
    for (const { label, text } of blocksOf('json')) expect(() => JSON.parse(text) as unknown, label).not.toThrow();
  });

  it('of JavaScript parses', () => {
    for (const { label, text } of blocksOf('js')) expect(() => new Script(text), label).not.toThrow();
  });

  it('of TypeScript is a part of a file that is compiled and run', () => {
    const examples = exampleFiles().map((name) => `examples/${name}`);
    const files = [...examples, 'test/integration/fifth-provider.test.ts'];
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    const blocks = blocksOf('ts').filter(({ document }) => document !== 'examples/README.md');
    expect(blocks.length).toBeGreaterThanOrEqual(1);
    for (const { label, text } of blocks) {
      const isShown = texts.some((file) => file.includes(text));
      expect(isShown, `${label} stands in none of the files`).toBe(true);
    }
  });

  it('of Mermaid is a diagram of a known type, with folders that exist', () => {
    for (const { label, text } of blocksOf('mermaid')) {
      expect(text, label).toMatch(/^(sequenceDiagram|flowchart (TD|LR|BT))\n/);
      const paths = [...text.matchAll(/\b(?:src|schema|providers)\/[\w./-]*/g)].map(([path]) => path);
      expect(
        paths.filter((path) => !existsSync(path)),
        label,
      ).toEqual([]);
    }
  });
});
