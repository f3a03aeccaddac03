/** Secrets in files, and values of the environment that become numbers. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';
import { type ProviderConfig, providerFields } from '../../src/config/provider.ts';
import { isExposed } from '../../src/config/secret-file.ts';
import { type Secret, secret } from '../../src/core/secret.ts';
import { redactSecrets } from '../../src/core/secret-redaction.ts';

interface FakeConfig extends ProviderConfig {
  readonly password: Secret;
  readonly label?: string | undefined;
}

const fake = {
  kind: 'fake',
  config: z.strictObject({
    ...providerFields,
    kind: z.literal('fake'),
    password: secret(),
    label: z.string().optional(),
  }),
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backplane-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeSecret(name: string, content: string | Buffer, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

const parse = (text: string, environment: Record<string, string> = {}, onFile?: (file: string) => void) =>
  parseConfig<FakeConfig>(text, [fake], environment, { folder, onFile });

const withKeys = (keys: string): string => `providers: [{ name: one, kind: fake, ${keys} }]`;

function faultsOf(text: string, environment: Record<string, string> = {}): readonly string[] {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe.each<[string, (file: string) => string, string]>([
  ['passwordFile: FILE', (file) => `passwordFile: ${JSON.stringify(file)}`, 'passwordFile'],
  ['password: ${file:FILE}', (file) => `password: ${JSON.stringify(`\${file:${file}}`)}`, 'password'],
])('a secret as %s', (_, keys, place) => {
  test.each([
    ['hunter2-in-a-file', 'hunter2-in-a-file'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    [' two lines\n and spaces \n\n', ' two lines\n and spaces \n'],
    ['ünïcödé ${HOME} $${x}', 'ünïcödé ${HOME} $${x}'],
  ])('is the text %j without one line end', (content, expected) => {
    const files: string[] = [];
    const file = writeSecret('good', content);
    const { providers } = parse(withKeys(keys(file)), {}, (read) => files.push(read));
    expect(providers[0]?.password.reveal()).toBe(expected);
    expect(files).toEqual([file]);
  });

  test('has a path relative to the folder of the configuration, and follows symbolic links', () => {
    mkdirSync(join(folder, '..data'), { recursive: true });
    writeSecret('..data/linked', 'from-a-link');
    symlinkSync('..data/linked', join(folder, `link-${place}`));
    expect(parse(withKeys(keys(`link-${place}`))).providers[0]?.password.reveal()).toBe('from-a-link');
  });

  test.each<[string, () => string, string]>([
    ['is missing', () => join(folder, 'missing'), 'expected a file that can be read (ENOENT)'],
    ['is empty', () => writeSecret('empty', ''), 'expected a file that is not empty'],
    ['has only a line end', () => writeSecret('line', '\n'), 'expected a file that is not empty'],
    ['is too large', () => writeSecret('large', 'x'.repeat(65_537)), 'expected a file of at most 65536 bytes'],
    ['is no text', () => writeSecret('binary', Buffer.of(0xff, 0xfe, 0x80)), 'expected a file with text (UTF-8)'],
    ['has a NUL', () => writeSecret('nul', 'a\0b'), 'expected a file with text (UTF-8)'],
    ['is a folder', () => folder, 'expected a regular file'],
    [
      'is a pipe',
      () => {
        const pipe = join(folder, `pipe-${place}`);
        execFileSync('mkfifo', [pipe]);
        return pipe;
      },
      'expected a regular file',
    ],
    [
      'is readable by everyone',
      () => writeSecret('open', 'hunter2-open', 0o644),
      'expected a file that only its owner and group can read; run chmod o-rwx on it (Kubernetes: defaultMode: 0440)',
    ],
  ])('whose file %s is a fault with its place', (_kind, make, expected) => {
    const file = make();
    const [fault, ...more] = faultsOf(withKeys(keys(file)));
    expect(fault).toBe(`providers[0].${place}: ${expected}: ${file}`);
    expect(more).toEqual([]);
  });

  test('is redacted from then on, and is in no fault of another place', () => {
    const file = writeSecret('named', 'canary-of-a-file');
    const faults = faultsOf(
      `auth: { tokens: [{ name: a, sha256: b, providers: ["\${file:${file}}"] }] }\n${withKeys(keys(file))}`,
    );
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).not.toContain('canary-of-a-file');
    expect(redactSecrets('it said canary-of-a-file')).toBe('it said [secret]');
  });
});

test('a secret and a file for it are a fault, and so is a file for what is no secret', () => {
  expect(faultsOf(withKeys('password: x, passwordFile: y'))).toEqual([
    'providers[0].passwordFile: expected either password or passwordFile, not both',
  ]);
  expect(faultsOf(withKeys('passwordFile: [x]'))).toEqual(['providers[0].passwordFile: expected the path of a file']);
  expect(faultsOf(withKeys('password: x, labelFile: y'))).toEqual([
    'providers[0].labelFile: unknown key; see backplane.example.yaml',
  ]);
});

test('a file below /run/secrets may be readable by everyone in its container, and writable by none', () => {
  expect(isExposed('/run/secrets/borg', 0o100444)).toBe(false);
  expect(isExposed('/var/run/secrets/borg', 0o100644)).toBe(false);
  expect(isExposed('/run/secrets/borg', 0o100666)).toBe(true);
  expect(isExposed('/run/secrets-of-others/borg', 0o100444)).toBe(true);
  expect(isExposed('/etc/borg', 0o100640)).toBe(false);
  expect(isExposed('/etc/borg', 0o100602)).toBe(true);
});

describe('a value of the environment', () => {
  const port = (text: string, environment: Record<string, string> = {}) =>
    parse(`server: { port: "${text}" }\n${withKeys('password: x')}`, environment).server.port;

  test('becomes a number where the schema wants one', () => {
    expect(port('${PORT}', { PORT: '81' })).toBe(81);
    expect(port('${PORT:-82}')).toBe(82);
    expect(port('8${PORT}', { PORT: '3' })).toBe(83);
    const { limits, timeoutSeconds } =
      parse(withKeys('password: x, timeoutSeconds: "${T}", limits: { retries: "${R}" }'), { T: '0.5', R: '0' })
        .providers[0] ?? {};
    expect([timeoutSeconds, limits?.retries]).toEqual([0.5, 0]);
  });

  test('becomes true, false or null where one of these is wanted and no text is', () => {
    const server = (value: string) =>
      parse(`server: { introspection: "\${ON}" }\n${withKeys('password: x')}`, { ON: value }).server.introspection;
    expect([server('true'), server('false'), server('null')]).toEqual([true, false, null]);
  });

  test('stays a text where a text is wanted, whatever it looks like', () => {
    const [provider] = parse(
      'providers: [{ name: "${N}", kind: "${K}", password: "${P}", label: "${P}", expectEvery: "${E}", cacheSeconds: "${C}" }]',
      { N: '12', K: 'fake', P: '0.5', E: '24h', C: '3' },
    ).providers;
    expect(provider).toMatchObject({ name: '12', label: '0.5', expectEvery: 86_400, cacheSeconds: 3 });
    expect(provider?.password.reveal()).toBe('0.5');
  });

  test('that is no number is a fault, and so is a text in quotes that came from nowhere else', () => {
    for (const text of ['0x50', '080', '1_000', '', ' 80', 'Infinity', '80 ']) {
      expect(faultsOf(`server: { port: "\${P}" }\n${withKeys('password: x')}`, { P: text })).toEqual([
        'server.port: expected a number',
      ]);
    }
    expect(faultsOf(`server: { port: "80" }\n${withKeys('password: x')}`)).toEqual(['server.port: expected a number']);
    expect(faultsOf(`server: { introspection: "\${P}" }\n${withKeys('password: x')}`, { P: 'yes' })).toEqual([
      'server.introspection: expected a boolean',
    ]);
  });

  test('is converted below a former name of a key as well', () => {
    const text = `ledger: { lookForSeconds: "\${S}" }\n${withKeys('password: x')}`;
    expect(parse(text, { S: '7' }).ledger.reconcileSeconds).toBe(7);
  });
});
