/** The audit log by itself: pages, who sees what, what is forgotten, and what nobody can push out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { type AuditBounds, type AuditStore, openAuditStore } from '../../src/core/ledger/audit.ts';
import type { AuditRecord, AuditTarget, CommandResult, Sight } from '../../src/core/ledger/audit-entry.ts';
import { type CommandLine, createAuditor } from '../../src/core/ledger/auditor.ts';
import { openStore } from '../../src/core/ledger/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dayMicroseconds = 24 * 3_600_000_000;
const all: Sight = { viewer: 'root', providers: null };
const roomy: AuditBounds = { rows: 10_000, bytes: 10_000_000, refusedADay: 1_000 };

interface Opened extends Disposable {
  readonly store: AuditStore;
  readonly bugs: unknown[];
  clock: number;
}

function open(more: { file?: string; bounds?: AuditBounds; clock?: number; forgetEveryMs?: number } = {}): Opened {
  const { file = ':memory:', bounds = roomy, clock = 1_790_000_000_000_000, ...rest } = more;
  const bugs: unknown[] = [];
  const opened = { clock, bugs };
  const onBug = (error: unknown) => bugs.push(error);
  const store = openAuditStore({ file, bounds, now: () => opened.clock, onBug, ...rest });
  return Object.assign(opened, {
    store,
    [Symbol.dispose]() {
      store.close();
      expect(bugs).toEqual([]);
    },
  });
}

const aTarget = (id: string, provider: string | null = 'one', more: Partial<AuditTarget> = {}): AuditTarget => ({
  id,
  provider,
  isSeen: true,
  externalId: null,
  code: null,
  ...more,
});

const aRecord = (viewer: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  viewer: { id: viewer, name: viewer },
  address: '127.0.0.1',
  requestId: 'request',
  command: 'startBackup',
  targets: [aTarget('thing')],
  outcome: 'DONE',
  code: null,
  operation: null,
  ...more,
});

const refused = (viewer: string, requestId = 'r'): AuditRecord =>
  aRecord(viewer, { outcome: 'REFUSED', code: 'NOT_FOUND', requestId });

const requestsOf = (entries: readonly { requestId: string | null }[]) => entries.map(({ requestId }) => requestId);

function walk(store: AuditStore, sight: Sight, size: number, between: () => void = () => undefined): string[] {
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = store.list(sight, after === null ? null : store.placeOf(after), size);
    seen.push(...page.map(({ requestId }) => requestId ?? ''));
    if (page.length < size) return seen;
    after = page.at(-1)?.id ?? null;
    between();
    if (seen.length > 1_000) throw new Error('the walk does not end');
  }
}

describe('a walk over the audit log', () => {
  it.each([
    ['everything', all],
    ['one provider', { viewer: 'x', providers: ['one'] }],
    ['two providers that share entries', { viewer: 'x', providers: ['one', 'two'] }],
    ['nothing but what is one’s own', { viewer: 'ann', providers: [] }],
  ] satisfies [string, Sight][])(
    'of %s is newest first, without repeats or losses, while others come',
    (_what, sight) => {
      using opened = open();
      const { store } = opened;
      const add = (requestId: string) =>
        store.add(aRecord('ann', { requestId, targets: [aTarget('a'), aTarget('b', 'two'), aTarget('zzz', null)] }));
      const ids = Array.from({ length: 23 }, (_, index) => `old-${index}`);
      for (const id of ids) add(id);
      let more = 0;
      const seen = walk(store, sight, 5, () => add(`new-${++more}`));
      expect(seen).toEqual(ids.toReversed());
      expect(more).toBeGreaterThan(3);
    },
  );

  it('finds an entry again by its id, and knows none of another database', () => {
    using one = open();
    using two = open();
    one.store.add(aRecord('ann'));
    two.store.add(aRecord('ann'));
    const [entry] = one.store.list(all, null, 1);
    expect(one.store.find(all, entry?.id ?? '')).toEqual(entry);
    expect(two.store.find(all, entry?.id ?? '')).toBeNull();
    expect(two.store.placeOf(entry?.id ?? '')).toBeNull();
    const respelt = entry?.id.replace(/.$/, (last) => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[last] ?? '') ?? '';
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(entry?.id ?? '', 'base64url'));
    for (const text of ['', '1', 'A'.repeat(22), respelt]) expect(one.store.placeOf(text)).toBeNull();
  });

  it('goes over several providers in one order', () => {
    using opened = open();
    const order = ['two', 'one', 'two', 'two', 'one'];
    for (const [index, provider] of order.entries()) {
      opened.store.add(aRecord('ann', { requestId: String(index), targets: [aTarget('x', provider)] }));
    }
    expect(walk(opened.store, { viewer: 'x', providers: ['one', 'two'] }, 2)).toEqual(['4', '3', '2', '1', '0']);
  });

  it('has ids that do not tell how many entries lie between', () => {
    using opened = open();
    for (let count = 0; count < 50; count++) opened.store.add(aRecord('ann'));
    const ids = opened.store.list(all, null, 50).map(({ id }) => id);
    expect(ids.toSorted()).not.toEqual(ids);
    expect(ids.toSorted()).not.toEqual(ids.toReversed());
    expect(new Set(ids.map((id) => id.slice(0, 4))).size).toBe(50);
  });
});

describe('whoever may see some providers', () => {
  it('sees what was done to these, and of mixed commands only that part', () => {
    using opened = open();
    const { store } = opened;
    store.add(aRecord('bob', { requestId: 'other', targets: [aTarget('x', 'two')] }));
    store.add(
      aRecord('bob', {
        requestId: 'mixed',
        outcome: 'PARTLY_DONE',
        code: 'NOT_FOUND',
        targets: [aTarget('x', 'two', { code: 'NOT_FOUND' }), aTarget('y'), aTarget('junk', null)],
      }),
    );
    const sight = { viewer: 'ann', providers: ['one'] };
    const entries = store.list(sight, null, 10);
    expect(entries).toMatchObject([{ requestId: 'mixed', outcome: 'DONE', code: null, targets: [{ id: 'y' }] }]);
    expect(JSON.stringify(entries)).not.toMatch(/two|junk|NOT_FOUND/);
    for (const { id } of store.list(all, null, 10)) {
      expect(store.find(sight, id)).toEqual(entries.find((entry) => entry.id === id) ?? null);
    }
  });

  it('sees its own ids of nothing, and cannot tell by them which other providers there are', () => {
    using opened = open();
    const { store } = opened;
    const there = aTarget('id-of-two', 'two', { isSeen: false, code: 'NOT_FOUND' });
    const nowhere = aTarget('id-of-none', null, { isSeen: false, code: 'NOT_FOUND' });
    for (const target of [there, nowhere]) {
      store.add(aRecord('ann', { requestId: 'same', outcome: 'REFUSED', code: 'NOT_FOUND', targets: [target] }));
    }
    const own = store.list({ viewer: 'ann', providers: ['one'] }, null, 10);
    const blank = own.map(({ targets, ...entry }) => ({
      ...entry,
      id: '',
      targets: targets.map((one) => one.provider),
    }));
    expect(blank).toHaveLength(2);
    expect(blank[0]).toEqual(blank[1]);
    expect(store.list({ viewer: 'bob', providers: ['one'] }, null, 10)).toEqual([]);
    expect(store.list({ viewer: 'bob', providers: ['two'] }, null, 10)).toMatchObject([{ targets: [there] }]);
  });

  it('sees nothing any more of a provider that it has lost, not even what it did there', () => {
    using opened = open();
    const { store } = opened;
    const sight = { viewer: 'ann', providers: ['one'] };
    store.add(aRecord('ann', { targets: [aTarget('x', 'two')] }));
    expect(store.list(sight, null, 10)).toEqual([]);
    expect(store.find(sight, store.list(all, null, 1)[0]?.id ?? '')).toBeNull();
    store.add(aRecord('ann', { targets: [aTarget('x', 'two'), aTarget('junk', null)] }));
    expect(store.list(sight, null, 10)).toMatchObject([{ targets: [{ id: 'junk' }] }]);
  });
});

describe('what is forgotten', () => {
  const rowsIn = (file: string, table: string): number => {
    const database = new Database(file);
    const { count } = database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number };
    database.close();
    return count;
  };

  it('is what is older than 30 days: not shown from then on, and dropped, others having their turn', async () => {
    const file = join(folder, 'old.db');
    using opened = open({ file });
    const { store } = opened;
    await store.forget();
    for (let count = 0; count < 1_200; count++) store.add(aRecord('ann'));
    opened.clock += 20 * dayMicroseconds;
    store.add(aRecord('ann', { requestId: 'young' }));
    const [oldest] = store.list(all, null, 2_000).slice(-1);
    opened.clock += 10 * dayMicroseconds + 1;
    for (const sight of [all, { viewer: 'x', providers: ['one'] }]) {
      expect(requestsOf(store.list(sight, null, 10))).toEqual(['young']);
      expect(store.find(sight, oldest?.id ?? '')).toBeNull();
    }
    expect(rowsIn(file, 'audit')).toBe(1_201);
    const forgotten = store.forget();
    let turns = 0;
    const turn = setImmediate(() => turns++);
    expect(rowsIn(file, 'audit')).toBe(701);
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
      using opened = open({ file, clock });
      opened.store.add(aRecord('ann'));
    }
    using opened = open({ file, clock: clock + 31 * dayMicroseconds, forgetEveryMs: 5 });
    expect(rowsIn(file, 'audit')).toBe(0);
    opened.store.add(refused('ann'));
    expect(rowsIn(file, 'audit_days')).toBe(1);
    opened.clock += 31 * dayMicroseconds;
    await expect.poll(() => rowsIn(file, 'audit')).toBe(0);
    await expect.poll(() => rowsIn(file, 'audit_days')).toBe(0);
  });
});

describe('the bounds of the audit log', () => {
  it.each([
    ['rows', { ...roomy, rows: 200 }],
    ['bytes', { ...roomy, bytes: 60_000 }],
  ])('are kept in %s: whoever has most loses its oldest, and nobody else loses anything', (_what, bounds) => {
    const file = join(folder, `bounds-${_what}.db`);
    {
      using opened = open({ file, bounds });
      for (let count = 0; count < 20; count++) opened.store.add(aRecord('ann', { requestId: `ann-${count}` }));
      for (let count = 0; count < 300; count++) opened.store.add(aRecord('bob', { requestId: `bob-${count}` }));
    }
    // Whose share is how much is known after a restart as well.
    using opened = open({ file, bounds });
    for (let count = 300; count < 600; count++) opened.store.add(aRecord('bob', { requestId: `bob-${count}` }));
    const seen = requestsOf(opened.store.list(all, null, 1_000));
    expect(seen.filter((id) => id?.startsWith('ann'))).toHaveLength(20);
    expect(seen[0]).toBe('bob-599');
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.length).toBeLessThanOrEqual(200);
  });

  it('hold for what grows when it is completed', () => {
    using opened = open({ bounds: { ...roomy, bytes: 20_000 } });
    const targets = [aTarget('x', 'one', { externalId: 'e'.repeat(1_000) })];
    for (let count = 0; count < 50; count++) {
      const seq = opened.store.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
      opened.store.complete(seq ?? 0, aRecord('ann', { targets }));
    }
    expect(opened.store.list(all, null, 100).length).toBeLessThan(20);
  });

  it('give a viewer so many refusals a day, and count the rest in one entry', () => {
    const file = join(folder, 'refused.db');
    const bounds = { ...roomy, refusedADay: 3 };
    {
      using opened = open({ file, bounds });
      const { store } = opened;
      for (let count = 0; count < 10; count++) store.add(refused('ann', `ann-${count}`));
      // Also those that were written down before they were refused.
      for (let count = 10; count < 15; count++) {
        const seq = store.add({ ...refused('ann'), outcome: 'UNDER_WAY' });
        store.complete(seq ?? 0, refused('ann', `ann-${count}`));
      }
      store.add(refused('bob', 'bob-0'));
      store.add(aRecord('ann', { requestId: 'done' }));
      expect(store.list(all, null, 100)).toMatchObject([
        { outcome: 'REFUSED', command: null, count: 12, targets: [], viewer: { id: 'ann' } },
        { requestId: 'done', count: 1 },
        { requestId: 'bob-0' },
        { requestId: 'ann-2' },
        { requestId: 'ann-1' },
        { requestId: 'ann-0' },
      ]);
      for (let count = 0; count < 5; count++) store.add(refused('ann'));
    }
    using opened = open({ file, bounds });
    opened.store.add(refused('ann'));
    const entries = opened.store.list(all, null, 100);
    expect(entries.map(({ count }) => count)).toEqual([18, 1, 1, 1, 1, 1]);
    expect(opened.store.list({ viewer: 'bob', providers: [] }, null, 100)).toEqual([]);
    opened.clock += dayMicroseconds;
    opened.store.add(refused('ann', 'tomorrow'));
    expect(opened.store.list(all, null, 1)).toMatchObject([{ requestId: 'tomorrow' }]);
  });

  it('write a flood of refusals once in a while, and at the end', async () => {
    const file = join(folder, 'flood.db');
    using opened = open({ file, bounds: { ...roomy, refusedADay: 1 } });
    const database = new Database(file);
    const counted = () => (database.prepare('SELECT sum(count) AS sum FROM audit').get() as { sum: number }).sum;
    for (let count = 0; count < 500; count++) opened.store.add(refused('ann'));
    expect(counted()).toBe(1);
    await expect.poll(counted, { timeout: 5_000 }).toBe(500);
    opened.store.add(refused('ann'));
    opened.store.close();
    expect(counted()).toBe(501);
    database.close();
  });
});

describe('a ledger of the previous version', () => {
  it('keeps its operations and gets an audit log', () => {
    const file = join(folder, 'previous.db');
    const before = openStore(file);
    before.close();
    const database = new Database(file);
    const tables = database.prepare("SELECT name, type FROM sqlite_master WHERE name LIKE 'audit%'").all() as {
      name: string;
      type: string;
    }[];
    for (const type of ['trigger', 'index', 'table']) {
      for (const one of tables) if (one.type === type) database.exec(`DROP ${type} IF EXISTS ${one.name}`);
    }
    const operation = { id: 'o', viewer: 'ann', provider: 'one', kind: 'START', status: 'SUCCEEDED', backupId: '7' };
    database
      .prepare('INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run('o', 'ann', 'one', 'START', null, 'SUCCEEDED', 1, JSON.stringify(operation));
    database.exec("INSERT INTO replay_notes VALUES ('kept', '1'); PRAGMA user_version = 2");
    database.close();
    using opened = open({ file });
    opened.store.add(aRecord('ann', { operation: 'o' }));
    expect(opened.store.list(all, null, 10)).toMatchObject([{ operation: 'o' }]);
    const after = openStore(file);
    expect(after.find('o')).toEqual({ ...operation, externalId: null });
    after.close();
  });
});

describe('the auditor', () => {
  const given = {
    viewer: { id: 'token:ann', name: 'ann', role: 'OPERATOR', secret: 'never' },
    address: '10.0.0.1',
    requestId: 'r-1',
    command: 'cancelBackup',
    targets: [{ id: 'x', provider: 'one', isSeen: true }],
  };
  const done: CommandResult = { codes: [null], externalIds: ['17'], operation: null };

  function audit(store: AuditStore) {
    const lines: CommandLine[] = [];
    const bugs: unknown[] = [];
    const onBug = (error: unknown) => bugs.push(error);
    return { lines, bugs, auditor: createAuditor({ store, onCommand: (line) => lines.push(line), onBug }) };
  }

  it('has a command on the disk before it is carried out, and its outcome after', async () => {
    const file = join(folder, 'before.db');
    using opened = open({ file });
    const { auditor, lines } = audit(opened.store);
    const during = await auditor.run(
      given,
      async () => {
        const database = new Database(file);
        const row = database.prepare('SELECT record FROM audit').get() as { record: string };
        database.close();
        return JSON.parse(row.record) as AuditRecord;
      },
      () => done,
    );
    expect(during).toMatchObject({ command: 'cancelBackup', outcome: 'UNDER_WAY' });
    expect(opened.store.list(all, null, 10)).toMatchObject([{ outcome: 'DONE', targets: [{ externalId: '17' }] }]);
    expect(lines).toEqual([
      {
        viewer: 'token:ann',
        name: 'ann',
        address: '10.0.0.1',
        requestId: 'r-1',
        command: 'cancelBackup',
        targets: [{ id: 'x', provider: 'one', externalId: '17', code: null }],
        outcome: 'DONE',
        code: null,
        operation: null,
      },
    ]);
    expect(JSON.stringify(opened.store.list(all, null, 10))).not.toContain('never');
  });

  it.each([
    [new GatewayError('CONFLICT', 'It runs.'), 'REFUSED', 'CONFLICT'],
    [new GatewayError('PROVIDER_TIMEOUT', 'It is slow.'), 'FAILED', 'PROVIDER_TIMEOUT'],
    [new GatewayError('OUTCOME_UNKNOWN', 'It was cut.'), 'UNKNOWN', 'OUTCOME_UNKNOWN'],
    [new TypeError('a bug'), 'FAILED', 'INTERNAL'],
  ])('writes %s down as it is, and throws it on', async (error, outcome, code) => {
    using opened = open();
    const { auditor, lines } = audit(opened.store);
    const run = auditor.run(
      given,
      () => Promise.reject(error),
      () => done,
    );
    await expect(run).rejects.toBe(error);
    expect(opened.store.list(all, null, 10)).toMatchObject([{ outcome, code, targets: [{ code }] }]);
    expect(lines).toMatchObject([{ outcome, code }]);
  });

  it('carries nothing out that it cannot write down', async () => {
    using opened = open();
    const { auditor } = audit(opened.store);
    opened.store.close();
    let isDone = false;
    const work = async () => {
      isDone = true;
    };
    await expect(auditor.run(given, work, () => done)).rejects.toThrow();
    expect(isDone).toBe(false);
  });

  it('answers a command that was done, also where that cannot be written down any more', async () => {
    using opened = open();
    const { auditor, lines, bugs } = audit(opened.store);
    const answer = await auditor.run(
      given,
      async () => {
        opened.store.close();
        return 'done';
      },
      () => done,
    );
    expect(answer).toBe('done');
    expect(lines).toMatchObject([{ outcome: 'DONE' }]);
    expect(bugs).toHaveLength(1);
  });

  it('calls a command unknown, once, whose process did not live to see its answer', () => {
    const file = join(folder, 'died.db');
    {
      using opened = open({ file });
      const seq = opened.store.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
      opened.store.noteOperation(seq ?? 0, 'operation-1');
      opened.store.add(aRecord('ann', { requestId: 'done' }));
    }
    for (const expected of [1, 0]) {
      using opened = open({ file });
      const { lines } = audit(opened.store);
      expect(lines).toHaveLength(expected);
      const [, died] = opened.store.list(all, null, 10);
      expect(died).toMatchObject({ outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN', operation: 'operation-1' });
      if (expected) expect(lines).toMatchObject([{ entry: died?.id, outcome: 'UNKNOWN', operation: 'operation-1' }]);
    }
  });

  it('waits with its end for what is being answered', async () => {
    const file = join(folder, 'waits.db');
    const opened = open({ file });
    const { auditor } = audit(opened.store);
    let answer: (value: string) => void = () => undefined;
    const run = auditor.run(
      given,
      () => new Promise<string>((resolve) => (answer = resolve)),
      () => done,
    );
    const closed = auditor.close();
    answer('done');
    await Promise.all([run, closed]);
    using again = open({ file });
    expect(again.store.list(all, null, 10)).toMatchObject([{ outcome: 'DONE' }]);
  });
});
