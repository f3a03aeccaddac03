/** A ledger file of its own for a test, and replay stores over it, one after another as gateways are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplayStore, type ReplayStore, type ReplayStoreOptions } from '../../src/replay/replay-file.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { sqliteFile } from '../../src/storage/storage-database.ts';

export interface ReplayFolder extends Disposable {
  readonly file: string;
  /** The one that was opened before must be closed. */
  open(options?: Partial<ReplayStoreOptions>): ReplayStore;
}

export function aReplayFolder(): ReplayFolder {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-replay-'));
  const file = join(folder, 'ledger.db');
  return {
    file,
    open(options = {}) {
      // Without the lock of a gateway: one that was killed is still in this process.
      openDatabase(file, 'FULL').close();
      const database = sqliteFile(file, []);
      const store = openReplayStore({
        file,
        database,
        maxBytes: 10_000_000,
        maxAgeMs: 3_600_000,
        pinned: 'changes',
        onBug: (error) => {
          throw error;
        },
        ...options,
      });
      return {
        ...store,
        async close() {
          await store.close();
          await database.close();
        },
      };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
