/** What the log of commands keeps, and for how long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/audit/audit-entry.ts';
import { openStore } from '../../src/commands/store.ts';
import { migrations } from '../../src/storage/migrations.ts';
import { all, aRecord, aTarget, open, roomy } from '../support/audited.ts';

const dayMicroseconds = 24 * 3_600_000_000;

const refused = (viewer: string, requestId = 'r'): AuditRecord =>
  aRecord(viewer, { outcome: 'REFUSED', code: 'NOT_FOUND', requestId });

const requestsOf = (entries: readonly { requestId: string | null }[]) => entries.map(({ requestId }) => requestId);

const folder = mkdtempSync(join(tmpdir(), 'backplane-audit-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the one entry of a file again and again, which is quicker than commands. */
function repeatEntry(file: string, times: number): void {
  const database = new Database(file);
  database.exec(`
    INSERT INTO audit (at, viewer, is_personal, is_under_way, count, bytes, record)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${times})
      SELECT at, viewer, is_personal, is_under_way, count, bytes, record FROM audit, n;
    INSERT OR IGNORE INTO audit_providers SELECT provider, audit.seq FROM audit_providers, audit`);
  database.close();
}

describe('what is forgotten', () => {
  const rowsIn = (file: string, table: string): number => {
    const database = new Database(file);
    const { count } = database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number };
    database.close();
    return count;
  };

  it('is what is older than 30 days: not shown from then on, and dropped, others having their turn', async () => {
    const file = join(folder, 'old.db');
    {
      await using opened = open({ file });
      await opened.store.add(aRecord('ann'));
    }
    repeatEntry(file, 1_199);
    await using opened = open({ file });
    const { store } = opened;
    await store.forget();
    opened.clock += 20 * dayMicroseconds;
    await store.add(aRecord('ann', { requestId: 'young' }));
    const oldest = (await store.list(all, null, 2_000)).at(-1);
    opened.clock += 10 * dayMicroseconds + 1;
    for (const sight of [all, { viewer: 'x', providers: ['one'] }]) {
      expect(requestsOf(await store.list(sight, null, 10))).toEqual(['young']);
      expect(await store.find(sight, oldest?.id ?? '')).toBeNull();
    }
    expect(rowsIn(file, 'audit')).toBe(1_201);
    const forgotten = store.forget();
    let turns = 0;
    const turn = setImmediate(() => turns++);
    await forgotten;
    clearImmediate(turn);
    expect(turns).toBe(1);
    expect(rowsIn(file, 'audit')).toBe(1);
    expect(rowsIn(file, 'audit_providers')).toBe(1);
  });

  it('is looked for when the log is opened, and again and again', async () => {
    const file = join(folder, 'again.db');
    const clock = 1_790_000_000_000_000;
    {
      await using opened = open({ file, clock });
      await opened.store.add(aRecord('ann'));
    }
    await using opened = open({ file, clock: clock + 31 * dayMicroseconds, forgetEveryMs: 5 });
    await expect.poll(() => rowsIn(file, 'audit')).toBe(0);
    await opened.store.add(refused('ann'));
    expect(rowsIn(file, 'audit_days')).toBe(1);
    opened.clock += 31 * dayMicroseconds;
    await expect.poll(() => rowsIn(file, 'audit')).toBe(0);
    await expect.poll(() => rowsIn(file, 'audit_days')).toBe(0);
  });
});

