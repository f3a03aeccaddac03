/** When the other gateways are told: at once after a silence, and together when there is much to tell. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNotices } from '../../src/storage/notices.ts';
import type { Db } from '../../src/storage/storage-database.ts';
import { createStorageHealth } from '../../src/storage/storage-health.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A database that keeps what it is told, a list for each statement. */
function openNotices() {
  const told: (readonly unknown[])[] = [];
  const connection: DatabaseConnection = {
    async executeQuery({ parameters }: CompiledQuery) {
      told.push(parameters.filter((parameter) => parameter !== 'backplane'));
      return { rows: [] };
    },
    // biome-ignore lint/correctness/useYield: nothing is streamed here
    async *streamQuery() {
      throw new Error('nothing is streamed');
    },
  };
  const db = new Kysely<never>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
      createIntrospector: (one) => new PostgresIntrospector(one),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const notices = createNotices(db as unknown as Db, createStorageHealth(), () => undefined);
  return { notices, told };
}

test('the first notice after a silence goes out at once', async () => {
  const { notices, told } = openNotices();
  notices.tell('changes', 'files');
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([['changes files']]);
  await vi.advanceTimersByTimeAsync(1_000);
  notices.tell('changes', 'files');
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([['changes files'], ['changes files']]);
});

test('what follows within some milliseconds goes out together, and what is equal once', async () => {
  const { notices, told } = openNotices();
  notices.tell('changes', 'files');
  await vi.advanceTimersByTimeAsync(1);
  for (const of of ['files', 'machines', 'files']) notices.tell('changes', of);
  await vi.advanceTimersByTimeAsync(8);
  expect(told).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2);
  expect(told.slice(1)).toEqual([['changes files', 'changes machines']]);
});

test('a close tells the rest, and nothing after that', async () => {
  const { notices, told } = openNotices();
  notices.tell('changes', 'files');
  await vi.advanceTimersByTimeAsync(1);
  notices.tell('changes', 'machines');
  await notices.close();
  notices.tell('changes', 'labii');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([['changes files'], ['changes machines']]);
});
