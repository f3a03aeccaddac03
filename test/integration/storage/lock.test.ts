/** One gateway at a time uses a ledger file: seen with the built program. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../../src/storage/storage.ts';
import { writeConfig } from '../../support/main.ts';
import { start } from '../../support/process.ts';

// Programs are started here, one after another, and a busy machine takes its time.
const folder = mkdtempSync(join(tmpdir(), 'backplane-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

const provider = 'providers: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n';

const configFor = (name: string, file: string, lockSeconds: number): Promise<string> =>
  writeConfig(
    `${name}.yaml`,
    `ledger: { file: "${file}", lockSeconds: ${lockSeconds} }\nhistory: { off: true }\n${provider}`,
  );

const listening = /listening on (http:\S+)\/graphql/;

const modesIn = (path: string): Record<string, string> =>
  Object.fromEntries(readdirSync(path).map((name) => [name, (statSync(join(path, name)).mode & 0o777).toString(8)]));

describe('two gateways on one ledger file', () => {
  it('refuses the second, lets a waiting one take over, and does not outlive kill -9', async () => {
    const own = join(folder, 'rolling');
    const link = join(folder, 'link-to-rolling');
    const file = join(own, 'ledger.db');
    await import('node:fs/promises').then(({ mkdir }) => mkdir(own));
    symlinkSync(own, link);

    await using first = start(['--config', await configFor('first', file, 0), '--port', '0']);
    await first.untilPrinted(listening);

    await using second = start(['--config', await configFor('second', join(link, 'ledger.db'), 0), '--port', '0']);
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toMatch(
      new RegExp(
        `in use by another gateway: process ${first.child.pid} on ${hostname()}, since \\d{4}-\\d\\d-\\d\\dT.*Z`,
      ),
    );
    expect(second.stderr()).not.toMatch(/^ +at /m);
    expect(second.stdout()).toBe('');

    await using third = start(['--config', await configFor('third', file, 100), '--port', '0']);
    await expect.poll(() => third.stderr()).toContain('Waiting up to 100 s');
    expect(third.stdout()).toBe('');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    await third.untilPrinted(listening);

    third.child.kill('SIGKILL');
    await third.ended;
    await using fourth = start(['--config', await configFor('fourth', file, 0), '--port', '0']);
    await fourth.untilPrinted(listening);
    expect(fourth.stderr()).toBe('');
  });

  it('keeps every file for its owner alone, also with a wide umask and files that existed before', async () => {
    const own = mkdtempSync(join(folder, 'modes-'));
    const file = join(own, 'ledger.db');
    const config = await configFor('modes', file, 0);
    const umask = process.umask(0);
    try {
      await using running = start(['--config', config, '--port', '0']);
      await running.untilPrinted(listening);
      expect(modesIn(own)).toEqual({
        'ledger.db': '600',
        'ledger.db-shm': '600',
        'ledger.db-wal': '600',
        'ledger.db.lock': '600',
      });
    } finally {
      process.umask(umask);
    }
    for (const name of readdirSync(own)) chmodSync(join(own, name), 0o666);
    const storage = openStorage(file);
    expect(new Set(Object.values(modesIn(own)))).toEqual(new Set(['600']));
    await storage.close();
  });

  it.each([
    ['a relative path', (file: string) => file.replace('/tmp/', '/tmp/../tmp/./')],
    ['a link to the file', (file: string) => linkTo(file, 'link-a.db')],
    ['a link to a link', (file: string) => linkTo(linkTo(file, 'link-b.db'), 'link-c.db')],
    ['a URI', (file: string) => `file:${file}`],
  ])('takes %s for the same file', async (_, other) => {
    const file = join(mkdtempSync(join(folder, 'same-')), 'ledger.db');
    // The link may be there before the file is.
    const path = other(file);
    const storage = openStorage(file);
    expect(() => openStorage(path)).toThrow(`process ${process.pid} on ${hostname()}`);
    await storage.close();
    const again = openStorage(path);
    expect(() => openStorage(file)).toThrow('in use by another gateway');
    await again.close();
  });

  it('keeps the database readable for others', async () => {
    const { default: Database } = await import('libsql');
    const file = join(folder, 'readable.db');
    const storage = openStorage(file);
    const reader = new Database(file, { readonly: true });
    expect(reader.prepare('SELECT pid FROM process_owner').get()).toMatchObject({ pid: process.pid });
    reader.close();
    await storage.close();
  });

  it('says so where the lock file cannot be one', () => {
    const file = join(folder, 'odd.db');
    writeFileSync(`${file}.lock`, 'this was here before, and is no SQLite file\n'.repeat(20));
    expect(() => openStorage(file)).toThrow('odd.db.lock is not a ledger of this program');
  });
});

function linkTo(file: string, name: string): string {
  const link = join(mkdtempSync(join(folder, 'links-')), name);
  symlinkSync(file, link);
  return link;
}
