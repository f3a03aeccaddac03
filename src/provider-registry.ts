/** The configured providers. A reload adds, removes and changes them; those that stay the same are not touched. */
import { setTimeout } from 'node:timers/promises';
import type { Product, ProviderContext } from '../providers/product.ts';
import { completeProvider } from './commands/overlay.ts';
import type { LedgerStore } from './commands/store.ts';
import { adapterText } from './config/identity.ts';
import type { ProviderConfig } from './config/provider.ts';
import { GatewayError } from './core/errors.ts';
import type { Provider } from './core/provider.ts';
import { type ReplaceableProvider, replaceable } from './core/replaceable-provider.ts';
import type { ObservedState } from './lists/observed-state.ts';
import type { ReadCache } from './lists/read-cache.ts';

export interface RegistryOptions {
  readonly products: readonly Product[];
  readonly context: ProviderContext;
  /** Reports the calls of an adapter, where somebody observes them. */
  readonly observing: (adapter: Provider) => Provider;
  readonly store: LedgerStore;
  readonly observed: ObservedState;
  readonly awaited: ReadonlySet<string>;
  readonly readCache: ReadCache;
  /** Cache time of each provider in milliseconds, for `readCache`; kept up to date here. */
  readonly cacheMs: Map<string, number>;
  /** Gateways on one database, which divide the limits of each provider among them. */
  readonly liveReplicas: () => number;
  /** Whether the outcome of a command to this provider is still looked for. */
  readonly hasPending: (provider: string) => boolean;
}

export interface ProviderChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface PreparedProviders {
  commit(): ProviderChanges;
  /** Closes what was made for the new configuration. */
  discard(): void;
}

export interface ProviderRegistry {
  readonly providers: readonly Provider[];
  /** The same providers with a read cache; another array after each reload. */
  readonly cached: readonly Provider[];
  find(name: string): Provider | null;
  /** Also finds a removed provider, for as long as the outcome of one of its commands is looked for. */
  findLeaving(name: string): Provider | null;
  configOf(name: string): ProviderConfig | undefined;
  /** Names of providers that were removed, and not added again. */
  readonly gone: ReadonlySet<string>;
  /** Throws ConfigError where a file of a provider is not what it should be; then nothing has changed. */
  prepare(configs: readonly ProviderConfig[]): PreparedProviders;
  close(): Promise<void>;
}

interface Entry {
  readonly config: ProviderConfig;
  readonly adapterText: string;
  readonly adapter: ReplaceableProvider;
  readonly provider: Provider;
  readonly cached: Provider;
}

/** Between two looks whether the commands of a removed provider are over. */
const leaveMs = 500;

export function createProviderRegistry(configs: readonly ProviderConfig[], options: RegistryOptions): ProviderRegistry {
  const { products, observing, context, store, observed, awaited, readCache, cacheMs, liveReplicas, hasPending } =
    options;
  const closing = new AbortController();
  const leaving = new Map<string, Entry>();
  const leaves = new Set<Promise<void>>();
  const gone = new Set<string>();
  let entries: ReadonlyMap<string, Entry> = new Map(configs.map((config) => [config.name, create(config)]));
  let cached = cachedOf(entries);

  function createAdapter(config: ProviderConfig): Provider {
    const product = products.find(({ kind }) => kind === config.kind);
    if (!product) throw new Error(`no product of kind ${config.kind}, although the configuration was checked`);
    const limits = { ...config.limits, sharedBy: liveReplicas };
    return observing(product.create({ ...config, limits }, context));
  }

  function create(config: ProviderConfig, made: Provider = createAdapter(config)): Entry {
    const adapter = replaceable(made);
    cacheMs.set(config.name, config.cacheSeconds * 1000);
    const provider = completeProvider(adapter.provider, store, observed, awaited);
    return { config, adapterText: adapterText(config), adapter, provider, cached: readCache.keep(provider) };
  }

  /** A changed provider keeps its streams, unless it is another product now. */
  function change(former: Entry, config: ProviderConfig, made: Provider | null): Entry {
    if (made) former.adapter.replace(made);
    cacheMs.set(config.name, config.cacheSeconds * 1000);
    const isCacheKept = !made && former.config.cacheSeconds === config.cacheSeconds;
    return {
      ...former,
      config,
      adapterText: adapterText(config),
      cached: isCacheKept ? former.cached : readCache.keep(former.provider),
    };
  }

  /** Commands that were sent are reconciled first. */
  function leave(entry: Entry): void {
    const { name } = entry.config;
    leaving.set(name, entry);
    const left = (async () => {
      while (!closing.signal.aborted && hasPending(name)) {
        await setTimeout(leaveMs, undefined, { ref: false, signal: closing.signal }).catch(() => undefined);
      }
      if (leaving.get(name) === entry) leaving.delete(name);
      await entry.adapter.close();
    })();
    leaves.add(left);
    void left.catch(() => undefined).finally(() => leaves.delete(left));
  }

  function apply(next: readonly ProviderConfig[], made: ReadonlyMap<string, Provider>): ProviderChanges {
    const former = entries;
    const added: string[] = [];
    const changed: string[] = [];
    const removed = [...former.keys()].filter((name) => !next.some((config) => config.name === name));
    const applied = next.map((config): [string, Entry] => {
      const { name } = config;
      const known = former.get(name);
      const adapter = made.get(name) ?? null;
      if (known && (!adapter || known.adapter.accepts(adapter))) {
        if (adapter) changed.push(name);
        return [name, change(known, config, adapter)];
      }
      if (known) removed.push(name);
      added.push(name);
      return [name, create(config, adapter ?? undefined)];
    });
    for (const name of removed) {
      const entry = former.get(name);
      if (entry) leave(entry);
      gone.add(name);
    }
    entries = new Map(applied);
    cached = cachedOf(entries);
    for (const name of entries.keys()) gone.delete(name);
    for (const name of [...added, ...changed, ...removed]) readCache.forget(name);
    return { added, removed, changed };
  }

  return {
    get providers() {
      return [...entries.values()].map(({ provider }) => provider);
    },
    get cached() {
      return cached;
    },
    find: (name) => entries.get(name)?.provider ?? null,
    findLeaving: (name) => (entries.get(name) ?? leaving.get(name))?.provider ?? null,
    configOf: (name) => entries.get(name)?.config,
    gone,
    prepare(next) {
      const made = new Map<string, Provider>();
      const discard = () => {
        for (const adapter of made.values()) void adapter.close().catch(() => undefined);
      };
      try {
        for (const config of next) {
          if (entries.get(config.name)?.adapterText !== adapterText(config))
            made.set(config.name, createAdapter(config));
        }
      } catch (error) {
        discard();
        throw error;
      }
      return { commit: () => apply(next, made), discard };
    },
    async close() {
      closing.abort();
      await Promise.allSettled(leaves);
      await Promise.all([...entries.values()].map(({ adapter }) => adapter.close()));
    },
  };
}

const cachedOf = (entries: ReadonlyMap<string, Entry>): readonly Provider[] =>
  [...entries.values()].map(({ cached }) => cached);

/** Ends the streams of a provider. */
export const removedError = (name: string): GatewayError =>
  new GatewayError('NOT_FOUND', `The provider "${name}" was removed from the configuration of this gateway.`);
