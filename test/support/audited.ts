/** Audit logs for tests. */
import { expect } from 'vitest';
import { type AuditBounds, type AuditStore, openAuditStore } from '../../src/audit/audit.ts';
import type { AuditRecord, AuditTarget, Sight } from '../../src/audit/audit-entry.ts';
import type { Storage } from '../../src/storage/started-storage.ts';
import { openStorage } from '../../src/storage/storage.ts';

export const all: Sight = { viewer: 'root', providers: null };

export const roomy: AuditBounds = { rows: 10_000, bytes: 10_000_000, refusedADay: 1_000 };

export interface Opened extends AsyncDisposable {
  readonly storage: Storage;
  readonly store: AuditStore;
  readonly bugs: unknown[];
  clock: number;
}

export function open(
  more: { file?: string; bounds?: AuditBounds; clock?: number; forgetEveryMs?: number } = {},
): Opened {
  const { file = ':memory:', bounds = roomy, clock = 1_790_000_000_000_000, ...rest } = more;
  const bugs: unknown[] = [];
  const opened = { clock, bugs };
  const onBug = (error: unknown) => bugs.push(error);
  const storage = openStorage(file);
  const store = openAuditStore({ storage, bounds, now: () => opened.clock, onBug, ...rest });
  return Object.assign(opened, {
    storage,
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await storage.close();
      expect(bugs).toEqual([]);
    },
  });
}

export const aTarget = (id: string, provider: string | null = 'one', more: Partial<AuditTarget> = {}): AuditTarget => ({
  id,
  provider,
  isSeen: true,
  externalId: null,
  code: null,
  ...more,
});

export const aRecord = (viewer: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
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
