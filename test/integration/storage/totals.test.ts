/** Totals of the history are always those of its rows, in both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backup } from '../../../src/core/model.ts';
import { toRow } from '../../../src/history/rows.ts';
import { newState } from '../../../src/history/state.ts';
import { createHistoryStore } from '../../../src/history/store.ts';
import { copyStorage } from '../../../src/storage/copy.ts';
import { migrations } from '../../../src/storage/migrations.ts';
import type { Storage } from '../../../src/storage/started-storage.ts';
import { openStorage, waitForStorage } from '../../../src/storage/storage.ts';
import { aBackup } from '../../support/model.ts';
import { casesOf } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { countedTotals, hourlyTotals, recounted } from '../../support/recount.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const minute = 60_000_000;
const start = Date.parse('2026-11-20T12:00:00Z') * 1000;
const names = ['one', 'two'];

const row = fc
  .record({
    externalId: fc.nat(12).map(String),
    provider: fc.constantFrom(...names),
    entityId: fc.constantFrom(null, 'a', 'b'),
    type: fc.constantFrom('FULL' as const, 'INCREMENTAL' as const, 'UNKNOWN' as const),
    trigger: fc.constantFrom('MANUAL' as const, 'SCHEDULED' as const),
    status: fc.constantFrom('QUEUED' as const, 'RUNNING' as const, 'SUCCEEDED' as const, 'FAILED' as const),
    at: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }).map((minutes) => start - minutes * minute) },
      { weight: 1, arbitrary: fc.constantFrom(null, 0, -minute, start + 15 * minute, start - 1) },
    ),
    minutes: fc.option(fc.nat(90)),
    originalBytes: fc.option(fc.constantFrom(0, 1, 4_096, 7_000_000_000, Number.MAX_SAFE_INTEGER)),
    storedBytes: fc.option(fc.nat()),
  })
  .map(({ at, minutes, originalBytes, storedBytes, ...fields }) =>
    aBackup({
      ...fields,
      sortedAt: at,
      startedAt: at,
      endedAt: at === null || minutes === null ? null : at + minutes * minute,
      size: { originalBytes, storedBytes, compressedBytes: null, deduplicatedBytes: null },
    }),
  );

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('list' as const), rows: fc.array(row, { maxLength: 9 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      rows: fc.array(row, { maxLength: 3 }),
      gone: fc.array(fc.nat(12).map(String), { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), from: row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('age' as const), minutes: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), name: fc.constantFrom(...names) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const open = (url: string) => waitForStorage(url, { waitMs: 0, onWait: () => undefined });

async function requireEqual({ database: { db } }: Storage): Promise<void> {
  for (const isOfEntities of [false, true]) {
    expect(await countedTotals(db, isOfEntities)).toEqual(await recounted(db, isOfEntities));
  }
  const [hours, slots] = await hourlyTotals(db);
  expect(hours).toEqual(slots);
}

describe.each(['SQLite', 'PostgreSQL'])('the totals in %s', (kind) => {
  let storage: Storage;
  beforeAll(async () => {
    storage = kind === 'SQLite' ? openStorage(':memory:') : await open(await server.database());
  });
  afterAll(() => storage.close());

  async function take(one: Step): Promise<void> {
    const store = createHistoryStore(storage.database, storage.health);
    const of = (rows: readonly Backup[], name: string) => rows.filter(({ provider }) => provider === name);
    const save = (name: string, rows: readonly Backup[]) =>
      store.savePage(
        name,
        { after: null, through: null, rows, ids: rows.map(({ localId }) => localId) },
        start,
        newState('fake'),
      );
    if (one.kind === 'list') for (const name of names) await save(name, of(one.rows, name));
    else if (one.kind === 'settle')
      for (const name of names) await store.settle(name, of(one.rows, name), one.gone, start);
    else if (one.kind === 'rename') {
      await save(one.from.provider, [one.from]);
      await save(one.from.provider, [{ ...one.from, localId: `other ${one.from.localId}` }]);
    } else if (one.kind === 'age') {
      for (const name of names) await store.deleteOlder(name, start - one.minutes * minute);
    } else await store.forget(one.name);
  }

  it('are those of the rows after starts, ends, edits, removals, renames, retention and another product', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const one of steps) await take(one);
        await requireEqual(storage);
      }),
      { numRuns: casesOf(300, 12) },
    );
    for (const name of names) await take({ kind: 'forget', name });
    const { db } = storage.database;
    expect(await db.selectFrom('history_totals').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('history_entity_totals').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('history_hours').selectAll().execute()).toEqual([]);
  });
});

describe('the totals of stored rows', () => {
  const step = migrations.findIndex(({ sqlite }) => sqlite.includes('history_totals'));
  const rows = fc.sample(row, { numRuns: 60, seed: 1 }).map((one, index) => ({ ...one, localId: `${index}` }));
  const columns = Object.keys(toRow(rows[0] as Backup, start));
  const literal = (value: unknown) => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value));
  const values = rows.map(
    (one) =>
      `(${Object.values(toRow(one, start))
        .map((value) => literal(value ?? null))
        .join(', ')})`,
  );
  const insert = (schema: string) =>
    `INSERT INTO ${schema}history_backups (${columns.join(', ')}) VALUES ${values.join(', ')}`;

  it('are made when a file of the version before is opened, and when it is copied to PostgreSQL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backplane-totals-'));
    const file = join(folder, 'older.db');
    const older = new Database(file);
    for (const { sqlite } of migrations.slice(0, step)) older.exec(sqlite);
    older.exec(insert(''));
    older.pragma(`user_version = ${step}`);
    older.close();
    const url = await server.database();
    for (const from of [file, url]) {
      const storage = from === file ? openStorage(`file:${file}`) : await open(url);
      await requireEqual(storage);
      expect(Object.keys(await countedTotals(storage.database.db, false)).length).toBeGreaterThan(20);
      await storage.close();
      if (from === file) await copyStorage(`file:${file}`, url);
    }
    rmSync(folder, { recursive: true });
  });

  it('are made when PostgreSQL has the version before', async () => {
    const url = await server.database();
    await run(url, 'CREATE SCHEMA backplane; CREATE TABLE backplane.schema_version (version INTEGER NOT NULL)');
    await run(url, `INSERT INTO backplane.schema_version VALUES (${step})`);
    for (const { postgres } of migrations.slice(0, step)) await run(url, `SET search_path TO backplane; ${postgres}`);
    await run(url, insert('backplane.'));
    const storage = await open(url);
    await requireEqual(storage);
    await storage.close();
  });
});
