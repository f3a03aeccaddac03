/** A command whose record took long to write: other gateways may have taken it over, so it is not sent. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLedger } from '../../src/commands/ledger.ts';
import { openStore } from '../../src/commands/store.ts';
import { requireInTime } from '../../src/core/send-before.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aProvider } from '../support/model.ts';

it('is refused after half of the takeover, which others count from a heartbeat before the write', async () => {
  const storage = openStorage(':memory:');
  const store = openStore(storage);
  const provider = aProvider({});
  const takeoverMs = 600;
  const ledger = createLedger({
    store: {
      ...store,
      takeoverMs,
      update: async (id, changes) => {
        await setTimeout(takeoverMs * 0.75);
        return store.update(id, changes);
      },
    },
    provider: () => provider,
    answerWithinMs: 60_000,
    awaited: new Set<string>(),
    lookMs: { first: 5, longest: 20 },
    lostForMs: 100,
    onStarted: () => undefined,
    onBug: (error) => expect(error).toBeNull(),
  });
  let sent = 0;
  const command = { viewer: 'ann', kind: 'START', entityId: 'e', backupId: null, name: null, asked: {} } as const;
  const started = ledger.start({ ...command, provider, idempotencyKey: null }, async () => {
    requireInTime();
    sent++;
    return { backup: aBackup({ externalId: '7' }), handle: null, message: null };
  });
  await expect(started).rejects.toThrow('Nothing was sent');
  expect(sent).toBe(0);
  await storage.close();
});
