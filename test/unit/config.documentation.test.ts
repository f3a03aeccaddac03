/** The reference of the configuration is generated, whole, and has what the example shows. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { products } from '../../providers/index.ts';
import { toMarkdown } from '../../src/config/documentation.ts';
import { formerKeys } from '../../src/config/former-keys.ts';
import { providerFields } from '../../src/config/provider.ts';
import { type KeyTable, listTables } from '../../src/config/reference.ts';

const tables = listTables(products);
const committed = readFileSync('docs/configuration.md', 'utf8');

/** Without ` of kind borg`, which stands after the path in the title of a product's table. */
const pathOf = ({ title }: KeyTable): string => title.split(' ')[0] ?? '';
const listed = new Set(
  tables.flatMap((table) => [pathOf(table), ...table.keys.map(({ name }) => `${pathOf(table)}.${name}`)]),
);
const isTable = (path: string) => tables.some((table) => pathOf(table) === path);

/** Paths of all keys of a configuration, in the notation of the tables. */
function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const place = isTable(`${path}.*`) ? `${path}.*` : path === '' ? name : `${path}.${name}`;
    return [place, ...pathsOf(item, place)];
  });
}

const missingKeys = (text: string): string[] =>
  [...new Set(pathsOf(parse(text), ''))].filter((path) => path !== 'providers' && !listed.has(path));

describe('docs/configuration.md', () => {
  test('is what the schemas say; `npm run codegen` writes it', () => {
    expect(committed).toBe(toMarkdown(tables));
  });

  test('describes every key and every table in sentences', () => {
    const texts = tables.flatMap((table) => [
      [table.title, table.description] as const,
      ...table.keys.map(({ name, description }) => [`${table.title} ${name}`, description] as const),
    ]);
    expect(texts.length).toBeGreaterThan(120);
    expect(texts.filter(([, text]) => !/^[A-Z`].+\.$/.test(text))).toEqual([]);
  });

  test('has a table for each product and each section', () => {
    const titles = tables.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(products.map(({ kind }) => `providers[] of kind ${kind}`)));
    expect(titles).toEqual(
      expect.arrayContaining(['server', 'auth', 'limits', 'providers[]', 'streams', 'ledger', 'log']),
    );
  });

  test('has every key of the example, also of its authentication, which is commented out', () => {
    const example = readFileSync('backplane.example.yaml', 'utf8');
    const lines = example.split('\n');
    const start = lines.indexOf('# auth:');
    const auth = lines.slice(start, lines.indexOf('', start)).map((line) => line.slice(2));
    expect(pathsOf(parse(auth.join('\n')), '')).toContain('auth.jwt.claims.role');
    expect(missingKeys(example)).toEqual([]);
    expect(missingKeys(auth.join('\n'))).toEqual([]);
    expect(
      missingKeys('server: { colour: red }\nproviders: [{ limits: { speed: 1 }, entities: { x: { y: 1 } } }]'),
    ).toEqual(['server.colour', 'providers[].limits.speed', 'providers[].entities.*.y']);
  });

  test('has the former names of keys, and their names of today among the keys', () => {
    for (const { place, from, to } of formerKeys) {
      const path = place.join('.').replaceAll('.*', '[]');
      expect(listed).toContain(`${path}.${to}`);
      expect(committed).toContain(`| \`${path}.${from}\` | \`${path}.${to}\` |`);
    }
  });
});

test('types, limits, defaults and required keys are those of the schema', () => {
  const described = <Schema extends z.ZodType>(schema: Schema) => schema.describe('It is.');
  const config = z.strictObject({
    ...providerFields,
    kind: z.literal('fake').describe('The product.'),
    ratio: described(z.number().min(0).max(1).default(0.5)),
    count: described(z.int().positive()),
    files: described(z.array(z.string()).min(1).nullable().default(null)),
    mode: described(z.enum(['fast', 'slow']).default('fast')),
    url: described(
      z
        .url()
        .transform((url) => url.length)
        .optional(),
    ),
    undescribed: z.boolean().default(false),
  });
  const table = listTables([{ kind: 'fake', config }]).find(({ title }) => title === 'providers[] of kind fake');
  expect(table?.description).toBe('The product.');
  expect(
    table?.keys.map((key) => [key.name, key.type, key.isRequired ? 'required' : key.default, key.description]),
  ).toEqual([
    ['ratio', 'number (0 to 1)', '0.5', 'It is.'],
    ['count', 'integer (above 0)', 'required', 'It is.'],
    ['files', 'list (1 or more) of string or null', 'null', 'It is.'],
    ['mode', '`fast`, `slow`', 'fast', 'It is.'],
    ['url', 'URL', null, 'It is.'],
    ['undescribed', 'boolean', 'false', ''],
  ]);
});
