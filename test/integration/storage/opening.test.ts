/** A ledger that cannot be used is refused at the start with one sentence, and stays as it is. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { LedgerError } from '../../../src/storage/database.ts';
import { openStorage, waitForStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { command } from '../../support/commands.ts';
import { writeConfig } from '../../support/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-opening-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A ledger with some pages in it. */
async function aLedger(name: string): Promise<string> {
  const file = join(folder, name);
  const storage = openStorage(file);
  const store = openAuditStore({ storage, onBug: (error) => expect(error).toBeNull() });
  for (let count = 0; count < 200; count++) await store.add(aRecord(`viewer-${count}`));
  await store.close();
  await storage.close();
  withSql(file, 'PRAGMA wal_checkpoint(TRUNCATE)');
  // A copy, which nothing in this process has open any more.
  const copy = join(folder, `copy of ${name}`);
  copyFileSync(file, copy);
  return copy;
}

function withSql(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

const cases: readonly [string, (file: string) => void, RegExp][] = [
  ['a text file', (file) => writeFileSync(file, 'server: { port: 4000 }\n'), /is not a ledger of this program/],
  ['a text file of a page', (file) => writeFileSync(file, 'x'.repeat(5_000)), /is not a ledger of this program/],
  ['a folder', (file) => mkdirSync(file), /is not a file/],
  ['a database of another program', (file) => withSql(file, 'CREATE TABLE recipes (id)'), /is not a ledger/],
  [
    'a database of another program with its own version',
    (file) => withSql(file, 'CREATE TABLE recipes (id); PRAGMA user_version = 2'),
    /is not a ledger/,
  ],
  [
    'a database with the mark of another program',
    (file) => withSql(file, 'CREATE TABLE operations (id); PRAGMA user_version = 2; PRAGMA application_id = 7'),
    /is not a ledger/,
  ],
];

describe('a ledger that cannot be used', () => {
  it.each(cases)('is refused where it is %s, and left unchanged', (name, make, message) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.db`);
    make(file);
    const before = statSync(file);
    const content = before.isFile() ? readFileSync(file) : null;
    expect(() => openStorage(file)).toThrow(LedgerError);
    expect(() => openStorage(file)).toThrow(message);
    expect(statSync(file).mode).toBe(before.mode);
    if (content) expect(readFileSync(file).equals(content)).toBe(true);
  });

  it.each([
    ['in its middle', (bytes: Buffer) => bytes.fill(0xa5, 8_192, 40_000)],
    ['at its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20_000)],
    ['in its schema', (bytes: Buffer) => bytes.fill(0xff, 100, 4_000)],
    ['in its header', (bytes: Buffer) => bytes.fill(0, 20, 90)],
  ])('is refused where it is damaged %s', async (where, damage) => {
    const file = await aLedger(`damaged ${where}.db`);
    writeFileSync(file, damage(readFileSync(file)));
    expect(() => openStorage(file)).toThrow(LedgerError);
    expect(() => openStorage(file)).toThrow(/damaged|not a ledger/);
  });

  it('is refused where it is a device', async () => {
    expect(() => openStorage('/dev/null')).toThrow(/is not a file/);
  });

  it('is refused where a table is missing', async () => {
    const file = await aLedger('tables.db');
    withSql(file, 'DROP TABLE process_owner');
    expect(() => openStorage(file)).toThrow(/damaged/);
  });

  it('is refused where a newer program wrote it', async () => {
    const file = await aLedger('newer.db');
    withSql(file, 'PRAGMA user_version = 99');
    expect(() => openStorage(file)).toThrow(/version 99.*newer/);
  });

  it('is refused where it is read-only, also for root', async () => {
    const file = await aLedger('read-only.db');
    chmodSync(file, 0o444);
    expect(() => openStorage(file)).toThrow(/read-only/);
  });

  it('is refused where another program keeps it locked, and opened when that ends', async () => {
    const file = await aLedger('locked.db');
    const other = new Database(file);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    expect(() => openStorage(file)).toThrow(/locked by another program/);
    const opened = waitForStorage(file, { waitMs: 60_000, onWait: () => other.close() });
    await (await opened).close();
  });

  it('ends the program with 2 and one sentence', async () => {
    const file = join(folder, 'program.db');
    writeFileSync(file, 'x'.repeat(5_000));
    const config = await writeConfig(
      'opening.yaml',
      `ledger: { file: "${file}" }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`,
    );
    await using running = command(['--config', config, '--port', '0']);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toMatch(/^The file \S+ is not a ledger of this program\.[^\n]*\n$/);
  });
});
