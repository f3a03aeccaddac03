/** The database fails while the gateway runs: reads go on, no command is sent that cannot be written down. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { createLedger } from '../../../src/commands/ledger.ts';
import { openStore } from '../../../src/commands/store.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { lock, startWithLedger } from '../../support/failing-storage.ts';
import { startsOf } from '../../support/ledgers.ts';
import { aBackup, aProvider } from '../../support/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-failing-'));
afterAll(() => rmSync(folder, { recursive: true }));
const aGateway = (name: string) => startWithLedger(join(folder, name));

describe('a database that another program has locked', () => {
  it('refuses commands before they are sent, says why, and takes them again afterwards', async () => {
    await using fixture = await aGateway('locked.db');
    const { gateway, sandbox, ready } = fixture;
    expect(await ready()).toEqual({ status: 200, text: 'ok\n' });
    const other = lock(fixture.file);
    for (const key of ['same', 'same', null]) {
      const { operation, userErrors } = await fixture.start(key);
      expect(operation).toBeNull();
      expect(userErrors).toMatchObject([{ code: 'STORAGE_UNAVAILABLE', retryable: true }]);
      expect(userErrors[0]?.message).toContain('another program has locked it');
    }
    const ids = [Buffer.from('BorgBackup:files:20').toString('base64url')];
    const acknowledge =
      'mutation ($ids: [ID!]!) { acknowledgeBackupWarnings(input: { ids: $ids }) { userErrors { code } } }';
    const refused = await gateway.askText(acknowledge, { ids });
    expect(JSON.stringify(refused)).toContain('STORAGE_UNAVAILABLE');
    expect(startsOf(sandbox)).toBe(0);
    expect(await ready()).toMatchObject({
      status: 503,
      text: expect.stringContaining('another program has locked it'),
    });
    expect((await fetch(`${fixture.origin}/health/live`)).status).toBe(200);
    const listed = await gateway.askText('{ backups(first: 3) { nodes { id } problems { code } } }');
    expect(listed.data).toMatchObject({ backups: { nodes: [{}, {}, {}], problems: [] } });

    other.close();
    await expect.poll(ready).toEqual({ status: 200, text: 'ok\n' });
    expect(await fixture.start('same')).toMatchObject({ operation: { status: 'SUCCEEDED' }, userErrors: [] });
    expect(startsOf(sandbox)).toBe(1);
  });

  it('keeps streams going', async () => {
    await using fixture = await aGateway('streams.db');
    const { operation } = await fixture.start();
    expect(operation?.status).toBe('SUCCEEDED');
    const other = lock(fixture.file);
    await fixture.start();
    const client = await fixture.gateway.connect();
    const id = Buffer.from('BorgBackup:files:21').toString('base64url');
    const events = client.iterate<{ backupProgress: { __typename: string } }>({
      query: `subscription { backupProgress(id: "${id}") { __typename } }`,
    });
    expect((await events.next()).value?.data?.backupProgress.__typename).toBe('BackupUpdated');
    fixture.sandbox.clock.advance(3_600_000);
    for await (const { data } of events) if (data?.backupProgress.__typename === 'BackupFinished') break;
    other.close();
  });
});

describe('a database whose file is gone', () => {
  it.each(['', '-wal', '.lock'])('refuses commands where FILE%s was removed, until it is back', async (ending) => {
    await using fixture = await aGateway(`removed${ending}.db`);
    expect(await fixture.start()).toMatchObject({ userErrors: [] });
    fixture.sandbox.clock.advance(3_600_000);
    renameSync(fixture.file + ending, join(folder, 'elsewhere'));
    const { userErrors } = await fixture.start();
    expect(userErrors).toMatchObject([{ code: 'STORAGE_UNAVAILABLE' }]);
    expect(userErrors[0]?.message).toContain('was removed or replaced');
    expect(startsOf(fixture.sandbox)).toBe(1);
    renameSync(join(folder, 'elsewhere'), fixture.file + ending);
    await expect.poll(fixture.ready).toMatchObject({ status: 200 });
    expect(await fixture.start()).toMatchObject({ userErrors: [] });
  });
});

describe('what was sent and cannot be written', () => {
  const command = { viewer: 'ann', kind: 'START', entityId: 'e', backupId: null, name: null, asked: {} } as const;

  function aLedger(file: string) {
    const storage = openStorage(file);
    const store = openStore(storage);
    const provider = aProvider({ getBackups: (ids) => Promise.resolve(ids.map(() => null)) });
    const bugs: unknown[] = [];
    const ledger = createLedger({
      store,
      provider: () => provider,
      answerWithinMs: 60_000,
      awaited: new Set<string>(),
      lookMs: { first: 5, longest: 20 },
      lostForMs: 100,
      onStarted: () => undefined,
      onBug: (error) => bugs.push(error),
    });
    return {
      storage,
      ledger,
      provider,
      bugs,
      async [Symbol.asyncDispose]() {
        await ledger.close();
        await storage.close();
        expect(bugs).toEqual([]);
      },
    };
  }

  const statusIn = (file: string, id: string): string => {
    const database = new Database(file, { readonly: true });
    const { status } = database.prepare('SELECT status FROM operations WHERE id = ?').get(id) as { status: string };
    database.close();
    return status;
  };

  it('is told as it is, kept in memory, and written when the database can be written', async () => {
    const file = join(folder, 'answered.db');
    await using fixture = aLedger(file);
    let other: Database.Database | null = null;
    const done = await fixture.ledger.start({ ...command, provider: fixture.provider, idempotencyKey: 'k' }, () => {
      other = lock(file);
      return Promise.resolve({ backup: aBackup({ externalId: '7' }), handle: null, message: null });
    });
    expect(done.operation).toMatchObject({ status: 'SUCCEEDED', externalId: '7' });
    const { id } = done.operation;
    expect(await fixture.ledger.find(id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(statusIn(file, id)).toBe('PENDING');
    // The same key is the same command, also now.
    const again = await fixture.ledger.start({ ...command, provider: fixture.provider, idempotencyKey: 'k' }, () =>
      Promise.reject(new Error('sent again')),
    );
    expect(again.operation.id).toBe(id);
    (other as Database.Database | null)?.close();
    await expect.poll(() => statusIn(file, id)).toBe('SUCCEEDED');
  });

  it('is looked up after a restart where the process ends before', async () => {
    const file = join(folder, 'ended.db');
    let id = '';
    let other: Database.Database | null = null;
    {
      await using fixture = aLedger(file);
      const done = await fixture.ledger.start({ ...command, provider: fixture.provider, idempotencyKey: null }, () => {
        other = lock(file);
        return Promise.resolve({ backup: aBackup({ externalId: '7' }), handle: null, message: null });
      });
      id = done.operation.id;
    }
    (other as Database.Database | null)?.close();
    await using fixture = aLedger(file);
    expect(await fixture.ledger.find(id)).toMatchObject({ status: 'PENDING' });
    await fixture.ledger.resume();
    await expect.poll(async () => (await fixture.ledger.find(id))?.status).toBe('OUTCOME_UNKNOWN');
  });

  it('is in the audit log afterwards, with refusals that came meanwhile', async () => {
    const file = join(folder, 'audited.db');
    const storage = openStorage(file);
    const audit = openAuditStore({ storage, onBug: (error) => expect(error).toBeNull() });
    const seq = await audit.add(aRecord('ann', { outcome: 'UNDER_WAY' }));
    const other = lock(file);
    await audit.noteOperation(seq ?? 0, 'operation');
    await audit.complete(seq ?? 0, aRecord('ann', { outcome: 'DONE', operation: 'operation' }));
    await audit.noteRefusal(aRecord('bob', { outcome: 'REFUSED', code: 'FORBIDDEN' }));
    await expect(audit.add(aRecord('cid'))).rejects.toThrow('another program has locked it');
    const all = { viewer: 'root', providers: null };
    expect(await audit.list(all, null, 10)).toMatchObject([{ outcome: 'UNDER_WAY' }]);
    other.close();
    await expect
      .poll(() => audit.list(all, null, 10))
      .toMatchObject([
        { outcome: 'REFUSED', viewer: { id: 'bob' } },
        { outcome: 'DONE', operation: 'operation' },
      ]);
    await audit.close();
    await storage.close();
  });
});
