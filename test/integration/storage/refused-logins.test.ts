/** A wrong password is tried once, whatever is started how often, until the configuration changes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { startLabiiSandbox } from '../../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../../providers/vprotect/sandbox/index.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { command } from '../../support/commands.ts';
import { startGateway } from '../../support/gateway.ts';
import { writeConfig } from '../../support/main.ts';

// Programs are started here, and a busy machine takes its time.
const folder = mkdtempSync(join(tmpdir(), 'backplane-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Sandbox extends AsyncDisposable {
  readonly config: object;
  readonly requests: readonly { readonly method: string; readonly path: string }[];
}

const wrong = 'a-wrong-password';

/** The first problem's code; null where there is none. */
async function problemOf(provider: object, ledger: object): Promise<string | null> {
  await using gateway = startGateway({ providers: [provider], ledger });
  const { data } = await gateway.askText('{ backups(first: 1) { problems { code message } } }');
  const { problems } = (data as { backups: { problems: { code: string }[] } }).backups;
  return problems[0]?.code ?? null;
}

describe.each<[string, RegExp, () => Promise<Sandbox>]>([
  ['borg', /^\/api\/auth\/login/, () => startBorgSandbox({ speed: 0, demo: false, history: 1 })],
  ['labii', /\/accounts\/auth/, () => startLabiiSandbox({})],
  ['vprotect', /\/session\/login/, () => startVProtectSandbox({})],
])('wrong credentials of %s', (kind, loginPath, startSandbox) => {
  const loginsOf = ({ requests }: Sandbox): number => requests.filter(({ path }) => loginPath.test(path)).length;

  it('are tried once over four starts, and new ones at once', async () => {
    await using sandbox = await startSandbox();
    const file = join(folder, `${kind}.db`);
    const bad = { ...sandbox.config, password: wrong };
    for (let starts = 0; starts < 4; starts++) {
      expect(await problemOf(bad, { file })).toBe('PROVIDER_UNAUTHENTICATED');
    }
    expect(loginsOf(sandbox)).toBe(1);
    expect(await problemOf(sandbox.config, { file })).toBeNull();
    expect(loginsOf(sandbox)).toBe(2);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(wrong)).toBe(false);
  });

  it('are tried once in a process without a file', async () => {
    await using sandbox = await startSandbox();
    await using gateway = startGateway({ providers: [{ ...sandbox.config, password: wrong }] });
    for (let asks = 0; asks < 3; asks++) await gateway.askText('{ backups(first: 1) { problems { code } } }');
    expect(loginsOf(sandbox)).toBe(1);
  });
});

describe('check', () => {
  it('shares what was refused with serve, and tries again with --retry', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 1 });
    const file = join(folder, 'checked.db');
    const { password } = sandbox.config as { password: string };
    const configWith = (text: string) =>
      writeConfig('refused.yaml', stringify({ providers: [{ ...sandbox.config, password: text }], ledger: { file } }));
    const logins = () => sandbox.requests.filter(({ path }) => path === '/api/auth/login').length;
    const check = async (...args: string[]) => {
      await using running = command(['check', '--config', await configWith(wrong), ...args]);
      return { code: await running.ended, text: running.stdout() + running.stderr() };
    };
    expect(await check()).toMatchObject({ code: 1, text: expect.stringContaining('PROVIDER_UNAUTHENTICATED') });
    // A gateway has the file now.
    const storage = openStorage(file);
    const again = await check();
    expect(again).toMatchObject({ code: 1, text: expect.stringContaining('--retry') });
    expect(logins()).toBe(1);
    expect((await check('--retry')).code).toBe(1);
    expect(logins()).toBe(2);
    await storage.close();
    expect(await problemOf({ ...sandbox.config, password: wrong }, { file })).toBe('PROVIDER_UNAUTHENTICATED');
    expect(logins()).toBe(2);
    expect(await problemOf({ ...sandbox.config, password }, { file })).toBeNull();
  });

  it('does not take --retry for another command', async () => {
    await using running = command(['serve', '--retry']);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toContain('--retry is for "check".');
  });
});
