/** Every command and every query of the README is run here. */

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { globalId, startBorgGateway } from './support/gateway.ts';
import { start } from './support/process.ts';

let readme: string;

beforeAll(async () => {
  readme = await readFile('README.md', 'utf8');
});

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text.trim());

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
      for await (const { data, errors } of client.iterate<Record<string, unknown>>({ query, variables })) {
        expect(errors, query).toBeUndefined();
        expect(Object.values(data ?? {})[0], query).toBeTruthy();
        break;
      }
    }
  });

  it('has commands that exist', async () => {
    const commands = blocks('sh').flatMap((block) => block.split('\n'));
    expect(commands).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
      'node dist/src/main.js check --config backplane.yaml',
      'npm start -- --config backplane.yaml',
      'npm run conformance -- borg --url http://127.0.0.1:8081 --username admin --password secret',
    ]);
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', 'conformance', 'codegen']));
    const gate = await readFile('.ci/run', 'utf8');
    expect(gate).toContain('npm ci');
    expect(gate).toContain('npm test');
    expect(gate).toContain('npm start -- --port 0');
  });

  it('names every dependency with its reason', async () => {
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: object };
    const named = [...readme.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].flatMap(([, names = '']) => names.split(', '));
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  it('lists the commands of the command line', async () => {
    await using running = start(['--help']);
    expect(await running.ended).toBe(0);
    for (const command of ['serve', 'sandbox', 'check', 'schema']) {
      expect(running.stdout()).toContain(command);
      expect(readme).toContain(command);
    }
  });
});
