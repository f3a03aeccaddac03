/** One file, since all its tests parse variations of one small configuration. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';
import { type ProviderConfig, providerFields, providerUrl } from '../../src/config/provider.ts';
import { type Secret, secret } from '../../src/core/secret.ts';

interface FakeConfig extends ProviderConfig {
  readonly url: string;
  readonly password: Secret;
}

const fake = {
  kind: 'fake',
  config: z.strictObject({ ...providerFields, kind: z.literal('fake'), url: providerUrl(), password: secret() }),
};

const environment = { PASSWORD: 'hunter2', HOST: 'backup.example', EMPTY: '' };

const parse = (text: string, overrides = {}): Config<FakeConfig> =>
  parseConfig<FakeConfig>(text, [fake], environment, overrides);

function faultsOf(text: string, overrides = {}): readonly string[] {
  try {
    parse(text, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const provider = (more = '') => `
  - name: one
    kind: fake
    url: https://backup.example
    password: x${more}`;
const providers = `providers:${provider()}`;

describe('a good file', () => {
  test('needs only a provider; everything else has a default', () => {
    expect(parse(providers)).toMatchObject({
      server: { host: '127.0.0.1', port: 4000, publicUrl: null },
      providers: [{ name: 'one', kind: 'fake', timeoutSeconds: 10, cacheSeconds: 1 }],
      streams: { fastSeconds: 1, slowSeconds: 10 },
      log: { level: 'info' },
    });
  });

  test('takes values from the environment, anywhere in a text', () => {
    const config = parse(
      `${providers.replace('backup.example', '${HOST}:81').replace('x', '${PASSWORD}-${PASSWORD}')}`,
    );
    expect(config.providers[0]?.url).toBe('https://backup.example:81');
    expect(config.providers[0]?.password.reveal()).toBe('hunter2-hunter2');
  });

  test('is not changed by what a variable holds', () => {
    const config = parseConfig<FakeConfig>(providers.replace('password: x', 'password: ${P}'), [fake], {
      P: '${HOST} $& a: b',
    });
    expect(config.providers[0]?.password.reveal()).toBe('${HOST} $& a: b');
  });

  test('loses to the command line', () => {
    expect(parse(`server: { port: 1 }\n${providers}`, { port: 2, host: '::1' }).server).toMatchObject({
      port: 2,
      host: '::1',
    });
    expect(parse(`server: { port: 1 }\n${providers}`, { port: undefined }).server.port).toBe(1);
  });

  test('may have a section with nothing in it', () => {
    expect(parse(`server:\n  # port: 1\n${providers}`).server.port).toBe(4000);
  });

  test('is frozen, and shows no secret however it is printed', () => {
    const config = parse(providers.replace('password: x', 'password: ${PASSWORD}'));
    expect(Object.isFrozen(config.providers[0])).toBe(true);
    expect(Object.isFrozen(config.streams)).toBe(true);
    expect(inspect(config, { depth: null }) + JSON.stringify(config)).not.toContain('hunter2');
  });

  test('may say a public URL with a slash at its end', () => {
    expect(parse(`server: { publicUrl: "https://gate.example/api/" }\n${providers}`).server.publicUrl).toBe(
      'https://gate.example/api',
    );
  });
});

test('every fault is told at once, each with its place and what was expected', () => {
  const faults = faultsOf(`
server: { host: 0.0.0.0, port: 70000, colour: red, publicUrl: ftp://x }
streams: { fastSeconds: fast, replayLines: 0 }
log: { level: loud }
extra: 1
providers:
  - { name: Bad Name, kind: fake, url: "https://user:pw@host", password: "", timeoutSeconds: 0 }
  - { name: two, kind: nothing }
  - { name: three, kind: fake, url: "\${NOWHERE}", password: [1], colour: red }
  - { name: four, kind: fake, url: "https://host", password: x }
  - { name: four, kind: fake, url: "https://host", password: x }
`);
  const places = faults.map((fault) => fault.slice(0, fault.indexOf(':'))).sort();
  expect(places).toEqual([
    'extra',
    'log.level',
    'providers[0].name',
    'providers[0].password',
    'providers[0].timeoutSeconds',
    'providers[0].url',
    'providers[1].kind',
    'providers[2].colour',
    'providers[2].password',
    'providers[2].url',
    'providers[2].url',
    'providers[4].name',
    'server.colour',
    'server.host',
    'server.port',
    'server.publicUrl',
    'streams.fastSeconds',
    'streams.replayLines',
  ]);
  expect(faults.filter((fault) => !/expected|unknown key/.test(fault))).toEqual([]);
});

test.each<[string, string]>([
  [`${providers}\nunknown: 1`, 'unknown: unknown key; see backplane.example.yaml'],
  [`log: { level: loud }\n${providers}`, 'log.level: expected one of: trace, debug, info, warn, error, silent'],
  [`streams: { replayChanges: 99 }\n${providers}`, 'streams.replayChanges: expected number to be >=100'],
  [`streams: { replayHours: 0 }\n${providers}`, 'streams.replayHours: expected number to be >0'],
  [`streams: { replayHours: 8761 }\n${providers}`, 'streams.replayHours: expected number to be <=8760'],
  [`server: { port: "80" }\n${providers}`, 'server.port: expected a number'],
  [`server: { port: 70000 }\n${providers}`, 'server.port: expected number to be <=65535'],
  [`server: 4000\n${providers}`, 'server: expected an object'],
  [`server: [1]\n${providers}`, 'server: expected an object'],
  [
    `server: { publicUrl: "https://a.example/x", basePath: /gate }\n${providers}`,
    'server.publicUrl: expected a URL whose path ends with server.basePath, as clients ask for it: https://backups.example.com/backplane',
  ],
  [`streams: { fastSeconds: 9, slowSeconds: 3 }\n${providers}`, 'streams.slowSeconds: expected at least fastSeconds'],
  ['', 'providers: expected a list of providers'],
  ['providers: []', 'providers: expected at least one provider'],
  [
    `providers:\n${Array.from({ length: 51 }, (_, index) => `  - { name: b${index}, kind: fake, url: 'http://a', password: x }`).join('\n')}`,
    'providers: expected at most 50 providers: a cursor has a place for each',
  ],
  ['providers: one', 'providers: expected a list of providers'],
  ['providers: [one]', 'providers[0].kind: expected one of: fake'],
  ['- a', 'the file: expected an object'],
  ['hello', 'the file: expected an object'],
  [
    providers.replace('password: x', 'password: ${MISSING}'),
    'providers[0].password: expected the environment variable MISSING to be set',
  ],
  [providers.replace('name: one', 'name: One'), 'providers[0].name: expected 1 to 40 of a-z, 0-9 and -'],
  [providers + provider(), 'providers[1].name: expected a name that no other provider has; "one" is taken'],
])('%j', (text, fault) => {
  expect(faultsOf(text)).toEqual([fault]);
});

test.each(['0.0.0.0', '::', '192.168.1.5', 'backup.example', '127.1', '127.0.0.1.example', '::ffff:127.0.0.1'])(
  'the host %s is refused without authentication: other machines could reach the gateway',
  (host) => {
    const fault =
      'server.host: expected a loopback address: without authentication, other machines must not reach this gateway';
    expect(faultsOf(`server: { host: "${host}" }\n${providers}`)).toEqual([fault]);
    expect(faultsOf(providers, { host })).toEqual([fault]);
  },
);

test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('the host %s is taken', (host) => {
  expect(parse(providers, { host }).server.host).toBe(host);
});

describe('server.basePath', () => {
  test.each([
    ['/backplane', '/backplane'],
    ['/tools/backplane/', '/tools/backplane'],
    ['/a.b/..c/_~-', '/a.b/..c/_~-'],
    [null, null],
  ])('%s is %s', (given, taken) => {
    expect(parse(`server: { basePath: ${JSON.stringify(given)} }\n${providers}`).server.basePath).toBe(taken);
  });

  test.each([
    '',
    '/',
    'backplane',
    '//',
    '/a//b',
    '/..',
    '/a/./b',
    '/a b',
    '/a%20b',
    '/a?b',
    '/a#b',
    'https://a/b',
    '/ä',
    7,
  ])('%j is refused', (given) => {
    const [fault, ...more] = faultsOf(`server: { basePath: ${JSON.stringify(given)} }\n${providers}`);
    expect(fault).toMatch(/^server\.basePath: expected a (path such as \/backplane|string)/);
    expect(more).toEqual([]);
  });

  test('is what the path of publicUrl ends with', () => {
    const publicUrl = (url: string) => parse(`server: { publicUrl: "${url}", basePath: /b/ }\n${providers}`).server;
    expect(publicUrl('https://a.example/b/')).toMatchObject({ publicUrl: 'https://a.example/b', basePath: '/b' });
    expect(publicUrl('https://a.example/outer/b')).toMatchObject({ basePath: '/b' });
  });
});

describe('a URL', () => {
  test.each([
    'https://user:hunter2@host',
    'HTTPS://user:hunter2@host',
    'http:user:hunter2@host',
    'http:\\\\user:hunter2@host',
    'ftp://host',
    'host:8080',
    '/path',
    'https://host/path?token=hunter2',
    'https://host/#hunter2',
  ])('%s is refused, without showing it', (url) => {
    const faults = faultsOf(providers.replace('https://backup.example', url));
    expect(faults).not.toEqual([]);
    for (const fault of faults) expect(fault).toMatch(/^providers\[0\]\.url: expected /);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('a secret in the wrong place is not shown', () => {
  test.each<[string, string]>([
    ['in a number', `server: { port: hunter2 }\n${providers}`],
    ['in a list of words', `log: { level: hunter2 }\n${providers}`],
    ['in a name', providers.replace('name: one', 'name: hunter2!')],
    ['in the kind', providers.replace('kind: fake', 'kind: hunter2')],
    ['in a URL', providers.replace('https://backup.example', 'hunter2')],
    ['in the public URL', `server: { publicUrl: hunter2 }\n${providers}`],
    ['in a list', providers.replace('password: x', 'password: [hunter2]')],
    ['with a star, which YAML takes for a reference', providers.replace('password: x', 'password: *hunter2')],
    ['with an exclamation mark', providers.replace('password: x', 'password: !hunter2')],
    ['with an ampersand', providers.replace('password: x', 'password: &hunter2')],
    ['with a percent sign', providers.replace('password: x', 'password: %hunter2')],
    ['with an at sign', providers.replace('password: x', 'password: @hunter2')],
    ['with a brace', providers.replace('password: x', 'password: {hunter2')],
    ['with a quote', providers.replace('password: x', 'password: "hunter2')],
    ['with a quote in the middle', providers.replace('password: x', 'password: "x" hunter2')],
    ['with a colon', providers.replace('password: x', 'password: hunter2: x')],
    ['twice', providers.replace('password: x', 'password: x\n    password: hunter2')],
    ['with a tab', providers.replace('password: x', '\tpassword: hunter2')],
  ])('%s', (_, text) => {
    let message = '';
    try {
      parse(text);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = inspect(error);
    }
    expect(message).toContain('ConfigError');
    expect(message).not.toContain('hunter2');
  });
});

describe('origins of pages that may ask', () => {
  const originFaults = (origin: string) => faultsOf(`server: { origins: ["${origin}"] }\n${providers}`);

  test.each(['https://app.example.com', 'http://localhost:5173', 'http://[::1]:8080', 'app://backplane'])(
    '%s is one',
    (origin) => {
      expect(parse(`server: { origins: ["${origin}"] }\n${providers}`).server.origins).toEqual([origin]);
    },
  );

  test.each([
    '*',
    'null',
    '',
    'app.example.com',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com?x',
    'https://App.example.com',
    'https://app.example.com:443',
    'http://app.example.com:80',
    'https://user@app.example.com',
    'https://app example.com',
    'https://',
    'https://app.example.com:port',
    'https://bücher.example',
    'file:///page.html',
  ])('"%s" is none', (origin) => {
    const faults = originFaults(origin);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^server\.origins\[0\]: expected an origin as browsers send it, such as /);
  });
});

test('introspection and GraphiQL are true, false or null', () => {
  expect(parse(providers).server).toMatchObject({ introspection: null, graphiql: null, origins: [] });
  expect(parse(`server: { introspection: true, graphiql: false }\n${providers}`).server).toMatchObject({
    introspection: true,
    graphiql: false,
  });
  expect(faultsOf(`server: { introspection: "no", graphiql: 1 }\n${providers}`)).toEqual([
    'server.introspection: expected a boolean',
    'server.graphiql: expected a boolean',
  ]);
});
