/** What `examples/README.md` says, and what it promises of the folders. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { exampleFiles } from '../../test/support/example-files.ts';
import { startBorgGateway } from '../../test/support/gateway.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['examples/run.ts', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const output = await text(child.stdout);
  const [code] = (await closed) as [number | null];
  return { output, code };
}

describe('the examples', () => {
  it('are at most 60 lines a file, and each folder is in the README', async () => {
    const readme = await readFile('examples/README.md', 'utf8');
    const written = exampleFiles();
    expect(written.length).toBeGreaterThan(12);
    for (const name of written) {
      const lines = (await readFile(`examples/${name}`, 'utf8')).trimEnd().split('\n').length;
      expect(lines, name).toBeLessThanOrEqual(60);
      if (name.includes('/')) expect(readme).toContain(`| \`${name.split('/')[0]}\` |`);
    }
  });

  it.skipIf(!runsTypeScript)('say what went wrong, and end (needs Node 22.18)', async () => {
    await using gateway = await startBorgGateway();
    const url = `${await gateway.listen()}/graphql`;
    expect((await run('soap', url)).output).toContain('graphql-request|graphql-ws|graphql-sse|apollo');
    const told = await run('graphql-request', url);
    expect(told.output).toMatch(/files .*: SUCCEEDED/);
    expect(told.output).toMatch(/Started a backup of .*: RUNNING\./);
    const lost = await run('graphql-request', url.replace('/graphql', '/nowhere'));
    expect(lost.output).toContain('It did not work: ');
    expect(lost.code).toBe(1);
  });
});
