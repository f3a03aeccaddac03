/** A ledger file of its own for a test, and replay stores over it, one after another as gateways are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplayStore, type ReplayStore, type ReplayStoreOptions } from '../../src/replay/replay-file.ts';

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
    open: (options = {}) =>
      openReplayStore({
        file,
        maxBytes: 10_000_000,
        maxAgeMs: 3_600_000,
        pinned: 'changes',
        onBug: (error) => {
          throw error;
        },
        ...options,
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
