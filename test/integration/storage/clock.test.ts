/** The system clock jumps: what is kept for 30 days is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAuditStore } from '../../../src/audit/audit.ts';
import { createLedger } from '../../../src/commands/ledger.ts';
import { openStore } from '../../../src/commands/store.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { aRecord } from '../../support/audited.ts';
import { aBackup, aProvider } from '../../support/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-clock-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a clock that is 31 days ahead for a moment', () => {
  it('deletes no idempotency key and no audit entry', async () => {
    const file = join(folder, 'clock.db');
    const { Date: RealDate } = globalThis;
    const ahead = 31 * 24 * 3_600_000;
    const open = () => {
      const storage = openStorage(file);
      const store = openStore(storage);
      const audit = openAuditStore({
        storage,
        retention: storage.retention,
        onBug: (error) => expect(error).toBeNull(),
      });
      const provider = aProvider({ getBackups: (ids) => Promise.resolve(ids.map(() => null)) });
      const ledger = createLedger({
        store,
        retention: storage.retention,
        provider: () => provider,
        answerWithinMs: 60_000,
        awaited: new Set<string>(),
        lookMs: { first: 5, longest: 20 },
        lostForMs: 100,
        onStarted: () => undefined,
        onBug: (error) => expect(error).toBeNull(),
      });
      const start = (idempotencyKey: string) =>
        ledger.start(
          {
            viewer: 'ann',
            provider,
            kind: 'START',
            entityId: 'e',
            backupId: null,
            name: null,
            asked: {},
            idempotencyKey,
          },
          () => Promise.resolve({ backup: aBackup({ externalId: '7' }), handle: null, message: null }),
        );
      const close = async () => {
        await audit.close();
        await ledger.close();
        await storage.close();
      };
      return { audit, start, close };
    };

    const first = open();
    await first.audit.add(aRecord('ann'));
    const { operation } = await first.start('key');
    const realNow = RealDate.now;
    try {
      RealDate.now = () => realNow() + ahead;
      await first.audit.forget();
      await first.start('other');
      await first.close();
      // Also where the gateway restarts meanwhile.
      const second = open();
      await second.audit.forget();
      await second.start('third');
      await second.close();
    } finally {
      RealDate.now = realNow;
    }
    const third = open();
    expect((await third.start('key')).operation.id).toBe(operation.id);
    expect(await third.audit.list({ viewer: 'root', providers: null }, null, 10)).toHaveLength(1);
    await third.close();
  });
});
