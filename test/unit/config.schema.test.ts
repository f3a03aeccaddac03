/** The JSON Schema of the configuration accepts what the program accepts, and the printed configuration has no secrets. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { toEditorSchema } from '../../src/config/editor-schema.ts';
import { effectiveConfig } from '../../src/config/effective.ts';
import { ConfigError } from '../../src/config/file.ts';
import { isNightly } from '../support/nightly.ts';

const schema = toEditorSchema(products);
// `writeOnly` and `deprecated` are for editors.
const validate = new Ajv({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
  allErrors: true,
}).compile(schema);
const example = readFileSync('backplane.example.yaml', 'utf8');
const environment: Record<string, string> = Object.fromEntries(
  [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, `value-of-${name}`]),
);
/** Values of references by the kind of value that may stand in their place. */
Object.assign(environment, {
  NUMBER: '20',
  TRUE: 'true',
  NULL: 'null',
  TEXT: 'text',
  NONE: 'none',
  LEVEL: 'warn',
  KIND: 'borg',
});

const borg = { name: 'a', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backplane-schema-'));
  writeFileSync(join(folder, 'secret'), 'canary-in-a-file', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

function isTaken(document: unknown): boolean {
  try {
    parseConfig(stringify(document), products, environment, { folder });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

const errorsOf = (document: unknown): unknown => {
  validate(document);
  return validate.errors;
};

test('schema/backplane.schema.json is the schema of today; `npm run codegen` writes it', () => {
  expect(JSON.parse(readFileSync('schema/backplane.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the example names its schema for editors, and is accepted by it', () => {
  expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=schema/backplane.schema.json');
  expect(errorsOf(parse(example))).toBeNull();
});

test.each<[string, object]>([
  ['a reference where a number is expected', { server: { port: '${NUMBER}' } }],
  ['a reference where one of several words is expected', { log: { level: '${LEVEL}' } }],
  ['a reference where true, false or null is expected', { server: { introspection: '${TRUE}', graphiql: '${NULL}' } }],
  ['a reference in the place of auth', { auth: '${NONE}' }],
  ['auth as none', { auth: 'none' }],
  ['a section with nothing in it', { server: null }],
  ['a reference as the kind of a provider', { providers: [{ ...borg, kind: '${KIND}' }] }],
  ['a secret in a file', { providers: [{ ...borg, token: undefined, tokenFile: 'secret' }] }],
  [
    'a required secret in a file',
    { providers: [{ name: 'v', kind: 'vprotect', url: 'http://a', username: 'u', passwordFile: 'secret' }] },
  ],
  [
    'a former name of a key',
    { ledger: { lookForSeconds: 3 }, providers: [{ ...borg, limits: { otherBytes: 5_000 } }] },
  ],
  ['a digest in capitals', { auth: { tokens: [{ name: 'a', sha256: 'AB'.repeat(32) }] } }],
  ['a URL with a name of another alphabet', { providers: [{ ...borg, url: 'http://bücher.example' }] }],
  [
    'a time with an offset',
    { auth: { tokens: [{ name: 'a', sha256: 'ab'.repeat(32), expires: '2030-01-31T00:00:00+02:00' }] } },
  ],
  [
    'an interval as an object',
    {
      providers: [
        {
          ...borg,
          expectEvery: { cron: '0 1 * * *', timeZone: 'UTC' },
          entities: { x: { grace: '1h', expectEvery: '1d' } },
        },
      ],
    },
  ],
])('%s is accepted by both', (_, more) => {
  const document = JSON.parse(JSON.stringify({ providers: [borg], ...more })) as unknown;
  expect(isTaken(document)).toBe(true);
  expect(errorsOf(document)).toBeNull();
});

test.each<[string, object]>([
  ['an unknown key', { sever: {} }],
  ['an unknown key of a product', { providers: [{ ...borg, apiKey: 'x' }] }],
  ['a text as a number', { server: { port: 'many' } }],
  ['a number that is too large', { server: { port: 70_000 } }],
  ['an unknown product', { providers: [{ ...borg, kind: 'tape' }] }],
  ['a product without its password', { providers: [{ name: 'v', kind: 'vprotect', url: 'http://a', username: 'u' }] }],
  ['no provider', { providers: [] }],
])('%s is refused by both', (_, more) => {
  const document = { providers: [borg], ...more };
  expect(isTaken(document)).toBe(false);
  expect(errorsOf(document)).not.toBeNull();
});

test('whatever the program accepts, the schema accepts', () => {
  const references = [
    '${NUMBER}',
    '${TRUE}',
    '${NULL}',
    '${TEXT}',
    '${NONE}',
    '${MISSING:-5}',
    '1${NUMBER}',
    '$${x',
    '${file:secret}',
  ];
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      ...references,
      null,
      true,
      0,
      1,
      30,
      0.5,
      5_000,
      'none',
      '24h',
      'UTC',
      [],
      {},
      ['a'],
      ' http://A/ ',
      'HTTPS://x',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const whole = parse(example) as { providers: unknown[] };
  let taken = 0;
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), value, (section, one, place, strange) => {
      // One section and one provider: the whole example takes long to read.
      const { providers, ...others } = structuredClone(whole);
      const [name, chosen] = Object.entries(others)[section % Object.keys(others).length] ?? ['log', {}];
      const raw = { [name]: chosen, providers: [providers[one % providers.length]] };
      const places = placesIn(raw);
      const [parent, key] = places[place % places.length] ?? [raw, 'log'];
      (parent as Record<string, unknown>)[key] = strange;
      if (!isTaken(raw)) return;
      taken++;
      expect({ errors: errorsOf(raw), raw }).toEqual({ errors: null, raw });
    }),
    { numRuns: isNightly ? 5_000 : 300 },
  );
  expect(taken).toBeGreaterThan(20);
});

/** Every key of every map and list. */
function placesIn(value: object): [object, string][] {
  return Object.entries(value).flatMap(([key, item]): [object, string][] => [
    [value, key],
    ...(typeof item === 'object' && item !== null ? placesIn(item as object) : []),
  ]);
}

describe('the printed configuration', () => {
  const print = (document: object) => effectiveConfig(stringify(document), products, environment, { folder, port: 81 });

  test('has every default, values of the environment and of the command line, and can be read again', () => {
    const printed = print({
      streams: { fastSeconds: '${NUMBER}', slowSeconds: 30 },
      providers: [{ ...borg, timeoutSeconds: '${NUMBER}' }],
    });
    expect(printed).toMatchObject({
      server: { host: '127.0.0.1', port: 81, cors: { maxAgeSeconds: 7_200 }, clients: { initSeconds: 10 } },
      auth: null,
      streams: { fastSeconds: 20 },
      providers: [{ name: 'a', kind: 'borg', timeoutSeconds: 20, limits: { retries: 2 }, entities: {} }],
    });
    const again = (text: string) => JSON.stringify(parseConfig(text, products, {}));
    expect(again(stringify(printed))).toBe(
      JSON.stringify(
        parseConfig(
          stringify({
            server: { port: 81 },
            streams: { fastSeconds: 20, slowSeconds: 30 },
            providers: [{ ...borg, timeoutSeconds: 20 }],
          }),
          products,
          {},
        ),
      ),
    );
  });

  test('has no secret, wherever it came from', () => {
    const printed = JSON.stringify(
      print({
        ledger: { file: '${file:secret}.db' },
        providers: [
          borg,
          { name: 'b', kind: 'borg', url: 'http://127.0.0.1:1', username: 'u', passwordFile: 'secret' },
        ],
      }),
    );
    expect(printed).not.toContain('canary-in-a-file');
    expect(printed).toContain('"token":"[secret]"');
    expect(printed).toContain('"password":"[secret]"');
  });
});