describe('the bounds of the audit log', () => {
  it.each([
    ['rows', { ...roomy, rows: 60 }],
    ['bytes', { ...roomy, bytes: 18_000 }],
  ])(
    'are kept in %s: the viewer with the most loses its oldest, and nobody else loses anything',
    async (_what, bounds) => {
      const file = join(folder, `bounds-${_what}.db`);
      {
        await using opened = open({ file, bounds });
        for (let count = 0; count < 6; count++) await opened.store.add(aRecord('ann', { requestId: `ann-${count}` }));
        for (let count = 0; count < 90; count++) await opened.store.add(aRecord('bob', { requestId: `bob-${count}` }));
      }
      // Whose share is how much is known after a restart as well.
      await using opened = open({ file, bounds });
      for (let count = 90; count < 180; count++) await opened.store.add(aRecord('bob', { requestId: `bob-${count}` }));
      const seen = requestsOf(await opened.store.list(all, null, 1_000));
      expect(seen.filter((id) => id?.startsWith('ann'))).toHaveLength(6);
      expect(seen[0]).toBe('bob-179');
      expect(seen.length).toBeGreaterThan(15);
      expect(seen.length).toBeLessThanOrEqual(60);
    },
  );

  it('hold for what grows when it is completed', async () => {
    await using opened = open({ bounds: { ...roomy, bytes: 20_000 } });
    const targets = [aTarget('x', 'one', { externalId: 'e'.repeat(1_000) })];
    for (let count = 0; count < 50; count++) {
      const seq = await opened.store.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
      await opened.store.complete(seq ?? 0, aRecord('ann', { targets }));
    }
    expect((await opened.store.list(all, null, 100)).length).toBeLessThan(20);
  });

  it('give a viewer so many refusals a day, and count the rest in one entry', async () => {
    const file = join(folder, 'refused.db');
    const bounds = { ...roomy, refusedADay: 3 };
    {
      await using opened = open({ file, bounds });
      const { store } = opened;
      for (let count = 0; count < 10; count++) await store.add(refused('ann', `ann-${count}`));
      // Also those that were written down before they were refused.
      for (let count = 10; count < 15; count++) {
        const seq = await store.add({ ...refused('ann'), outcome: 'UNDER_WAY' });
        await store.complete(seq ?? 0, refused('ann', `ann-${count}`));
      }
      await store.add(refused('bob', 'bob-0'));
      await store.add(aRecord('ann', { requestId: 'done' }));
      expect(await store.list(all, null, 100)).toMatchObject([
        { outcome: 'REFUSED', command: null, count: 12, targets: [], viewer: { id: 'ann' } },
        { requestId: 'done', count: 1 },
        { requestId: 'bob-0' },
        { requestId: 'ann-2' },
        { requestId: 'ann-1' },
        { requestId: 'ann-0' },
      ]);
      for (let count = 0; count < 5; count++) await store.add(refused('ann'));
    }
    await using opened = open({ file, bounds });
    await opened.store.add(refused('ann'));
    const entries = await opened.store.list(all, null, 100);
    expect(entries.map(({ count }) => count)).toEqual([18, 1, 1, 1, 1, 1]);
    expect(await opened.store.list({ viewer: 'bob', providers: [] }, null, 100)).toEqual([]);
    opened.clock += dayMicroseconds;
    await opened.store.add(refused('ann', 'tomorrow'));
    expect(await opened.store.list(all, null, 1)).toMatchObject([{ requestId: 'tomorrow' }]);
  });

  it('write a flood of refusals once in a while, and at the end', async () => {
    const file = join(folder, 'flood.db');
    await using opened = open({ file, bounds: { ...roomy, refusedADay: 1 } });
    const database = new Database(file);
    const counted = () => (database.prepare('SELECT sum(count) AS sum FROM audit').get() as { sum: number }).sum;
    for (let count = 0; count < 500; count++) await opened.store.add(refused('ann'));
    expect(counted()).toBeLessThan(500);
    await expect.poll(counted).toBe(500);
    await opened.store.add(refused('ann'));
    await opened.store.close();
    expect(counted()).toBe(501);
    database.close();
  });
});

describe('a ledger of the previous version', () => {
  it('keeps its operations and gets an audit log', async () => {
    const file = join(folder, 'previous.db');
    const database = new Database(file);
    for (const { sqlite } of migrations.slice(0, 2)) database.exec(sqlite);
    const operation = { id: 'o', viewer: 'ann', provider: 'one', kind: 'START', status: 'SUCCEEDED', backupId: '7' };
    database
      .prepare('INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run('o', 'ann', 'one', 'START', null, 'SUCCEEDED', 1, JSON.stringify(operation));
    database.exec("INSERT INTO replay_notes VALUES ('kept', '1'); PRAGMA user_version = 2");
    database.close();
    await using opened = open({ file });
    await opened.store.add(aRecord('ann', { operation: 'o' }));
    expect(await opened.store.list(all, null, 10)).toMatchObject([{ operation: 'o' }]);
    const after = openStore(opened.storage);
    expect(await after.find('o')).toEqual({ ...operation, externalId: null, recorded: null });
  });
});
