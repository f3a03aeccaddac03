/**
 * A provider whose answers may be a moment old: what many clients ask at the same time, such as a wall of dashboards,
 * is asked upstream once. Never across a command: from before one is sent until after its answer, and after that,
 * every read is a new one. Streams and the ledger do not use it: they look for what has just changed.
 */

import type { Provider } from './provider.ts';
import { toGatewayError } from './upstream/failure.ts';
import { createSharedReads, endOfKeeping } from './upstream/shared-reads.ts';

export interface Keeper {
  keep(provider: Provider): Provider;
  /**
   * Until when what was made of these providers' answers may be given again, by `performance.now()`; 0: not at all,
   * since one of them keeps nothing, or there is none.
   */
  keptUntil(providers: readonly string[]): number;
  /**
   * Another one after each command to one of these providers: nothing from before it is to be given again. A command
   * to any other changes nothing, also for those who must not notice it.
   */
  version(providers: readonly string[]): number;
}

/** `keptMs` 0: only what is asked at the same moment is shared. */
export function createKeeper(keptMs: (provider: string) => number): Keeper {
  const commands = new Map<string, number>();
  const commandsTo = (name: string) => commands.get(name) ?? 0;
  return {
    keep: (provider) =>
      keepReads(provider, keptMs(provider.name), () => commands.set(provider.name, commandsTo(provider.name) + 1)),
    keptUntil(providers) {
      if (providers.length === 0) return 0;
      const now = performance.now();
      return Math.min(...providers.map((name) => endOfKeeping(now, keptMs(name))));
    },
    version: (providers) => providers.reduce((sum, name) => sum + commandsTo(name), 0),
  };
}

function keepReads(provider: Provider, keptMs: number, onCommand: () => void): Provider {
  const reads = createSharedReads(keptMs);

  function forget(): void {
    reads.forget();
    onCommand();
  }

  const read = <T>(key: string, load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> =>
    reads.read(key, load, signal).catch((error: unknown) => {
      // Who waits for somebody else's read gives up by its own signal.
      throw signal.aborted
        ? toGatewayError(error, { provider: provider.name, signal, isExpired: false, isLost: false })
        : error;
    });

  /** A method that changes something, with nothing kept across it. */
  function fresh<Args extends unknown[], Result>(method: ((...args: Args) => Promise<Result>) | undefined) {
    if (!method) return undefined;
    return async (...args: Args): Promise<Result> => {
      forget();
      try {
        return await method.apply(provider, args);
      } finally {
        forget();
      }
    };
  }

  const commands = {
    startBackup: fresh(provider.startBackup),
    createBackup: fresh(provider.createBackup),
    cancelBackup: fresh(provider.cancelBackup),
    updateDescription: fresh(provider.updateDescription),
    updateWarnings: fresh(provider.updateWarnings),
    acknowledgeWarnings: fresh(provider.acknowledgeWarnings),
  };
  return {
    ...provider,
    ...(Object.fromEntries(Object.entries(commands).filter(([, method]) => method)) as Partial<Provider>),
    listEntities: (signal) => read('entities', (shared) => provider.listEntities(shared), signal),
    getEntities: (ids, signal) =>
      read(`entities ${JSON.stringify(ids)}`, (shared) => provider.getEntities(ids, shared), signal),
    listBackups: (query, signal) =>
      read(`list ${JSON.stringify(query)}`, (shared) => provider.listBackups(query, shared), signal),
    countBackups: (filter, signal) =>
      read(`count ${JSON.stringify(filter)}`, (shared) => provider.countBackups(filter, shared), signal),
    getBackups: (ids, signal) =>
      read(`backups ${JSON.stringify(ids)}`, (shared) => provider.getBackups(ids, shared), signal),
  };
}
