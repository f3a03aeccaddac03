/** No wait for the storage's file holds up the event loop. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import Database from 'libsql';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../../../src/storage/storage.ts';
import { sqliteMemory } from '../../../src/storage/storage-database.ts';
import { lock } from '../../support/failing-storage.ts';
import { leftToNightly } from '../../support/nightly.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-turns-'));
afterAll(() => rmSync(folder, { recursive: true }));

const longestMs = 5;
const rounds = 20;
/** Between two looks, which make garbage themselves. */
const lookEveryNs = 1_000_000n;

/** Milliseconds until now without those in which this thread waited for a processor: a busy machine makes none longer. */
function ownMs(): number {
  const [, waitedNs = '0'] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(process.hrtime.bigint() - BigInt(waitedNs)) / 1e6;
}

/** The longest turn of the event loop while `work` runs, and up to a millisecond of others. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, isOver] = [0, false];
  let before = ownMs();
  let lookedAt = process.hrtime.bigint();
  const measureTurn = () => {
    const at = ownMs();
    longest = Math.max(longest, at - before);
    before = at;
  };
  const look = () => {
    if (process.hrtime.bigint() - lookedAt > lookEveryNs) {
      measureTurn();
      lookedAt = process.hrtime.bigint();
    }
    if (!isOver) setImmediate(look);
  };
  look();
  await work();
  await new Promise(setImmediate);
  isOver = true;
  measureTurn();
  return longest;
}

/** The least of several rounds, until one is short: a collection of garbage takes its time in some, a wait in all. */
async function leastOf(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least >= longestMs; round++) {
    least = Math.min(least, await longestTurn(work));
  }
  return least;
}

/** Computes for some 100 ms, and returns one row. */
const longScan = sql`WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500000) SELECT max(n) FROM numbers`;

if (process.platform !== 'linux') leftToNightly('turns of the event loop', 'only Linux says what a thread waited for');

it.runIf(process.platform === 'linux')(
  `a long scan, a locked file and a write that waits for the disk take no turn over ${longestMs} ms`,
  async () => {
    const storage = openStorage(join(folder, 'turns.db'));
    onTestFinished(() => storage.close());
    const { db } = storage.database;
    expect(await leastOf(() => longScan.execute(db))).toBeLessThan(longestMs);
    let next = 0;
    const write = () => {
      const rows = Array.from({ length: 100 }, () => ({ provider: 'p', local_id: `${next++}` }));
      return db.insertInto('cancelled').values(rows).execute();
    };
    expect(await leastOf(write)).toBeLessThan(longestMs);
    const other = lock(storage.file);
    onTestFinished(() => void other.close());
    const refused = () => expect(write()).rejects.toThrow(/locked/);
    expect(await leastOf(refused)).toBeLessThan(longestMs);
  },
);

it.runIf(process.platform === 'linux')('the measure finds a scan in this thread', async () => {
  const database = sqliteMemory(new Database(':memory:'));
  onTestFinished(() => database.close());
  expect(await leastOf(() => longScan.execute(database.db))).toBeGreaterThan(longestMs);
});
