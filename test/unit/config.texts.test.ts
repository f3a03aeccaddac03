/** Texts of a configuration: values of the environment, names of other keys, paths, and files that refer to themselves. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';
import { type ProviderConfig, providerFields } from '../../src/config/provider.ts';

interface FakeConfig extends ProviderConfig {
  readonly password: string;
}

const fake = {
  kind: 'fake',
  config: z.strictObject({
    ...providerFields,
    kind: z.literal('fake'),
    password: z.string(),
  }),
};

const environment = { PASSWORD: 'hunter2', EMPTY: '', ODD: '${PASSWORD} $& }' };

const parse = (text: string, folder?: string) => parseConfig<FakeConfig>(text, [fake], environment, { folder });

const withPassword = (text: string, more = '') =>
  `providers: [{ name: one, kind: fake, password: ${JSON.stringify(text)}${more} }]`;

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('a text of the configuration', () => {
  test.each([
    ['${PASSWORD}', 'hunter2'],
    ['a${PASSWORD}b${PASSWORD}', 'ahunter2bhunter2'],
    ['${PASSWORD:-other}', 'hunter2'],
    ['${MISSING:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${MISSING:-}', ''],
    ['${MISSING:-a:-b $x /c}', 'a:-b $x /c'],
    ['${ODD}', '${PASSWORD} $& }'],
    ['$${PASSWORD}', '${PASSWORD}'],
    ['$${', '${'],
    ['a$${b}${PASSWORD}', 'a${b}hunter2'],
    ['$PASSWORD $ $$ {x} }', '$PASSWORD $ $$ {x} }'],
  ])('%j means %j', (text, value) => {
    expect(parse(withPassword(text)).providers[0]?.password).toBe(value);
  });

  test.each([
    '${',
    '${}',
    '${PASSWORD',
    '${ PASSWORD }',
    '${PASS WORD}',
    '${PASSWORD-other}',
    '${PASSWORD:?message}',
    '${PASSWORD:+x}',
    '${1ST}',
    '${A-B}',
    '${MISSING:-${PASSWORD}}',
    '${MISSING:-open',
    '${file:',
    '${file:}',
    '${file:open',
    'secret${{x}}',
  ])('%j is a fault and no password', (text) => {
    const faults = faultsOf(withPassword(text));
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) {
      expect(fault).toBe(
        'providers[0].password: expected ${NAME}, ${NAME:-default} or ${file:PATH} where a text has "${" in it; write $${ for "${" itself',
      );
    }
  });

  test('names a variable that is not set', () => {
    expect(faultsOf(withPassword('${MISSING}'))).toEqual([
      'providers[0].password: expected the environment variable MISSING to be set',
    ]);
  });
});

describe('an unknown key', () => {
  test.each([
    ['sever: {}', 'sever', 'server'],
    ['server: { prot: 1 }', 'server.prot', 'port'],
    ['server: { public_url: null }', 'server.public_url', 'publicUrl'],
    ['server: { clients: { initSecond: 1 } }', 'server.clients.initSecond', 'initSeconds'],
    ['auth: { token: [] }', 'auth.token', 'tokens'],
    ['streams: { fastseconds: 1 }', 'streams.fastseconds', 'fastSeconds'],
    ['ledger: { fiel: x }', 'ledger.fiel', 'file'],
  ])('%j suggests the nearest one', (more, place, known) => {
    expect(faultsOf(`${more}\n${withPassword('x')}`)).toContain(
      `${place}: unknown key, did you mean "${known}"; see backplane.example.yaml`,
    );
  });

  test('of a provider, of its limits and of an entity does, too, each its own', () => {
    const more = ', paswort: y, limits: { retrys: 1 }, entities: { x: { expectEvry: 1d, expectEvery: 1d } }';
    expect(faultsOf(withPassword('x', more))).toEqual([
      'providers[0].limits.retrys: unknown key, did you mean "retries"; see backplane.example.yaml',
      'providers[0].entities.x.expectEvry: unknown key, did you mean "expectEvery"; see backplane.example.yaml',
      'providers[0].paswort: unknown key, did you mean "password"; see backplane.example.yaml',
    ]);
  });

  test('that is near to none suggests none', () => {
    expect([...faultsOf(`colour: red\n${withPassword('x', ', "__proto__": 1')}`)].sort()).toEqual([
      'colour: unknown key; see backplane.example.yaml',
      'providers[0].__proto__: unknown key; see backplane.example.yaml',
    ]);
  });
});

describe('a path', () => {
  const jwt = (more: string) =>
    `auth: { jwt: { issuer: i, audience: a, algorithms: [RS256], ${more} } }\n${withPassword('x')}`;

  test('is relative to the folder of the file, wherever it stands', () => {
    const config = parse(`ledger: { file: data/x.db }\n${withPassword('x', ', ca: ../ca.pem')}`, '/etc/backplane');
    expect(config.storage.url).toBe('file:/etc/backplane/data/x.db');
    expect(config.providers[0]?.ca).toBe('/etc/ca.pem');
    expect(parse(jwt('keyFile: keys/a.pem'), '/etc/backplane').auth?.jwt?.keyFile).toBe('/etc/backplane/keys/a.pem');
    expect(parse(jwt('jwksUrl: "https://x", ca: ./ca.pem'), '/etc/backplane').auth?.jwt?.ca).toBe(
      '/etc/backplane/ca.pem',
    );
  });

  test('that is absolute stays, and :memory: is none', () => {
    expect(parse(`ledger: { file: /var/x.db }\n${withPassword('x')}`, '/etc').storage.url).toBe('file:/var/x.db');
    expect(parse(`ledger: { file: ":memory:" }\n${withPassword('x')}`, '/etc').storage.url).toBe(':memory:');
    expect(parse(withPassword('x'), '/etc').storage.url).toBe(':memory:');
  });
});

describe('a file that refers to itself', () => {
  test.each(['a: &a [*a]', '&a\nserver: *a', 'providers: &p\n  - { name: one, kind: fake, limits: { x: *p } }'])(
    '%j is a fault with a sentence',
    (text) => {
      expect(faultsOf(text)).toEqual([
        'not a configuration: a part of the file contains itself, by an anchor (&) and an alias (*)',
      ]);
    },
  );

  test('or becomes very large by aliases is a fault with a sentence', () => {
    const levels = 'abcdefghi'.split('');
    const lines = levels.map((name, index) => {
      const before = levels[index - 1];
      return `${name}: &${name} [${new Array(9).fill(before ? `*${before}` : 'lol').join(', ')}]`;
    });
    expect(faultsOf(lines.join('\n'))).toEqual([
      'not a configuration: aliases (*) repeat parts of the file too often, so that it would become very large',
    ]);
  });

  test('may use an anchor as people do', () => {
    const text = `providers:
  - { name: one, kind: fake, password: x, limits: &limits { retries: 1 } }
  - { name: two, kind: fake, password: x, limits: *limits }`;
    expect(parse(text).providers.map(({ limits }) => limits.retries)).toEqual([1, 1]);
  });
});
