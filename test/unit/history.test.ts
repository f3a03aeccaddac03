/**
 * The stored history against a plain model of what a product lists, through restarts, outages and wrong clocks. One file,
 * since all its tests use that model.
 */
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup, BackupStatus } from '../../src/core/model.ts';
import { compareIds, compareKeys } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';
import { createEntityReads } from '../../src/history/entities.ts';
import { createReader } from '../../src/history/reader.ts';
import { toBackup, toIdKey } from '../../src/history/rows.ts';
import { createHistoryStore } from '../../src/history/store.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider, never, unavailable } from '../support/model.ts';
import { casesOf, runsOf } from '../support/nightly.ts';
import { countedTotals, recounted } from '../support/recount.ts';

const minute = 60_000_000;
const day = 24 * 60 * minute;
const start = Date.parse('2026-11-20T12:00:00Z') * 1000;

const storage = openStorage(':memory:');
const { db } = storage.database;
const store = createHistoryStore(storage.database, storage.health);
afterAll(() => storage.close());

interface Product {
  rows: Map<string, Backup>;
  isDown: boolean;
  /** Lists this many of the newest only, without a word: an account that lost permissions. */
  shows: number;
  readonly provider: Provider;
}

function aListedProduct(name: string): Product {
  const product: Product = {
    rows: new Map(),
    isDown: false,
    shows: Number.POSITIVE_INFINITY,
    provider: aProvider({
      name,
      async listBackups({ after, limit }) {
        if (product.isDown) throw unavailable(name);
        const all = [...product.rows.values()].sort(compareKeys).slice(0, product.shows);
        const rows = all.filter((row) => after === null || compareKeys(row, after) > 0);
        return { rows: rows.slice(0, limit).map(listed), isEnd: rows.length <= limit, problems: [] };
      },
      async listEntities() {
        return [];
      },
      async countBackups() {
        return product.rows.size;
      },
      async getBackups(ids) {
        if (product.isDown) throw unavailable(name);
        const shown = new Set([...product.rows.values()].sort(compareKeys).slice(0, product.shows));
        return ids.map((id) => {
          const row = product.rows.get(id);
          return row && shown.has(row) ? row : null;
        });
      },
    }),
  };
  return product;
}

let products = 0;

function aFixture(pageRows = 5, limits = { keepRows: 1_000_000 }, of = store) {
  const name = `product-${++products}`;
  const product = aListedProduct(name);
  const clock = { at: start, error: 0 };
  const create = () =>
    createReader({
      provider: () => product.provider,
      store: of,
      keepDays: 400,
      keepRows: limits.keepRows,
      everySeconds: 300,
      now: () => clock.at + clock.error,
      retentionNow: () => Math.min(clock.at, clock.at + clock.error),
      pageRows,
    });
  const fixture = {
    name,
    product,
    clock,
    reader: create(),
    restart() {
      fixture.reader = create();
    },
    add(externalId: string, fields: Partial<Backup> = {}) {
      const row = aBackup({ provider: name, externalId, sortedAt: clock.at, startedAt: clock.at, ...fields });
      product.rows.set(row.localId, row);
    },
    /** Steps until nothing is due, or a step fails. */
    async work(): Promise<void> {
      try {
        for (let steps = 0; (await fixture.reader.step(never)) === 0; steps++) expect(steps).toBeLessThan(500);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        await fixture.reader.fail(error);
      }
    },
    async pass(us: number): Promise<void> {
      clock.at += us;
      await fixture.work();
    },
    async stored() {
      const rows = await db.selectFrom('history_backups').selectAll().where('provider', '=', name).execute();
      const shown = rows.filter((row) => row.removed_at === null).map((row) => toBackup(row.record));
      return { shown: shown.sort(compareKeys), removed: rows.filter((row) => row.removed_at !== null).length };
    },
    expected: () => [...product.rows.values()].sort(compareKeys),
  };
  return fixture;
}

const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('start' as const), id: fc.nat(60), isQueued: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), pick: fc.nat(), text: fc.string() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('outage' as const), isDown: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), minutes: fc.integer({ min: -9_000, max: 9_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 600 }) }),
  },
);

