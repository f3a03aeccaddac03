/**
 * A ledger that the released program (version 4 of the tables) left behind when it was killed. It holds three starts of
 * Borg (one done, one refused, one whose answer was lost), a cancel, their audit entries, and four changes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { openStore } from '../../../src/commands/store.ts';
import { openReplayStore } from '../../../src/replay/replay-file.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { startWithLedger } from '../../support/failing-storage.ts';
import { startsOf } from '../../support/ledgers.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-released-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aReleasedLedger(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, gunzipSync(readFileSync('test/fixtures/ledger/version-4.db.gz')));
  return file;
}

/** Two minutes after the last command in the file. */
const soonAfter = Date.UTC(2026, 10, 28, 21, 53) * 1000;
const neverABug = (error: unknown) => expect(error).toBeNull();

describe('a ledger of the released program', () => {
  it('keeps its commands, its audit log and its replay logs', async () => {
    const storage = openStorage(aReleasedLedger('read.db'));
    const { file, database, health } = storage;
    const store = openStore(storage);
    expect(await store.findByKey('anonymous', 'order-1')).toMatchObject({ status: 'SUCCEEDED', externalId: '4' });
    expect(await store.findByKey('anonymous', 'order-2')).toMatchObject({ status: 'FAILED' });
    expect(await store.takeOver()).toMatchObject([{ idempotencyKey: 'order-3', status: 'PENDING' }]);
    expect(store.pending()).toHaveLength(1);
    const audit = openAuditStore({ storage, now: () => soonAfter, onBug: neverABug });
    const entries = await audit.list({ viewer: 'anonymous', providers: null }, null, 10);
    expect(entries.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual([
      'cancelBackup REFUSED',
      'startBackup UNKNOWN',
      'cancelBackup DONE',
      'startBackup REFUSED',
      'startBackup DONE',
    ]);
    // Ids and cursors that clients hold stay valid.
    expect(entries.at(-1)?.id).toBe('3u821hskoBPCbMREwNWo2A');
    expect(await audit.placeOf('3u821hskoBPCbMREwNWo2A')).toBe(1);
    const retention = { now: () => soonAfter };
    const replay = openReplayStore({
      ...{ file, database, health, retention },
      ...{ maxBytes: 10_000_000, maxAgeMs: 3_600_000, pinned: 'changes', onBug: neverABug },
    });
    const changes = replay.load('changes');
    expect(changes?.lastSeq).toBe(4);
    expect(changes?.entries).toHaveLength(4);
    expect(replay.note('backups of files')).toMatchObject({ isBased: true });
    await replay.close();
    await audit.close();
    await store.close();
    await storage.close();
  });

  it('is taken over by a gateway, which sends none of its commands again', async () => {
    await using fixture = await startWithLedger(aReleasedLedger('served.db'));
    const { start, sandbox } = fixture;
    const known = 'T3BlcmF0aW9uOmZpbGVzOjI2YjFhZGNlLTJmYmYtNDQxZC1iZTE5LWMwOTkzYTYxZjdlYg';
    expect(await start('order-1')).toMatchObject({ operation: { id: known, status: 'SUCCEEDED' }, userErrors: [] });
    expect((await start('order-3')).operation?.id).not.toBe(known);
    expect(startsOf(sandbox)).toBe(0);
    expect(await start('order-4')).toMatchObject({ operation: { status: 'SUCCEEDED' } });
    expect(startsOf(sandbox)).toBe(1);
  });
});
