/** What the gateway says of a database that cannot be used. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/commands/store.ts';
import { now } from '../../../src/core/instant.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { createStorageHealth } from '../../../src/storage/storage-health.ts';
import { lock } from '../../support/failing-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-failing-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the state of the database', () => {
  it('is found out once, and not again with every write', async () => {
    const file = join(folder, 'once.db');
    const database = new Database(file);
    database.exec('PRAGMA busy_timeout = 0; CREATE TABLE t (x)');
    const health = createStorageHealth({ testWrite: () => Promise.resolve() });
    const other = lock(file);
    let tries = 0;
    const write = async () => {
      tries++;
      database.exec('INSERT INTO t VALUES (1)');
    };
    for (let count = 0; count < 5; count++) await expect(health.write(write)).rejects.toThrow('has locked it');
    expect(tries).toBe(1);
    health.close();
    other.close();
  });

  it('says that the disk is full', async () => {
    const database = new Database(join(folder, 'full.db'));
    database.exec('CREATE TABLE t (x); PRAGMA max_page_count = 3');
    const health = createStorageHealth();
    const write = async () => database.exec('INSERT INTO t VALUES (hex(zeroblob(100000)))');
    await expect(health.write(write)).rejects.toThrow('the disk is full');
    expect(health.failure()?.code).toBe('STORAGE_UNAVAILABLE');
    health.close();
  });

  it('does not take a bug of ours for a fault of the disk', async () => {
    const database = new Database(':memory:');
    const health = createStorageHealth();
    const write = async () => database.exec('INSERT INTO nowhere VALUES (1)');
    await expect(health.write(write)).rejects.toThrow('no such table');
    expect(health.failure()).toBeNull();
  });

  it('waits at most 50 ms for a lock', async () => {
    const storage = openStorage(join(folder, 'busy.db'));
    const store = openStore(storage);
    const other = lock(storage.file);
    await store.ready;
    const cpu = performance.now();
    await expect(store.forgetBefore(now() - 1)).rejects.toThrow('has locked it');
    // SQLite's own 5 s would be a hundred times as long; a busy machine may add its own time.
    expect(performance.now() - cpu).toBeLessThan(2_500);
    other.close();
    await store.close();
    await storage.close();
  });
});
