/**
 * Caches reads of a provider for some seconds, so that many clients with the same query, such as dashboards, cost one
 * upstream read. A command clears the cache before it is sent and after its answer. Streams and the ledger bypass the
 * cache, since they look for changes.
 */

import { observer } from '../core/observer.ts';
import type { Provider } from '../core/provider.ts';
import { type Call, decorateProvider, methodKinds, type UpstreamMethod } from '../core/provider-methods.ts';
import { giveRequest, requestOf } from '../core/request-scope.ts';
import type { Stop } from '../core/stop.ts';
import { toGatewayError } from '../upstream/failure.ts';
import { createRequestCoalescing, endOfKeeping } from '../upstream/request-coalescing.ts';

export interface ReadCache {
  keep(provider: Provider): Provider;
  /** Results of this provider from before are not reused: its configuration has changed. */
  forget(provider: string): void;
  /** Drops what is kept: a command through another gateway has changed something there. Null: of all providers. */
  drop(provider: string | null): void;
  /**
   * Until when a result from these providers may be reused, by `performance.now()`; 0: never, since one of them has no
   * cache, or there is no provider.
   */
  keptUntil(providers: readonly string[]): number;
  /**
   * Changes with each command to one of these providers: results of an earlier version must not be reused. Commands to
   * other providers do not change it, so that it tells nothing about them.
   */
  version(providers: readonly string[]): number;
}

/**
 * `keptMs`: cache time of each provider in milliseconds; 0 shares only concurrent reads. A command's answer waits for
 * `onCommand`.
 */
export function createReadCache(
  keptMs: (provider: string) => number,
  onCommand: (provider: string) => Promise<void> = () => Promise.resolve(),
): ReadCache {
  const drops = new Map<string, () => void>();
  const commands = new Map<string, number>();
  const commandsTo = (name: string) => commands.get(name) ?? 0;
  return {
    keep(provider) {
      const { name } = provider;
      const { kept, forget } = keepReads(provider, keptMs(name), {
        onForget: () => commands.set(name, commandsTo(name) + 1),
        onCommand: () => onCommand(name),
      });
      drops.set(name, forget);
      return kept;
    },
    drop(name) {
      for (const [of, forget] of drops) if (name === null || name === of) forget();
    },
    forget: (name) => void commands.set(name, commandsTo(name) + 1),
    keptUntil(providers) {
      if (providers.length === 0) return 0;
      const now = performance.now();
      return Math.min(...providers.map((name) => endOfKeeping(now, keptMs(name))));
    },
    version: (providers) => providers.reduce((sum, name) => sum + commandsTo(name), 0),
  };
}

interface Hooks {
  readonly onForget: () => void;
  readonly onCommand: () => Promise<void>;
}

function keepReads(provider: Provider, keptMs: number, { onForget, onCommand }: Hooks) {
  const reads = createRequestCoalescing(keptMs);

  function forget(): void {
    reads.forget();
    onForget();
  }

  const read = <T>(key: string, load: (stop: Stop) => Promise<T>, signal: AbortSignal): Promise<T> => {
    let isHit = true;
    const loaded = (stop: Stop) => {
      isHit = false;
      return load(stop);
    };
    const reading = reads.read(key, loaded, signal).catch((error: unknown) => {
      // The caller stopped waiting for a shared read by its own signal.
      throw signal.aborted
        ? toGatewayError(error, { provider: provider.name, signal, isExpired: false, isLost: false })
        : error;
    });
    // `reads.read` has called `loaded` by now, if it does.
    observer()?.cacheRead('provider', isHit);
    return reading;
  };

  /** Reads from before or during a command are not reused. */
  const command =
    (call: Call): Call =>
    async (...args) => {
      forget();
      try {
        return await call(...args);
      } finally {
        forget();
        await onCommand();
      }
    };

  const cachedRead =
    (name: UpstreamMethod, call: Call): Call =>
    (...args) => {
      const asked = args.slice(0, -1);
      const signal = args.at(-1) as AbortSignal;
      return read(
        `${name} ${JSON.stringify(asked)}`,
        (stop) => call(...asked, giveRequest(stop.signal, requestOf(signal))),
        signal,
      );
    };

  const kept = decorateProvider(provider, (name, call) => {
    const kind = methodKinds[name];
    if (kind === 'command') return command(call);
    return kind === 'cachedRead' ? cachedRead(name, call) : call;
  });
  return { kept, forget };
}
