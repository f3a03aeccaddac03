/**
 * A provider whose answers may be a moment old: what many clients ask at the same time, such as a wall of dashboards,
 * is asked upstream once. Never across a command: from before one is sent until after its answer, and after that,
 * every read is a new one. Streams and the ledger do not use it: they look for what has just changed.
 */

import type { Provider } from '../core/provider.ts';
import { type Call, decorateProvider, methodKinds, type UpstreamMethod } from '../core/provider-methods.ts';
import { toGatewayError } from '../upstream/failure.ts';
import { createRequestCoalescing, endOfKeeping } from '../upstream/request-coalescing.ts';

export interface ReadCache {
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
export function createReadCache(keptMs: (provider: string) => number): ReadCache {
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
  const reads = createRequestCoalescing(keptMs);

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

  /** Nothing that was read before a command, or while it ran, is given again. */
  const command =
    (call: Call): Call =>
    async (...args) => {
      forget();
      try {
        return await call(...args);
      } finally {
        forget();
      }
    };

  const cachedRead =
    (name: UpstreamMethod, call: Call): Call =>
    (...args) => {
      const asked = args.slice(0, -1);
      return read(`${name} ${JSON.stringify(asked)}`, (shared) => call(...asked, shared), args.at(-1) as AbortSignal);
    };

  return decorateProvider(provider, (name, call) => {
    const kind = methodKinds[name];
    if (kind === 'command') return command(call);
    return kind === 'cachedRead' ? cachedRead(name, call) : call;
  });
}
