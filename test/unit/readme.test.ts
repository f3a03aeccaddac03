/** Every command and every query of the README is run here. */

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';
import { startBuilt } from '../support/process.ts';

let readme: string;

beforeAll(async () => {
  readme = await readFile('README.md', 'utf8');
});

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text.trim());

interface Operation {
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string; readonly in?: string }[];
  readonly 'x-source'?: string;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly parameters?: Readonly<Record<string, { name: string; in: string }>> };
}

/** What the vendors' own pages have: whatever is from elsewhere has its source beside it. */
async function vendorRows(): Promise<string[]> {
  const folders = { Flosum: 'flosum', Labii: 'labii', vProtect: 'vprotect', 'Borg UI': 'borg' };
  const rows = await Promise.all(
    Object.entries(folders).map(async ([product, folder]) => {
      const description = JSON.parse(await readFile(`test/fixtures/${folder}/openapi.json`, 'utf8')) as Description;
      return Object.entries(description.paths).flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(([method, operation]) => /^(get|post|put|patch|delete)$/.test(method) && !operation['x-source'])
          .flatMap(([method, operation]) => {
            const endpoint = `${product} ${method.toUpperCase()} ${path}`;
            // Seven lists of vProtect have the same parameters: they stand once.
            const isShared = product === 'vProtect' && path !== '/backups' && !path.includes('timeline');
            const parameters = isShared ? [] : queryParameters(operation, description);
            return [endpoint, ...parameters.map((name) => `${endpoint} ${name}`)];
          }),
      );
    }),
  );
  return rows.flat();
}

const queryParameters = ({ parameters = [] }: Operation, { components }: Description): string[] =>
  parameters
    .map((parameter) => components?.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter)
    .filter((parameter) => parameter.in === 'query')
    .map(({ name = '' }) => name);

describe('the README', () => {
  it('has queries, mutations and subscriptions that work as they stand', async () => {
    await using gateway = await startBorgGateway();
    const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 60 } });
    gateway.sandbox.clock.advance(5_000);
    const variables = {
      id: globalId('BorgBackup', 'files', String(job)),
      entityId: globalId('BorgRepository', 'files', '/backups/accounting'),
    };
    const client = await gateway.connect();
    const operations = blocks('graphql');
    expect(operations.length).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(await gateway.askText(operations[0] ?? ''))).toContain(variables.id);
    for (const query of operations) {
      // Whoever watches changes waits for one.
      const time = setInterval(() => query.includes('backupChanges') && gateway.sandbox.clock.advance(1_000), 50);
      for await (const { data, errors } of client.iterate<Record<string, unknown>>({ query, variables })) {
        expect(errors, query).toBeUndefined();
        expect(Object.values(data ?? {})[0], query).toBeTruthy();
        break;
      }
      clearInterval(time);
    }
  });

  it('shows, as the example does, an authentication that the configuration takes', async () => {
    const example = (await readFile('backplane.example.yaml', 'utf8')).split('\n');
    const start = example.indexOf('# auth:');
    const commented = example.slice(start, example.indexOf('', start)).map((line) => line.slice(2));
    const shown = [commented.join('\n'), ...blocks('yaml').filter((block) => block.startsWith('auth:'))];
    expect(shown).toHaveLength(2);
    for (const auth of shown) {
      const known = [
        { name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' },
        { name: 'machines', kind: 'vprotect', url: 'http://127.0.0.1:1/api', username: 'x', password: 'x' },
      ];
      const config = parseConfig(`${auth}\n${stringify({ providers: known })}`, products, {});
      expect(config.auth).toMatchObject({ tokens: [{ name: 'dashboard' }], jwt: { audience: 'backplane' } });
    }
  });

  it('shows a client that is the one of the examples', async () => {
    const example = await readFile('examples/graphql-ws/main.ts', 'utf8');
    const [client = ''] = blocks('ts');
    expect(client).toContain('variables.after');
    expect(example).toContain(client);
  });

  it('has commands that exist', async () => {
    const commands = blocks('sh').flatMap((block) => block.split('\n'));
    expect(commands).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
      'node dist/src/main.js check --config backplane.yaml',
      'npm start -- --config backplane.yaml',
      'npm run conformance -- borg --url http://127.0.0.1:8081 --username admin --password secret',
      'npm ci --prefix test/federation --ignore-scripts',
      'npm run compose',
      'npm run test:federation',
    ]);
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['start', 'test', 'conformance', 'codegen', 'compose', 'test:federation']),
    );
    const gate = await readFile('.ci/run', 'utf8');
    expect(gate).toContain('npm ci');
    expect(gate).toContain('npm test');
    expect(gate).toContain('npm start -- --port 0');
    expect(gate).toContain('npm ci --prefix test/federation --ignore-scripts');
    expect(gate).toContain('npm run -s compose');
    expect(gate).toContain('npm run -s test:federation');
  });

  it('names every dependency with its reason', async () => {
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: object };
    const named = [...readme.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].flatMap(([, names = '']) => names.split(', '));
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  it('says of every endpoint and parameter of the vendors’ pages what serves it', async () => {
    const rows = [
      ...readme.matchAll(/^\| (Flosum|Labii|vProtect|Borg UI) \| `([^`]+)` \| (?:`([^`]+)`)? ?\| (.+) \|$/gm),
    ];
    expect(rows.every(([, , , , served = '']) => served.trim().length > 5)).toBe(true);
    const listed = rows.map(([, product, endpoint, parameter = '']) => `${product} ${endpoint} ${parameter}`.trim());
    expect(listed.toSorted()).toEqual((await vendorRows()).toSorted());
  });

  it('lists the commands of the command line', async () => {
    await using running = startBuilt(['--help']);
    expect(await running.ended).toBe(0);
    for (const command of ['serve', 'sandbox', 'check', 'schema', 'subgraph', 'token']) {
      expect(running.stdout()).toContain(command);
      expect(readme).toContain(command);
    }
  });
});