describe('the history of a product', () => {
  test('has every backup that the product lists, once, as it is now, when there was time to look', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.array(event, { maxLength: 40 }), async (before, events) => {
        const fixture = aFixture();
        const { product, clock } = fixture;
        for (let index = 0; index < before; index++) fixture.add(`old-${index}`, { sortedAt: start - index * 7 * day });
        const pick = (index: number) => [...product.rows.values()][index % Math.max(1, product.rows.size)];
        let deleted = 0;
        for (const one of events) {
          const row = 'pick' in one ? pick(one.pick) : undefined;
          if (one.kind === 'start' && !product.rows.has(String(one.id))) {
            const queued = { status: 'QUEUED', sortedAt: null, startedAt: null } as const;
            fixture.add(String(one.id), one.isQueued ? queued : { status: 'RUNNING' });
          } else if (one.kind === 'end' && row) {
            const startedAt = row.startedAt ?? clock.at;
            const ended = { status: 'SUCCEEDED' as BackupStatus, sortedAt: row.sortedAt ?? startedAt, startedAt };
            product.rows.set(row.localId, { ...row, ...ended, endedAt: clock.at });
          } else if (one.kind === 'edit' && row) {
            product.rows.set(row.localId, { ...row, description: one.text });
          } else if (one.kind === 'delete' && row) {
            product.rows.delete(row.localId);
            deleted++;
          } else if (one.kind === 'restart') fixture.restart();
          else if (one.kind === 'outage') product.isDown = one.isDown;
          else if (one.kind === 'clock') clock.error = one.minutes * minute;
          else if (one.kind === 'pass') await fixture.pass(one.minutes * minute);
        }
        product.isDown = false;
        clock.error = 0;
        for (let hours = 0; hours < 60; hours += 2) await fixture.pass(120 * minute);
        const { shown, removed } = await fixture.stored();
        const coverage = await store.readState(fixture.name);
        expect(coverage).toMatchObject({ backfill: { isDone: true }, hasGaps: false, failure: null });
        const isListed = (row: Backup) => product.rows.has(row.localId);
        expect(shown.filter(isListed)).toEqual(fixture.expected());
        expect(new Set(shown.map((row) => row.localId)).size).toBe(shown.length);
        expect(removed).toBeLessThanOrEqual(deleted);
        // What was deleted is marked, unless it was so much of it that lost permissions look the same.
        if (shown.length > product.rows.size) expect(coverage?.problem).toContain('does not list');
        expect(await countedTotals(db, true)).toEqual(await recounted(db, true));
      }),
      { numRuns: casesOf(240, 8) },
    );
    // All cases of the night took 207 s on a busy machine.
  }, 900_000);

  test('replaces the entities every hour by those that the product lists then', async () => {
    const fixture = aFixture();
    const { name } = fixture;
    const anEntity = (externalId: string, label: string) =>
      ({ kind: 'borg', provider: name, externalId, name: label, details: null }) as const;
    let entities = Array.from({ length: 450 }, (_, index) => anEntity(`e${index}`, `first ${index}`));
    Object.assign(fixture.product.provider, { listEntities: async () => entities });
    const reads = createEntityReads(storage.database, storage.health);
    expect(await reads.list(name)).toBeNull();
    await fixture.work();
    const named = async () => new Map((await reads.list(name))?.entities.map((one) => [one.externalId, one.name]));
    expect([...(await named())].sort()).toEqual(entities.map((one) => [one.externalId, one.name]).sort());
    entities = [anEntity('e0', 'renamed'), anEntity('e1', 'first 1'), anEntity('new', 'new')];
    await fixture.pass(30 * minute);
    expect((await named()).size).toBe(450);
    await fixture.pass(31 * minute);
    expect(Object.fromEntries(await named())).toEqual({ e0: 'renamed', e1: 'first 1', new: 'new' });
    expect((await reads.list(name))?.asOf).toBe(fixture.clock.at);
    await store.forget(name);
    expect(await reads.get(name, ['e0'])).toEqual(new Map());
  });

  test('goes on with the backfill after a restart where it was', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 40; index++) fixture.add(`b${index}`, { sortedAt: start - index * day });
    for (let steps = 0; steps < 3; steps++) await fixture.reader.step(never);
    const half = await store.readState(fixture.name);
    expect(half?.backfill).toMatchObject({ isDone: false, from: start - 14 * day });
    fixture.restart();
    const asked: (string | undefined)[] = [];
    const { listBackups } = fixture.product.provider;
    Object.assign(fixture.product.provider, {
      listBackups: (...args: Parameters<typeof listBackups>) => {
        asked.push(args[0].after?.externalId);
        return listBackups(...args);
      },
    });
    await fixture.work();
    expect(asked[0]).toBe('b14');
    expect((await fixture.stored()).shown).toEqual(fixture.expected());
  });

  test('marks what was deleted after it has asked for it', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 130; index++) fixture.add(`b${index}`, { sortedAt: start - index * day });
    await fixture.work();
    fixture.product.rows.delete('b1');
    fixture.product.rows.delete('b129');
    await fixture.pass(2 * 60 * minute);
    expect(await fixture.stored()).toMatchObject({ removed: 1 });
    await fixture.pass(day);
    expect(await fixture.stored()).toMatchObject({ shown: fixture.expected(), removed: 2 });
    // Back again: the product lists it as before.
    fixture.add('b1', { sortedAt: start - day });
    await fixture.pass(day);
    expect(await fixture.stored()).toMatchObject({ shown: fixture.expected(), removed: 1 });
  });

  test('marks nothing if a sweep misses more than a fifth, and says so until the rows are back', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 40; index++) fixture.add(`b${index}`, { sortedAt: start - index * day });
    await fixture.work();
    fixture.product.shows = 31;
    await fixture.pass(day + minute);
    expect(await fixture.stored()).toMatchObject({ shown: fixture.expected(), removed: 0 });
    expect((await store.readState(fixture.name))?.problem).toContain('does not list 9 of 40 known backups');
    fixture.product.shows = 32;
    await fixture.pass(day + minute);
    expect(await fixture.stored()).toMatchObject({ removed: 8 });
    expect((await store.readState(fixture.name))?.problem).toBeNull();
  });

  test('neither reads nor keeps what is older than keepDays', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 40; index++) fixture.add(`b${index}`, { sortedAt: start - index * 20 * day });
    await fixture.work();
    expect((await fixture.stored()).shown.length).toBe(21);
    await fixture.pass(30 * day);
    expect((await fixture.stored()).shown.length).toBe(19);
  });

  test('neither reads nor keeps more than keepRows, and reads the rest once more may be stored', async () => {
    const limits = { keepRows: 20 };
    const fixture = aFixture(5, limits);
    for (let index = 0; index < 60; index++) fixture.add(`b${index}`, { sortedAt: start - index * day });
    fixture.add('timeless', { sortedAt: 0 });
    let reads = 0;
    const { listBackups } = fixture.product.provider;
    Object.assign(fixture.product.provider, {
      listBackups: (...args: Parameters<typeof listBackups>) => {
        reads++;
        return listBackups(...args);
      },
    });
    await fixture.work();
    // 20 rows, the page that shows that there are more, and the one after it.
    expect(reads).toBeLessThanOrEqual(6);
    const newest = () => fixture.expected().slice(0, 20);
    // A row without a time is as old as no other, and sweeps find it.
    const dated = async () => (await fixture.stored()).shown.filter(({ sortedAt }) => sortedAt !== 0);
    expect((await fixture.stored()).shown).toEqual(newest());
    for (let index = 0; index < 5; index++) fixture.add(`new ${index}`, { sortedAt: start + index });
    await fixture.pass(2 * 60 * minute);
    expect(await dated()).toEqual(newest());
    await fixture.pass(day + minute);
    fixture.restart();
    await fixture.pass(day + minute);
    expect(await dated()).toEqual(newest());
    limits.keepRows = 40;
    fixture.restart();
    const state = await store.readState(fixture.name);
    expect(state?.cut?.rows).toBe(20);
    await fixture.pass(minute);
    expect(await dated()).toEqual(fixture.expected().slice(0, 40));
    expect(await store.readState(fixture.name)).toMatchObject({ hasGaps: false, cut: { rows: 40 } });
  });

  test('gives the space of deleted rows back in steps, in a file that this version has made', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'vacuum-')), 'backplane.db');
    const file = openStorage(path);
    let pagesBefore = 0;
    try {
      const pages = async () => {
        const { rows } = await sql<{ all: number; free: number }>`
          select (select page_count from pragma_page_count) as "all", (select freelist_count from pragma_freelist_count) as free
        `.execute(file.database.db);
        return rows[0] as { all: number; free: number };
      };
      const limits = { keepRows: 2_000 };
      const fixture = aFixture(1_000, limits, createHistoryStore(file.database, file.health));
      for (let index = 0; index < 2_000; index++) {
        fixture.add(`b${index}`, { sortedAt: start - index, description: 'x'.repeat(4_000) });
      }
      await fixture.work();
      const full = await pages();
      limits.keepRows = 100;
      fixture.restart();
      await fixture.pass(2 * 60 * minute);
      const cut = await pages();
      expect(full.all).toBeGreaterThan(1_500);
      expect(cut.free).toBeLessThanOrEqual(1_000);
      expect(cut.all).toBeLessThan(full.all - 250);
      pagesBefore = full.all;
    } finally {
      await file.close();
    }
    // The file itself is smaller, not only a number in it.
    expect(statSync(path).size).toBeLessThan(pagesBefore * 4_096 - 1_000_000);
  });

  test('begins again when another product has the name', async () => {
    const fixture = aFixture();
    fixture.add('a');
    await fixture.work();
    fixture.product.rows.clear();
    Object.assign(fixture.product.provider, { kind: 'other' });
    fixture.restart();
    await fixture.work();
    expect(await fixture.stored()).toEqual({ shown: [], removed: 0 });
  });

  test('has gaps while one entity cannot be read, and is complete after a whole sweep', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 12; index++) fixture.add(`b${index}`, { sortedAt: start - index * day });
    const { provider } = fixture.product;
    const { listBackups } = provider;
    const error = new GatewayError('PROVIDER_UNAVAILABLE', 'one entity cannot be read');
    const broken = async (...args: Parameters<typeof listBackups>) => {
      const page = await listBackups(...args);
      const problems = [{ provider: fixture.name, entityId: 'e', error }];
      return { ...page, rows: page.rows.filter(({ externalId }) => externalId !== 'b3'), problems };
    };
    Object.assign(provider, { listBackups: broken });
    for (let tries = 0; tries < 12; tries++) await fixture.work();
    expect(await store.readState(fixture.name)).toMatchObject({ hasGaps: true, problem: 'one entity cannot be read' });
    Object.assign(provider, { listBackups });
    await fixture.pass(day + minute);
    expect(await store.readState(fixture.name)).toMatchObject({ hasGaps: false, problem: null });
    expect((await fixture.stored()).shown).toEqual(fixture.expected());
  });
});

