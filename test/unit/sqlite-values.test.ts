/** Values and failures of SQLite, in the worker thread and in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['a file', ':memory:'])('the database in %s', (place) => {
  const open = (name: string) => openStorage(place === ':memory:' ? place : join(folder, name));

  it('binds whole numbers as such, booleans as numbers, and texts to their end', async () => {
    const storage = open('values.db');
    const { db } = storage.database;
    const types =
      await sql<object>`select typeof(${5}) as number, 5 / ${2} as half, ${true} as yes, ${'a\0b'} as text`.execute(db);
    expect(types.rows).toEqual([{ number: 'integer', half: 2, yes: 1, text: 'a\ufffdb' }]);
    await storage.close();
  });

  it('undoes a transaction that fails, and makes the next one', async () => {
    const storage = open('transactions.db');
    const { db, atomically } = storage.database;
    const add = (hash: string) => db.insertInto('refused_credentials').values({ hash, at: 1 });
    const failing = atomically(async (tx) => {
      await tx.insertInto('refused_credentials').values({ hash: 'first', at: 1 }).execute();
      throw new TypeError('a fault');
    });
    const waiting = add('second').execute();
    await expect(failing).rejects.toThrow(TypeError);
    await waiting;
    await expect(add('second').execute()).rejects.toThrow(/UNIQUE/);
    expect(await db.selectFrom('refused_credentials').select('hash').execute()).toEqual([{ hash: 'second' }]);
    await storage.close();
  });
});

describe('a database in the worker thread', () => {
  it('can be written after a write has waited for another program in vain', async () => {
    const file = join(folder, 'busy.db');
    const storage = openStorage(file);
    const { db, atomically } = storage.database;
    const write = () =>
      atomically((tx) => tx.insertInto('cancelled').values({ provider: 'a', local_id: '1' }).execute());
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(db.deleteFrom('cancelled').execute()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await expect(write()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    other.close();
    await write();
    expect(await db.selectFrom('cancelled').selectAll().execute()).toHaveLength(1);
    await storage.close();
  });
});
