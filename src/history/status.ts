/** What the command `history status` reads, also while a gateway uses the database. */
import type { CountedCoverage } from '../core/history.ts';
import { openBesideGateway } from '../storage/storage.ts';
import { toCountedCoverage } from './state.ts';
import { createHistoryStore } from './store.ts';

/** By name of the provider. Rejects with LedgerError if there is no database that could be read. */
export async function readHistoryStatus(url: string): Promise<ReadonlyMap<string, CountedCoverage>> {
  const storage = await openBesideGateway(url);
  try {
    const store = createHistoryStore(storage.database, storage.health);
    const found = new Map<string, CountedCoverage>();
    for (const [provider, state] of await store.readStates()) {
      found.set(provider, toCountedCoverage(state, await store.count(provider), 0));
    }
    return found;
  } finally {
    await storage.close();
  }
}
