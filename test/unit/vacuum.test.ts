/** Space of deleted rows is given back in steps, so that nothing waits for long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { sqliteFile } from '../../src/storage/storage-database.ts';

test('a step gives back 250 pages, and 1,000 are kept for new rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-vacuum-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'ledger.db');
  openDatabase(file, 'FULL').close();
  const database = sqliteFile(file, []);
  onTestFinished(() => database.close());
  const { db } = database;
  const free = async () => {
    const { rows } = await sql<{ free: number }>`select freelist_count as free from pragma_freelist_count`.execute(db);
    return rows[0]?.free ?? 0;
  };
  await sql`create table filler (text text)`.execute(db);
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 1600) select randomblob(4000) from n`;
  await sql`insert into filler ${numbers}`.execute(db);
  await sql`drop table filler`.execute(db);
  const before = await free();
  expect(before).toBeGreaterThan(1_500);
  expect(await database.vacuumSome()).toBe(true);
  expect(await free()).toBe(before - 250);
  for (let step = 0; (await database.vacuumSome()) && step < 10; step++);
  const left = await free();
  expect(left).toBeLessThanOrEqual(1_000);
  expect(left).toBeGreaterThan(750);
});