describe('rows of the database', () => {
  const id = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.nat().map(String),
    fc.constantFrom('0', '00', '007', '7', '\uffff', '𝒳', '\x7f'),
  );

  test('have ids in the order of lists', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        fc.pre(![...(a + b)].some((unit) => unit <= '\x01'));
        const bytes = Buffer.compare(Buffer.from(toIdKey(a)), Buffer.from(toIdKey(b)));
        expect(Math.sign(bytes)).toBe(Math.sign(compareIds(a, b)));
      }),
      { numRuns: runsOf(3_000) },
    );
  });

  test('are listed from any key, of any provider, in both directions', async () => {
    const fixture = aFixture();
    for (let index = 0; index < 30; index++) {
      fixture.add(`${index}`, { sortedAt: index < 2 ? null : start - Math.floor(index / 4) * minute });
    }
    await fixture.work();
    const all = fixture.expected();
    const key = fc.record({
      sortedAt: fc.constantFrom(null, ...all.map((row) => row.sortedAt), start + day),
      provider: fc.constantFrom('a', fixture.name, 'z'),
      externalId: fc.nat(30).map(String),
    });
    await fc.assert(
      fc.asyncProperty(key, fc.boolean(), fc.integer({ min: 1, max: 40 }), async (after, isForward, limit) => {
        const direction = isForward ? 'descending' : 'ascending';
        const inOrder = isForward ? all : [...all].reverse();
        const sign = isForward ? 1 : -1;
        const rest = inOrder.filter((row) => sign * compareKeys(row, after) > 0);
        const page = await store.list(fixture.name, { direction, after, limit, filter: noFilter, offset: 0 });
        expect(page.rows.map(({ backup }) => backup)).toEqual(rest.slice(0, limit));
        expect(page.isEnd).toBe(rest.length <= limit);
      }),
      { numRuns: runsOf(300) },
    );
  });
});
