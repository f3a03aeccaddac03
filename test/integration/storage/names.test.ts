/** Ids and marks of backups that one gateway writes are known to another one from its next answer on. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/commands/store.ts';
import { readTogether } from '../../../src/commands/store-shared.ts';
import { waitForStorage } from '../../../src/storage/storage.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

async function openStores(count: number) {
  const url = await server.database();
  const options = { waitMs: 0, onWait: () => undefined, takeoverMs: 60_000 };
  const storages = await Promise.all(Array.from({ length: count }, () => waitForStorage(url, options)));
  const stores = storages.map(openStore);
  onTestFinished(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(storages.map((storage) => storage.close()));
  });
  return { url, stores };
}

const insert = (id: string) => `INSERT INTO backplane.aliases VALUES ('p', '${id}', 'alias ${id}')`;

it('what one gateway has written is in the next answer of another one', async () => {
  const { stores } = await openStores(2);
  const [one, other] = stores;
  expect((await other?.namesOf('p'))?.aliasOf('7')).toBeNull();
  await one?.addAlias('p', '7', 'first');
  await one?.markCancelled('p', '8');
  const names = await other?.namesOf('p');
  expect([names?.aliasOf('7'), names?.isCancelled('8'), names?.isCancelled('7')]).toEqual(['first', true, false]);
  // It moves to the newest backup.
  await one?.addAlias('p', '9', 'first');
  expect((await other?.namesOf('p'))?.aliasOf('9')).toBe('first');
  expect(await other?.localIdOf('p', 'first')).toBe('9');
});

it('nothing is missed of transactions that commit late, or of a gateway that counts nothing', async () => {
  const { url, stores } = await openStores(1);
  const [late, next] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([late.connect(), next.connect()]);
  onTestFinished(async () => void (await Promise.all([late.end(), next.end()])));
  const aliases = async () => {
    const names = await stores[0]?.namesOf('p');
    return ['a', 'b'].filter((id) => names?.aliasOf(id) === `alias ${id}`);
  };
  await late.query('BEGIN');
  await late.query(insert('a'));
  // Waits, so that nothing newer is known before it.
  const inserted = next.query(insert('b'));
  await expect
    .poll(() => run(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'"), { timeout: hangMs })
    .toHaveLength(1);
  expect(await aliases()).toEqual([]);
  await late.query('COMMIT');
  await inserted;
  expect(await aliases()).toEqual(['a', 'b']);
});

it('a database that was restored to an earlier state is read again', async () => {
  const { url, stores } = await openStores(1);
  for (const id of ['a', 'b', 'c']) await run(url, insert(id));
  expect((await stores[0]?.namesOf('p'))?.aliasOf('c')).toBe('alias c');
  await run(url, 'DELETE FROM backplane.aliases');
  await run(url, "SELECT setval('backplane.names_version', 1)");
  await run(url, insert('d'));
  expect((await stores[0]?.namesOf('p'))?.aliasOf('d')).toBe('alias d');
});

it('what the server has that is there after a failure is read again, though its count is the same', async () => {
  const { url, stores } = await openStores(1);
  await run(url, insert('a'));
  const aliasOf = async (id: string) => (await stores[0]?.namesOf('p'))?.aliasOf(id);
  expect(await aliasOf('a')).toBe('alias a');
  // As on a server that was restored, or has taken the place of another one: not counted.
  await run(url, 'ALTER TABLE backplane.aliases DISABLE TRIGGER USER');
  await run(url, insert('b'));
  await run(url, 'ALTER TABLE backplane.aliases ENABLE TRIGGER USER');
  expect(await aliasOf('b')).toBeNull();
  await server.crash();
  await stores[0]?.namesOf('p');
  await server.start();
  await expect.poll(() => aliasOf('b'), { timeout: hangMs }).toBe('alias b');
});

it('all that ask at the same time cause one read, and none gets one that began before it asked', async () => {
  let reads = 0;
  const ends: (() => void)[] = [];
  const read = readTogether(async () => {
    const count = ++reads;
    await new Promise<void>((resolve) => ends.push(resolve));
    return count;
  });
  const first = Array.from({ length: 50 }, read);
  await expect.poll(() => reads).toBe(1);
  const second = Array.from({ length: 50 }, read);
  ends[0]?.();
  await expect.poll(() => reads).toBe(2);
  ends[1]?.();
  expect(new Set(await Promise.all(first))).toEqual(new Set([1]));
  expect(new Set(await Promise.all(second))).toEqual(new Set([2]));
});
