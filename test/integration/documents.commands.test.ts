/** Every command of the documents can be given: programs, scripts, options and files exist, and the gate runs the README's. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBorgGateway } from '../support/gateway.ts';
import { blocksOf, codeSpansOf, documents } from '../support/markdown.ts';
import { start } from '../support/process.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
/** Where the table of commands is. */
const commandLine = 'docs/command-line.md';
let usage: string;

beforeAll(async () => {
  await using running = start(['--help']);
  expect(await running.ended).toBe(0);
  usage = running.stdout();
});

/** A line of a block, without its comment and what it sets in the environment. */
const commandsOf = (line: string): string[] =>
  line
    .replace(/ +#.*$/, '')
    .split(' && ')
    .map((command) => command.replace(/^(?:[A-Z_]+=\S+ )+/, '').trim())
    .filter((command) => command !== '');

const optionsOf = (words: readonly string[]): string[] => words.filter((word) => word.startsWith('--'));

/** Why the program would refuse these words; null where it takes them. */
function programFault(words: readonly string[]): string | null {
  const [first = ''] = words;
  const isCommand = /^[a-z]/.test(first);
  if (isCommand && !new RegExp(`^  ${first} `, 'm').test(usage)) return `no command ${first}`;
  const unknown = optionsOf(words).filter((option) => !usage.includes(`  ${option} `));
  return unknown.length > 0 ? `no option ${unknown.join(' ')}` : null;
}

/** Of `npm run` and of what npm runs without it. */
function npmFault([verb = '', ...rest]: readonly string[]): string | null {
  if (verb === 'ci') {
    const folder = rest[rest.indexOf('--prefix') + 1] ?? '.';
    return rest.includes('--prefix') && !existsSync(`${folder}/package-lock.json`) ? `no package in ${folder}` : null;
  }
  // Run by .ci/nightly, in .ci/package.
  if (['pack', 'install', 'sbom'].includes(verb)) return null;
  const name = verb === 'run' ? (rest.find((word) => !word.startsWith('-')) ?? '') : verb;
  if (scripts[name] === undefined) return `no script ${name}`;
  return name === 'start' && rest.includes('--') ? programFault(rest.slice(rest.indexOf('--') + 1)) : null;
}

const fileFault = (files: readonly string[]): string | null => {
  const missing = files.filter((file) => !existsSync(file));
  return missing.length > 0 ? `no file ${missing.join(' ')}` : null;
};

/** Why a command could not be given as it stands. */
function faultOf(command: string): string | null {
  const [program = '', ...words] = command.split(/\s+/);
  if (program === 'npm') return npmFault(words);
  if (program === 'node' && words[0] === 'dist/main.js') return programFault(words.slice(1));
  if (program === 'node') return fileFault(words.slice(0, 1));
  if (program === 'npx' && words[0] === 'vitest') return fileFault(words.slice(2).filter((word) => word.includes('/')));
  // The program under the name that it has where it is installed.
  if (program === 'npx' && words[0] === 'backplane') return programFault(words.slice(1));
  if (program === 'npx') return existsSync(`node_modules/.bin/${words[0]}`) ? null : `no program ${words[0]}`;
  if (program === 'cp') return fileFault(words.slice(0, 1));
  if (program.startsWith('.ci/')) return fileFault([program]);
  // Run below.
  if (program === 'curl') return null;
  return 'no check knows it';
}

const isCommandSpan = (code: string): boolean => /^(npm|npx|node) [a-z]|^node dist|^\.ci\//.test(code);

describe.each(documents)('the commands of %s', (document) => {
  it('exist, with their options and files', () => {
    const lines = blocksOf('sh', document).flatMap(({ text }) => text.split('\n'));
    const spans = codeSpansOf(document)
      .filter(isCommandSpan)
      // `[--config FILE]` is an option that may be left out, `READER\|OPERATOR` a choice within a table.
      .map((code) => code.replaceAll(/[[\]]/g, ''));
    const faults = [...lines, ...spans]
      .flatMap(commandsOf)
      .map((command) => [command, faultOf(command)] as const)
      .filter(([, fault]) => fault !== null);
    expect(faults).toEqual([]);
  });
});

describe('a command', () => {
  it('that does not exist is seen', () => {
    expect(faultOf('npm run nothing')).toBe('no script nothing');
    expect(faultOf('npm start -- --confg backplane.yaml')).toBe('no option --confg');
    expect(faultOf('node dist/main.js chek --config backplane.yaml')).toBe('no command chek');
    expect(faultOf('npx vitest run test/unit/nothing.test.ts')).toBe('no file test/unit/nothing.test.ts');
    expect(faultOf('make')).toBe('no check knows it');
  });

  it('of the command line is listed', () => {
    const text = readFileSync(commandLine, 'utf8');
    for (const command of [
      'serve',
      'sandbox',
      'check',
      'healthcheck',
      'schema',
      'subgraph',
      'configuration',
      'token',
    ]) {
      expect(usage).toContain(`  ${command} `);
      expect(text).toContain(command);
    }
  });

  it('that asks the gateway by curl is answered', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    for (const { label, text } of blocksOf('sh')) {
      // Port 9464 is that of metrics: `test/integration/metrics` scrapes it.
      for (const line of text.split('\n').filter((one) => one.startsWith('curl ') && !one.includes(':9464/'))) {
        const path = /http:\/\/127\.0\.0\.1:4000(\/[\w/.?=&:-]*)/.exec(line)?.[1];
        const body = /-d '([^']*)'/.exec(line)?.[1];
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`${origin}${path}`, body === undefined ? {} : { method: 'POST', headers, body });
        expect(response.status, label).toBe(200);
        expect(await response.text(), label).not.toContain('"errors"');
      }
    }
  });

  it('of the README, of the supergraph and of the start is run by the gate', () => {
    const commands = blocksOf('sh', 'README.md').flatMap(({ text }) => text.split('\n'));
    expect(commands).toEqual(
      expect.arrayContaining([
        'npm ci && npm start',
        'npm ci && npm test',
        'node dist/main.js check --config backplane.yaml',
        'npm start -- --config backplane.yaml',
      ]),
    );
    const gate = readFileSync('.ci/run', 'utf8');
    expect(gate).toContain('npm ci');
    expect(gate).toContain('npm test');
    expect(gate).toContain('npm start -- --port 0');
    expect(gate).toContain('npm ci --prefix test/federation --ignore-scripts');
    expect(gate).toContain('npm run -s compose');
    expect(gate).toContain('npm run -s test:federation');
  });

  it('of the supergraph, of conformance and of code generation is shown', () => {
    const shown = documents.flatMap((document) => [
      ...blocksOf('sh', document).flatMap(({ text }) => text.split('\n')),
      ...codeSpansOf(document),
    ]);
    expect(shown).toEqual(
      expect.arrayContaining([
        'npm run conformance -- borg --url http://127.0.0.1:8081 --username admin --password secret',
        'npm ci --prefix test/federation --ignore-scripts',
        'npm run compose',
        'npm run test:federation',
        'npm run codegen',
      ]),
    );
  });
});
