/** The commands `storage check`, `storage migrate` and `storage backup`, also beside a gateway that uses the file. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { backupFile } from '../../../src/storage/backup.ts';
import { checkStorage, migrateStorage } from '../../../src/storage/maintenance.ts';
import { migrations } from '../../../src/storage/migrations.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { command } from '../../support/commands.ts';
import { startWithLedger } from '../../support/failing-storage.ts';
import { writeConfig } from '../../support/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-maintenance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const operationsIn = (file: string): number => {
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT id FROM operations').all();
  database.close();
  return rows.length;
};

describe('a backup', () => {
  it('has every command that was answered before it, and a gateway goes on with it', async () => {
    const copy = join(folder, 'copy.db');
    await using fixture = await startWithLedger(join(folder, 'used.db'));
    const { operation } = await fixture.start('before');
    // Commands go on meanwhile.
    const meanwhile = [1, 2, 3].map((count) => fixture.start(`meanwhile ${count}`));
    backupFile(`file:${fixture.file}`, copy);
    await Promise.all(meanwhile);
    await fixture.start('after');
    expect((statSync(copy).mode & 0o777).toString(8)).toBe('600');
    const inCopy = operationsIn(copy);
    expect(inCopy).toBeGreaterThanOrEqual(1);
    expect(inCopy).toBeLessThan(operationsIn(fixture.file));
    expect(await checkStorage(`file:${copy}`)).toMatchObject({ owner: null });
    await using restored = await startWithLedger(copy);
    expect((await restored.start('before')).operation?.id).toBe(operation?.id);
  });

  it('never replaces a file, and leaves none where it fails', async () => {
    const file = join(folder, 'source.db');
    await openStorage(file).close();
    const taken = join(folder, 'taken.db');
    writeFileSync(taken, 'something else');
    expect(() => backupFile(file, taken)).toThrow(/there is such a file already/);
    expect(readFileSync(taken, 'utf8')).toBe('something else');
    expect(() => backupFile(file, join(folder, 'nowhere', 'x.db'))).toThrow(/is there such a folder/);
    expect(() => backupFile(join(folder, 'none.db'), join(folder, 'none-copy.db'))).toThrow(/no ledger at/);
    const damaged = join(folder, 'damaged.db');
    const bytes = gunzipSync(readFileSync('test/fixtures/ledger/version-4.db.gz'));
    writeFileSync(damaged, bytes.fill(0xff, 4_096, bytes.length - 4_096));
    expect(() => backupFile(damaged, join(folder, 'damaged-copy.db'))).toThrow(/damaged/);
    expect(existsSync(join(folder, 'none-copy.db')) || existsSync(join(folder, 'damaged-copy.db'))).toBe(false);
  });
});

describe('a check', () => {
  it('names the gateway that uses the database, and takes nothing from it', async () => {
    const file = join(folder, 'checked.db');
    const storage = openStorage(file);
    expect(await checkStorage(`file:${file}`)).toMatchObject({
      label: file,
      found: migrations.length,
      needed: migrations.length,
      owner: expect.stringContaining(`process ${process.pid} on `),
    });
    await expect(migrateStorage(`file:${file}`)).rejects.toThrow('in use by another gateway');
    await storage.close();
    expect(await checkStorage(`file:${file}`)).toMatchObject({ owner: null });
  });

  it('creates nothing', async () => {
    const file = join(folder, 'absent.db');
    await expect(checkStorage(`file:${file}`)).rejects.toThrow(`There is no ledger at ${file}`);
    expect(existsSync(file) || existsSync(`${file}.lock`)).toBe(false);
    expect(await migrateStorage(`file:${file}`)).toEqual({ label: file, from: 0, to: migrations.length });
    await expect(checkStorage(':memory:')).rejects.toThrow('storage.url of this configuration is :memory:');
  });
});

it('the program copies a database that a gateway uses, and checks it', async () => {
  const file = join(folder, 'served.db');
  const copy = join(folder, 'served-copy.db');
  await using fixture = await startWithLedger(file);
  await fixture.start('key');
  const text = `storage: { url: "file:${file}" }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`;
  const config = await writeConfig('backplane.yaml', text);
  await using backup = command(['storage', 'backup', '--config', config, '--to', copy]);
  await using check = command(['storage', 'check', '--config', config]);
  expect(await backup.ended, backup.stderr()).toBe(0);
  expect(operationsIn(copy)).toBe(1);
  expect(await check.ended, check.stderr()).toBe(0);
  expect(check.stdout()).toMatch(new RegExp(`^ok {4}.*served\\.db: version ${migrations.length}, in use by process`));
});
