/** A running program reads its configuration again: at SIGHUP, and when one of its files has changed. */
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { ask, writeConfig } from '../support/main.ts';
import { start } from '../support/process.ts';
import { until } from '../support/timing.ts';

const names = '{ providers { name } }';

it('files of the configuration and of secrets are read again; a bad file changes nothing and says why', async () => {
  await using sandbox = await startBorgSandbox({ demo: false, history: 3 });
  const { username, password } = sandbox.config as unknown as { username: string; password: string };
  const provider = (name: string) =>
    `  - { name: ${name}, kind: borg, url: "${sandbox.url}", username: ${username}, passwordFile: secrets/password }\n`;
  const yaml = (...all: string[]) => `providers:\n${all.map(provider).join('')}`;
  const file = await writeConfig('reload.yaml', yaml('a'));
  // As Kubernetes mounts a secret: the file is a link into a folder that is a link, which is replaced as a whole.
  const secrets = join(dirname(file), 'secrets');
  const put = async (version: string, text: string) => {
    await mkdir(join(secrets, version), { recursive: true });
    await writeFile(join(secrets, version, 'password'), text, { mode: 0o600 });
    await symlink(version, join(secrets, `link-${version}`));
    await rename(join(secrets, `link-${version}`), join(secrets, '..data'));
  };
  await put('v1', 'canary-wrong');
  await symlink('..data/password', join(secrets, 'password'));
  await using running = start(['--config', file, '--port', '0']);
  const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
  const problem = async () => JSON.stringify(await ask(origin, '{ backups(first: 1) { problems { code } } }'));
  await until(async () => (await problem()).includes('PROVIDER_UNAUTHENTICATED'));

  await put('v2', password);
  await until(() => running.stderr().includes('"reason":"a file has changed"'));
  await until(async () => !(await problem()).includes('PROVIDER_'));

  // Written beside it and renamed, as editors do.
  await writeFile(`${file}.new`, `server: { keepAliveSeconds: 5 }\n${yaml('a', 'b')}`);
  await rename(`${file}.new`, file);
  await until(async () => JSON.stringify(await ask(origin, names)).includes('"b"'));
  expect(running.stderr()).toContain('need a restart');

  await writeFile(file, 'providers: [{ name: A, kind: nothing }]');
  await until(() => running.stderr().includes('providers[0].kind: expected one of'));
  expect(await ask(origin, names)).toEqual({ data: { providers: [{ name: 'a' }, { name: 'b' }] } });

  await writeFile(file, yaml('b'));
  running.child.kill('SIGHUP');
  await until(async () => JSON.stringify(await ask(origin, names)) === '{"data":{"providers":[{"name":"b"}]}}');
  expect(running.stderr() + running.stdout()).not.toContain('canary-wrong');
  expect(await readFile(file, 'utf8')).toBe(yaml('b'));
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
});
